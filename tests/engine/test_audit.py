"""What the owner of a database could do to it by hand, and that `audit verify` finds it.

The owner here drops the triggers first; what these refuse while they are there comes last.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    Insert,
    Table,
    Update,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)  # fmt: skip
from sqlalchemy.exc import DBAPIError

from engine import audit, correspondents, cycles, revisions, signatories
from engine.broken import Broken
from engine.canonical import digest, plain, written
from engine.chain import repeated
from engine.claims import Claim
from engine.corrections import Correction, correct
from engine.correspondence import Letter, LetterFile, LetterOwed
from engine.database import Transaction, make_engine
from engine.extend import Extension, extend
from engine.register import REGISTERED, record
from engine.settle import Settlement, settle
from engine.tables import (
    REGISTER,
    Counter,
    Event,
    Item,
    Opinion,
    Revision,
    Stream,
    Thread,
    table,
)
from engine.tick import tick
from tests.builders import (
    DEPARTMENT,
    OCTOBER,
    REQUEST,
    Desk,
    broken,
    dump,
    opened,
    reported,
    requested,
    settled,
    step,
    walk,
)
from workflows.content.parts import plain as plain_rules
from workflows.rules import FRAMEWORK

DATES = {
    "internal_draft": "2021-02-02", "draft_submission": "2021-02-03", "opdc_decision": "2021-03-01",
    "esar_opens": "2021-02-02", "esar_closes": "2021-10-15",
}  # fmt: skip
# What stands behind a deadline is no evidence: the trail says what was decided, not what was sent.
NO_EVIDENCE = ("alarm", "obligation", "message", "heartbeat", "letter_owed", "answered")
MODELS = (Event, Item, Revision, Thread, Opinion, Stream, LetterFile, *REGISTERED.values())
TABLES: dict[str, Table] = {str(model.__tablename__): table(model) for model in MODELS}
TIMED = ("extended", "rescheduled", "settled")
Row = Mapping[str, Any]


@pytest.fixture
def rich(office: Desk) -> Desk:
    """Every table has rows: rounds, opinions, revisions, an amendment, a return; deadlines that
    were put off and moved, a holiday, an open window, a message that was settled; letters."""
    ask = ("ask_information", "orn", {"comment": "ถาม"})
    answer = ("answer", "somying", {"comment": "ตอบ"})
    rules = plain_rules(FRAMEWORK)
    for code, track in (("2564-d", "departments"), ("2564-p", "provinces")):
        new = cycles.NewCycle(code, 2564, track, code, code, rules=rules, dates=DATES)
        cycles.open_cycle(office, office.asking(), new)
    one, two, three = opened(office)
    reported(office)
    put_off = Extension("draft_submission", "น้ำท่วม", date(2021, 2, 10))
    extend(office, office.asking("orn"), three, put_off)
    holiday = Correction(date(2021, 2, 3), "holiday", "วันหยุดพิเศษ")
    assert correct(office, office.asking(), [holiday])["moved"]
    office.later(days=1)
    assert tick(office, "clockwork", office.clock.now, _fails).unknown
    settle(office, office.asking("orn"), Settlement("somying|2021-02-02", "sent", "ได้รับแล้ว"))
    revisions.revise(office, office.asking("somying"), two, {"unit": "ร้อยละ"})
    walk(office, one, [*DEPARTMENT[:4], ask, answer, ("approve_answer", "palat", {}), ask, answer])
    walk(office, two, DEPARTMENT[:1])
    step(office, two, "return", "wipa", comment="แก้")
    subject = settled(office)
    request = requested(office, subject)
    walk(office, request, REQUEST[:2])
    step(office, request, "opine", "hathai")
    walk(office, request, REQUEST[2:])
    written_to(office)
    return office


def written_to(office: Desk) -> None:
    """Who is written to and who signs; two letters with their files, and a number that is void."""
    asking = office.asking()
    correspondents.correspondents(office, asking, [
        correspondents.NewCorrespondent("OPS", "ปลัดกระทรวงมหาดไทย", code="มท 0201.2"),
        correspondents.NewCorrespondent("CMI", "ผู้ว่าราชการจังหวัดเชียงใหม่", "cmi@example.go.th"),
    ])  # fmt: skip
    signatories.signatories(office, asking, [
        signatories.NewSignatory("OPS", "palat", OCTOBER, post="ปลัดกระทรวงมหาดไทย"),
        signatories.NewSignatory("OPS", "somying", OCTOBER, date(2021, 9, 30), "ผู้อำนวยการ",
                                 "รักษาราชการแทน", "รองปลัดกระทรวงมหาดไทย", "ที่ 0/2563"),
    ])  # fmt: skip
    bodies = {number: b"%PDF-1.7 of letter " + str(number).encode() for number in (1, 2)}
    with office.database.write() as tx:
        record(tx, office, asking, [
            (Letter, letter_row(number, "issued", pdf=digest(body)))
            for number, body in bodies.items()
        ])  # fmt: skip
        record(tx, office, asking, [(Letter, letter_row(3, "void", reason="พิมพ์ผิด"))])
        for number, body in bodies.items():
            file = {"letter": letter_row(number, "issued")["ref"], "format": "pdf", "body": body}
            tx.run(insert(table(LetterFile)), file)
        tx.run(insert(table(LetterOwed)), {
            "item": "IND-2564-0001", "seq": 1, "kind": "information_request",
            "organisation": "OPS", "cycle": "2564-d", "occasion": "M-WG", "owed_at": "2021-02-01",
            "status": "owed", "reason": "", "letter": "",
        })  # fmt: skip


def letter_row(number: int, status: str, **more: str) -> dict[str, Any]:
    """A letter's whole row."""
    known: dict[str, Any] = {
        "ref": f"OPS-2564-{number:04d}", "sender": "OPS", "series": "letter", "year": 2564,
        "first": number, "number": number, "status": status, "kind": "information_request",
        "form": "letter", "dated": "2021-02-02", "recipient": "CMI", "cycle": "2564-d",
        "occasion": "M-WG", "facts": "{}", "paper": "{}", "template": "t" * 64, **more,
    }  # fmt: skip
    return {column.name: known.get(column.name, "") for column in table(Letter).c}


