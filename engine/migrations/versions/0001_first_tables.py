"""The first tables, and the triggers that keep events and revisions append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
APPEND_ONLY = {"event": ("stream", "seq"), "revision": ("item", "number")}


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def blob(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]


def upgrade() -> None:
    _register_tables()
    _item_tables()
    _indexes()
    for table, key in APPEND_ONLY.items():
        if op.get_bind().dialect.name == "sqlite":
            _sqlite_triggers(table, key)
        else:
            _postgresql_triggers(table)


def _register_tables() -> None:
    one = sa.PrimaryKeyConstraint
    op.create_table("setting", *text("name", "value"), one("name"))
    op.create_table("counter", *text("name"), *whole("value"), one("name"))
    op.create_table("stream", *text("name"), *whole("version"), *blob("head"), one("name"))
    op.create_table("answered", *text("key", "asked", "answer", "recorded_at"), one("key"))
    op.create_table(
        "organisation",
        *text("code", "name_th", "name_en", "kind", "parent", "region", "path"),
        one("code"),
    )
    op.create_table(
        "person",
        *text("code", "name_th", "name_en", "post_th", "post_en", "email"),
        one("code"),
    )
    op.create_table(
        "role_grant",
        *text("person", "role", "organisation", "since", "until"),
        one("person", "role", "organisation", "since"),
    )
    op.create_table(
        "cycle",
        *text("code"),
        *whole("fiscal_year"),
        *text("track", "title_th", "title_en", "classification", "rules", "dates"),
        one("code"),
    )
    op.create_table(
        "definition",
        *text("workflow"),
        *whole("version"),
        *text("digest", "document"),
        one("workflow", "version"),
    )
    op.create_table(
        "meeting",
        *text("ref", "body", "held_on", "title", "chair", "chair_for", "delegation", "resolutions"),
        one("ref"),
    )


def _item_tables() -> None:
    one = sa.PrimaryKeyConstraint

    def of_item() -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint(["item"], ["item.ref"])

    op.create_table(
        "item",
        *text("ref", "workflow"),
        *whole("definition"),
        *text("content", "cycle", "organisation", "code", "title", "subject"),
        *text("state", "holder", "visits"),
        *whole("revision"),
        *text("digest"),
        *whole("voided"),
        *text("entered_at"),
        *whole("version"),
        *blob("head"),
        one("ref"),
    )
    op.create_table(
        "revision",
        *text("item"),
        *whole("number"),
        *text("digest"),
        *blob("body"),
        of_item(),
        one("item", "number"),
    )
    op.create_table(
        "thread",
        *text("item"),
        *whole("number"),
        *text("question", "asked_by", "asked_at"),
        *text("answer", "answered_by", "answered_at", "approved_by", "approved_at"),
        of_item(),
        one("item", "number"),
    )
    op.create_table(
        "opinion",
        *text("item"),
        *whole("seq"),
        *text("consultation", "organisation", "stance", "words", "person", "given_on"),
        *whole("revision"),
        of_item(),
        one("item", "seq"),
    )
    op.create_table(
        "event",
        *text("stream"),
        *whole("seq"),
        *text("kind", "recorded_at", "person", "organisation", "workflow", "trigger", "source"),
        *text("outcome", "body", "meeting", "decided_on"),
        *whole("revision"),
        *blob("document", "hash"),
        one("stream", "seq"),
    )


def _indexes() -> None:
    op.create_index("item_holder", "item", ["holder", "entered_at", "ref"])
    op.create_index("item_desk", "item", ["holder", "organisation", "entered_at", "ref"])
    op.create_index("item_set", "item", ["cycle", "organisation", "content"])
    op.create_index("grant_holders", "role_grant", ["role", "organisation"])
    subjects, decisions = sa.text("subject != ''"), sa.text("outcome != ''")
    op.create_index(
        "item_subject", "item", ["subject"], sqlite_where=subjects, postgresql_where=subjects
    )
    op.create_index(
        "event_decisions",
        "event",
        ["recorded_at"],
        sqlite_where=decisions,
        postgresql_where=decisions,
    )


def _sqlite_triggers(table: str, key: tuple[str, str]) -> None:
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN {refuse}; END"
        )
    # INSERT OR REPLACE deletes the old row without asking the trigger above; a hidden rowid that
    # is in use does the same.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ("
        f"SELECT 1 FROM {table} WHERE ({key[0]} = NEW.{key[0]} AND {key[1]} = NEW.{key[1]})) "
        f"OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid) BEGIN {refuse}; END"
    )


def _postgresql_triggers(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    # ALWAYS: also when a session says that it is a replica.
    for name in ("change", "truncate"):
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_{name}")
