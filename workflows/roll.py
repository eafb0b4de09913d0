"""Who is on the roll: organisations, persons and their roles, how organisations are written to, and
who signs for them, from the rows of a file."""

import re
from pathlib import Path

from engine.correspondents import NewCorrespondent, at
from engine.enrol import NewGrant, NewOrganisation, NewPerson
from engine.signatories import NewSignatory
from workflows.cells import day, each, filled
from workflows.tabular import Row, read_table


def organisations(path: Path, *, kind: str = "", parent: str = "") -> list[NewOrganisation]:
    """`kind` and `parent` fill in for columns that the file does not have."""
    rows = read_table(
        path,
        required=("name_th", "name_en"),
        optional=("code", "iso_3166_2", "name_iso", "kind", "parent", "region"),
    )

    def made(row: Row) -> NewOrganisation:
        cells = row.cells
        return NewOrganisation(
            code=filled(row, "code", "iso_3166_2"),
            name_th=filled(row, "name_th"),
            name_en=filled(row, "name_en"),
            kind=cells["kind"] or kind or filled(row, "kind"),
            parent=cells["parent"] or parent,
            region=cells["region"],
            where=row.where,
        )

    return each(rows, made)


def people(path: Path) -> list[NewPerson]:
    rows = read_table(
        path, required=("code", "name_th", "name_en"), optional=("post_th", "post_en", "email")
    )

    def made(row: Row) -> NewPerson:
        cells = row.cells
        return NewPerson(
            code=filled(row, "code"),
            name_th=filled(row, "name_th"),
            name_en=filled(row, "name_en"),
            post_th=cells["post_th"],
            post_en=cells["post_en"],
            email=cells["email"],
            where=row.where,
        )

    return each(rows, made)


def grants(path: Path) -> list[NewGrant]:
    rows = read_table(
        path, required=("person", "role", "organisation", "from"), optional=("until",)
    )

    def made(row: Row) -> NewGrant:
        until = row.cells["until"]
        return NewGrant(
            person=filled(row, "person"),
            role=filled(row, "role"),
            organisation=filled(row, "organisation"),
            since=day(row, filled(row, "from")),
            until=day(row, until) if until else None,
            where=row.where,
        )

    return each(rows, made)


def correspondents(path: Path) -> list[NewCorrespondent]:
    columns = ("addressee", "email", "code", "agency", "address", "contact")
    rows = read_table(path, required=("organisation",), optional=columns)

    def made(row: Row) -> NewCorrespondent:
        cells = row.cells
        return NewCorrespondent(
            organisation=filled(_cell(row, "organisation"), "organisation"),
            **{name: several_lines(cells[name]) for name in columns},
            where=row.where,
        )

    return each(rows, made)


def signatories(path: Path) -> list[NewSignatory]:
    texts = ("post", "acting", "acting_for", "order_ref")
    rows = read_table(
        path, required=("organisation", "person", "since"), optional=("until", *texts)
    )

    def made(row: Row) -> NewSignatory:
        cells, since = row.cells, _cell(row, "since")
        return NewSignatory(
            organisation=filled(_cell(row, "organisation"), "organisation"),
            person=filled(_cell(row, "person"), "person"),
            since=day(since, filled(since, "since")),
            until=day(_cell(row, "until"), cells["until"]) if cells["until"] else None,
            **{name: several_lines(cells[name]) for name in texts},
            where=row.where,
        )

    return each(rows, made)


def several_lines(text: str) -> str:
    """Lines that stand in one cell, parted by `|` or by the line ends of the cell itself."""
    parts = (part.strip() for part in re.split(r"[|\n]", text))
    return "\n".join(part for part in parts if part)


def _cell(row: Row, name: str) -> Row:
    """The row, known by one of its cells."""
    return Row(at(row.where, name), row.cells)