def _fails(claim: Claim) -> None:
    raise TimeoutError("the relay fell silent")


class Owner:
    """Whoever may do anything with the database; what they do is undone after each look."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = engine.connect()

    def unlock(self) -> None:
        """Take the triggers, the foreign keys and the unique numbers of letters away."""
        tables = ("event", "revision")
        found = inspect(self._connection)
        sides = (
            "revision",
            "thread",
            "opinion",
            "alarm",
            "obligation",
            "letter_file",
            "letter_owed",
        )
        keys = [(name, key["name"]) for name in sides for key in found.get_foreign_keys(name)]
        self._connection.rollback()
        if self._engine.dialect.name == "sqlite":
            driver: Any = self._connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
            kinds = ("no_update", "no_delete", "no_replace")
            drops = [f"DROP TRIGGER {name}_{kind}" for name in tables for kind in kinds]
        else:
            drops = [f"ALTER TABLE {name} DISABLE TRIGGER ALL" for name in tables]
            drops += [f"ALTER TABLE {name} DROP CONSTRAINT {key}" for name, key in keys]
        for statement in (*drops, "DROP INDEX letter_number"):
            self._connection.execute(text(statement))
        self._connection.commit()

    @contextmanager
    def undone(self) -> Iterator[Connection]:
        with self._connection.begin() as transaction:
            yield self._connection
            transaction.rollback()

    def found(self) -> list[Broken]:
        """What `audit verify` sees in the middle of it."""
        cursor = self._connection.connection.cursor()
        try:
            return list(audit.verify(Transaction(cursor, {}, self._engine), audit.Checked()))
        finally:
            cursor.close()

    def rows(self, what: Table) -> list[Row]:
        with self.undone() as connection:
            order = list(what.primary_key)
            return [
                dict(row) for row in connection.execute(select(what).order_by(*order)).mappings()
            ]

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


@pytest.fixture
def owner(rich: Desk, database_url: str) -> Iterator[Owner]:
    rich.close()
    made = Owner(make_engine(database_url))
    made.unlock()
    assert made.found() == []
    made._connection.rollback()
    yield made
    made.close()


def key_of(what: Table, row: Row) -> Any:
    """The condition that finds a row."""
    condition = True
    for column in what.primary_key:
        condition = (column == row[column.name]) & condition
    return condition


def some(rows: Sequence[Row]) -> list[Row]:
    """The first, the last and two between; of the events, all of one item, one of each kind that
    time brings, and some registered."""
    if "seq" in rows[0] and "kind" in rows[0]:
        registered = [row for row in rows if row["stream"] == REGISTER]
        timed = {row["kind"]: row for row in rows if row["kind"] in TIMED}
        whole = [row for row in rows if row["stream"] == "CHG-2564-0001"]
        return [*whole, *timed.values(), *some_of(registered)]
    return some_of(rows)


def some_of(rows: Sequence[Row]) -> list[Row]:
    places = {0, len(rows) // 3, len(rows) // 2, len(rows) - 1}
    return [rows[place] for place in sorted(places)]


def others(value: Any) -> list[Any]:
    """Values of the same type: one that differs a little, one that is often taken for nothing."""
    near: list[Any]
    match value:
        case str():
            near = [value + "x", ""]
        case int():
            near = [value + 1_000_000, -value - 1]
        case _:
            near = [value[:-1] + bytes([value[-1] ^ 128]), b""]
    return [other for other in near if other != value]


def test_an_untouched_database_is_whole(rich: Desk) -> None:
    checked = audit.Checked()
    with rich.database.read() as tx:
        assert list(audit.verify(tx, checked)) == []
    rows = dump(rich)
    assert all(rows[name] for name in TABLES), "a table has no row to check"
    assert {row[2] for row in rows["event"]} >= set(TIMED)
    assert {*TABLES, *NO_EVIDENCE, "counter"} == set(rows) - {"alembic_version"}
    assert (checked.events, checked.items) == (len(rows["event"]), len(rows["item"]))


# --- Changed -------------------------------------------------------------------------------------


def unseen(owner: Owner, what: Table, row: Row, change: Update | Delete | Insert) -> list[Any]:
    """Empty where the change is found; else what was not."""
    with owner.undone() as connection:
        assert connection.execute(change).rowcount in (1, -1)  # -1: not told of an INSERT
        return [] if owner.found() else [(what.name, row, change.compile().params)]


def test_a_change_of_any_column_is_found(owner: Owner) -> None:
    missed = [
        each
        for what in TABLES.values()
        for row in some(owner.rows(what))
        for column in what.c
        for other in others(row[column.name])
        for each in unseen(
            owner, what, row, update(what).where(key_of(what, row)).values({column.name: other})
        )
    ]
    assert missed == []


def check_any_byte(owner: Owner) -> None:
    rows = {name: owner.rows(TABLES[name]) for name in TABLES}

    @given(st.data())
    def change(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(["event", "event", "revision", *sorted(TABLES)]))
        what, row = TABLES[name], data.draw(st.sampled_from(rows[name]))
        column = data.draw(st.sampled_from([c.name for c in what.c]))
        value = row[column]
        other: Any
        if isinstance(value, bytes):
            place = data.draw(st.integers(0, len(value) - 1))
            byte = data.draw(st.integers(0, 255).filter(lambda b: b != value[place]))
            other = value[:place] + bytes([byte]) + value[place + 1 :]
        elif isinstance(value, str):
            plain_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
            other = data.draw(plain_text.filter(lambda t: t != value))
        else:
            other = data.draw(st.integers(-(2**31), 2**31 - 1).filter(lambda n: n != value))
        with owner.undone() as connection:
            statement = update(what).where(key_of(what, row)).values({column: other})
            try:
                connection.execute(statement)
            except DBAPIError:  # the key of another row
                return
            assert owner.found(), f"{name}.{column} = {other!r}"

    change()


def test_a_change_of_any_byte_is_found(owner: Owner) -> None:
    check_any_byte(owner)


@pytest.mark.soak
def test_a_change_of_any_byte_is_found_thousands_of_times(owner: Owner) -> None:
    check_any_byte(owner)


def test_other_words_in_an_event_are_found(owner: Owner) -> None:
    """Nothing repeats who typed it, or the same words in another spelling: only the hash tells."""
    event = TABLES["event"]
    for row in some(owner.rows(event)):
        document = plain(row["document"])
        for body in (written(document | {"recorded_by": "nobody"}), row["document"] + b"\n"):
            change = update(event).where(key_of(event, row)).values(document=body)
            assert unseen(owner, event, row, change) == []


def test_a_changed_event_with_a_new_hash_is_found(owner: Owner) -> None:
    """Its columns agree with its bytes, its bytes with its hash: only the chain tells."""
    event = TABLES["event"]
    for row in some(owner.rows(event)):
        document = plain(row["document"]) | {"recorded_at": "2021-01-01T00:00:00.000000Z"}
        body = written(document)
        values = repeated(document) | {"document": body, "hash": sha256(body).digest()}
        with owner.undone() as connection:
            connection.execute(update(event).where(key_of(event, row)).values(values))
            assert owner.found(), row["seq"]


def test_a_changed_content_with_a_new_digest_is_found(owner: Owner) -> None:
    revision = TABLES["revision"]
    for row in owner.rows(revision):
        body = row["body"].replace(b"90", b"91") + b" "
        values = {"body": body, "digest": sha256(body).hexdigest()}
        with owner.undone() as connection:
            connection.execute(update(revision).where(key_of(revision, row)).values(values))
            assert owner.found(), row


@pytest.mark.parametrize(
    ("name", "column"),
    [("event", "document"), ("event", "hash"), ("item", "head"), ("revision", "body"),
     ("stream", "head")],
)  # fmt: skip
def test_bytes_that_became_text_are_found(owner: Owner, name: str, column: str) -> None:
    """SQLite keeps whatever type it is given; PostgreSQL makes bytes of it again."""
    with owner.undone() as connection:
        connection.execute(text(f"UPDATE {name} SET {column} = 'text'"))
        assert owner.found()


# --- Removed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [2, 500])
def test_a_removed_row_is_found(owner: Owner, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "CHUNK", chunk)  # so that the borders of chunks are met, too
    missed = [
        each
        for what in TABLES.values()
        for row in owner.rows(what)
        for each in unseen(owner, what, row, delete(what).where(key_of(what, row)))
    ]
    assert missed == []


def test_the_removal_of_the_newest_events_is_found_against_the_head(owner: Owner) -> None:
    event = TABLES["event"]
    for stream in ("IND-2564-0001", "CHG-2564-0001", REGISTER):
        seqs = [row["seq"] for row in owner.rows(event) if row["stream"] == stream]
        for seq in seqs:
            with owner.undone() as connection:
                rest = (event.c.stream == stream) & (event.c.seq >= seq)
                assert connection.execute(delete(event).where(rest)).rowcount == len(seqs) - seq + 1
                [found] = [f for f in owner.found() if "event" in f.where]
                assert found.where == f"event {stream} #{len(seqs)}"
                assert f"says {len(seqs)} events; {seq - 1} are there" in found.en


def test_an_item_that_was_removed_without_a_trace_is_missed_by_its_number(owner: Owner) -> None:
    with owner.undone() as connection:
        for name, key in (("item", "ref"), ("event", "stream"), *(
            (side, "item") for side in ("revision", "thread", "opinion")
        )):  # fmt: skip
            what = TABLES[name]
            connection.execute(delete(what).where(what.c[key] == "IND-2564-0002"))
        assert [found.where for found in owner.found()] == ["item IND-2564-0002"]


# --- Put in another order ------------------------------------------------------------------------


def exchange(connection: Connection, what: Table, one: Row, other: Row, columns: list[str]) -> None:
    """The two rows' values of some columns; a value that nobody has stands in between."""
    free: dict[str, Any] = {}
    if set(columns) & set(what.primary_key.columns.keys()):
        free = {column: -1 if isinstance(one[column], int) else "?" for column in columns}
    for row, values in ((one, free), (other, one), (free and {**one, **free}, other)):
        if values:
            new = {column: values[column] for column in columns}
            connection.execute(update(what).where(key_of(what, row or one)).values(new))


