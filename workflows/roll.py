"""Who is on the roll: organisations, persons and their roles, from the rows of a file."""

from pathlib import Path

from engine.enrol import NewGrant, NewOrganisation, NewPerson
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