def test_rows_whose_contents_were_exchanged_are_found(owner: Owner) -> None:
    for what in TABLES.values():
        keys = what.primary_key.columns.keys()
        columns = [column.name for column in what.c if column.name not in keys]
        for one, other in pairwise(some(owner.rows(what))):
            if any(one[column] != other[column] for column in columns):
                with owner.undone() as connection:
                    exchange(connection, what, one, other, columns)
                    assert owner.found(), (one, other)


def test_exchanged_numbers_of_events_are_found(owner: Owner) -> None:
    event = TABLES["event"]
    rows = [row for row in owner.rows(event) if row["stream"] in ("IND-2564-0001", REGISTER)]
    for one, other in pairwise(rows):
        if one["stream"] == other["stream"]:
            with owner.undone() as connection:
                exchange(connection, event, one, other, ["seq"])
                assert owner.found(), (one["stream"], one["seq"])


def test_exchanged_histories_of_two_items_are_found(owner: Owner) -> None:
    event = TABLES["event"]
    with owner.undone() as connection:
        for old, new in (("0001", "?"), ("0003", "0001"), ("?", "0003")):
            there = event.c.stream == f"IND-2564-{old}"
            connection.execute(update(event).where(there).values(stream=f"IND-2564-{new}"))
        assert owner.found()


# --- Put in --------------------------------------------------------------------------------------

NOBODY: list[Row] = [{"item": item} for item in ("A", "Z", "IND-2564-0001x")]
# In what a row that was put in differs from one that is there.
NEW: dict[str, list[Row]] = {
    "event": [
        {"seq": 1000}, {"seq": 0}, {"stream": "AAA"}, {"stream": "ZZZ", "seq": 1},
        {"stream": "IND-2564-0001x"},
    ],
    "item": [{"ref": "IND-2564-9999"}, {"ref": "A", "version": 0, "head": b""}],
    "revision": [{"number": 1000}, *NOBODY],
    "thread": [{"number": 1000}, *NOBODY],
    "opinion": [{"seq": 1000}, *NOBODY],
    "letter_file": [
        {"letter": "A"}, {"letter": "Z"}, {"letter": "OPS-2564-0003"}, {"format": "docx"},
    ],
    **{
        name: [{TABLES[name].primary_key.columns.keys()[0]: "new"}]
        for name in (*REGISTERED, "stream")
    },
}  # fmt: skip


@pytest.mark.parametrize("chunk", [2, 500])
def test_a_row_that_was_put_in_is_found(
    owner: Owner, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "CHUNK", chunk)
    missed = [
        each
        for name, what in TABLES.items()
        for row in some(owner.rows(what))
        for new in NEW[name]
        for each in unseen(owner, what, row, insert(what).values({**row, **new}))
    ]
    assert missed == []


def test_a_forged_event_that_follows_the_last_one_is_found(owner: Owner) -> None:
    event = TABLES["event"]
    for stream in ("IND-2564-0001", REGISTER):
        last = [row for row in owner.rows(event) if row["stream"] == stream][-1]
        document = plain(last["document"]) | {"seq": last["seq"] + 1, "prev": last["hash"].hex()}
        body = written(document)
        forged = repeated(document) | {"document": body, "hash": sha256(body).digest()}
        with owner.undone() as connection:
            connection.execute(insert(event).values(forged))
            assert owner.found()


def test_what_is_wrong_with_a_letter_s_file_is_named(owner: Owner) -> None:
    file, first = TABLES["letter_file"], TABLES["letter_file"].c.letter == "OPS-2564-0001"
    for change, where, said in (
        (delete(file).where(first), "OPS-2564-0001 pdf", "the letter's file is missing"),
        (update(file).where(first).values(body=b"%PDF-1.7 forged"), "OPS-2564-0001 pdf",
         "its bytes do not match the letter's digest"),
        (insert(file).values(letter="OPS-2564-0003", format="pdf", body=b""), "OPS-2564-0003 pdf",
         "this file belongs to no letter"),
    ):  # fmt: skip
        with owner.undone() as connection:
            connection.execute(change)
            [found] = owner.found()
            assert (found.where, found.en) == (f"letter_file {where}", said)
            assert found.th


def test_a_state_that_was_set_by_hand_is_found_and_named(owner: Owner) -> None:
    item = TABLES["item"]
    with owner.undone() as connection:
        there = item.c.ref == "IND-2564-0003"
        connection.execute(update(item).where(there).values(state="approved"))
        [found] = owner.found()
        assert (found.where, found.en) == (
            "item IND-2564-0003", "state is “approved”, the events give “draft”",
        )  # fmt: skip


# --- What the triggers refuse --------------------------------------------------------------------

EVERYWHERE = [
    "UPDATE {name} SET {key} = {key}",
    "UPDATE {name} SET {key} = 'x'",
    "DELETE FROM {name}",
    "DELETE FROM {name} WHERE {number} = 1",
    "INSERT INTO {name} SELECT * FROM {name} WHERE {number} = 1 {meanwhile}",
]
SQLITE = [
    "UPDATE OR REPLACE {name} SET {number} = 1",
    "UPDATE OR IGNORE {name} SET {key} = 'x'",
    "INSERT OR REPLACE INTO {name} SELECT * FROM {name}",
    "REPLACE INTO {name} SELECT * FROM {name}",
    "INSERT OR REPLACE INTO {name} ({columns}) SELECT {columns} FROM {name} WHERE {number} = 1",
    "INSERT OR REPLACE INTO {name} (rowid, {columns}) SELECT rowid, {moved} FROM {name}",
    "INSERT OR REPLACE INTO {name} (_rowid_, {columns}) SELECT rowid, {moved} FROM {name}",
    "REPLACE INTO {name} (oid, {columns}) SELECT 1, {moved} FROM {name}",
]
POSTGRESQL = [
    "TRUNCATE {name}",
    "TRUNCATE {name} CASCADE",
    "SET session_replication_role = replica; DELETE FROM {name}",
    "SET session_replication_role = replica; UPDATE {name} SET {key} = 'x'",
    "SET session_replication_role = replica; TRUNCATE {name}",
    "WITH gone AS (DELETE FROM {name} RETURNING *) SELECT count(*) FROM gone",
]


@pytest.mark.parametrize("name", ["event", "revision"])
def test_events_and_revisions_can_only_be_added(rich: Desk, database_url: str, name: str) -> None:
    before = dump(rich)
    engine = make_engine(database_url)
    what = TABLES[name]
    key, number = what.primary_key.columns.keys()
    columns = ", ".join(column.name for column in what.c)
    moved = columns.replace(f"{key},", f"'x' || {key},", 1)
    sqlite = engine.dialect.name == "sqlite"
    words = {
        "name": name, "key": key, "number": number, "columns": columns, "moved": moved,
        "meanwhile": f"ON CONFLICT ({key}, {number}) DO UPDATE SET {key} = 'x'",
    }  # fmt: skip
    for statement in EVERYWHERE + (SQLITE if sqlite else POSTGRESQL):
        *first, last = statement.format(**words).split("; ")
        with engine.connect() as connection:
            for part in first:
                connection.execute(text(part))
            with pytest.raises(DBAPIError, match="is append-only"):
                connection.execute(text(last))
        assert dump(rich) == before, statement
    engine.dispose()
    assert broken(rich) == []


def test_a_counter_that_was_turned_back_is_found(owner: Owner) -> None:
    counter = table(Counter)
    with owner.undone() as connection:
        connection.execute(update(counter).values(value=counter.c.value - 1))
        assert {found.en for found in owner.found()} == {"this number was never given out"}
    assert owner.found() == []


# --- What is no evidence -------------------------------------------------------------------------


@pytest.mark.parametrize("name", NO_EVIDENCE[:-1])
def test_reminders_and_messages_are_no_part_of_the_trail(owner: Owner, name: str) -> None:
    """They follow from it, or say what became of a message; `reconcile` is their account."""
    what = table(Item).metadata.tables[name]
    assert owner.rows(what)
    with owner.undone() as connection:
        connection.execute(delete(what))
        assert owner.found() == []


@pytest.mark.parametrize("kind", TIMED)
def test_what_moved_a_deadline_is_evidence(owner: Owner, kind: str) -> None:
    event = TABLES["event"]
    for row in [row for row in owner.rows(event) if row["kind"] == kind]:
        forged = plain(row["document"]) | {"comment": "อื่น", "because": {}}
        body = written(forged)
        values = repeated(forged) | {"document": body, "hash": sha256(body).digest()}
        assert not unseen(owner, event, row, update(event).where(key_of(event, row)).values(values))


def test_a_deadline_that_was_put_off_by_hand_is_found(owner: Owner) -> None:
    item = TABLES["item"]
    [row] = [row for row in owner.rows(item) if row["ref"] == "IND-2564-0003"]
    later = row["due"].replace("2021-02-10", "2021-12-10")
    assert later != row["due"]
    with owner.undone() as connection:
        connection.execute(update(item).where(key_of(item, row)).values(due=later))
        [found] = owner.found()
        assert found.where == "item IND-2564-0003"
        assert found.en.startswith("due is “")
