"""Calendars, open deadlines, the alarms of the clock, and the ledger of what is owed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def upgrade() -> None:
    one = sa.PrimaryKeyConstraint
    for table, column in (("cycle", "calendar"), ("item", "due")):
        op.add_column(table, sa.Column(column, TEXT, nullable=False, server_default="{}"))
    op.create_table(
        "holiday", *text("day", "scope", "kind", "reason", "source"), one("day", "scope")
    )
    op.create_table(
        "alarm",
        *text("item", "kind", "name", "step", "at"),
        sa.ForeignKeyConstraint(["item"], ["item.ref"]),
        one("item", "kind", "name"),
    )
    op.create_table(
        "obligation",
        *text("key", "item", "state", "deadline", "step", "role", "announced", "due"),
        *text("due_at", "called_at", "recipient", "status", "reason", "message", "settled_at"),
        sa.ForeignKeyConstraint(["item"], ["item.ref"]),
        one("key"),
    )
    op.create_table(
        "message",
        *text("key", "person", "day", "status", "claim", "until"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *text("claimed_at", "settled_at", "note"),
        one("key"),
    )
    op.create_table("heartbeat", *text("name", "at", "by", "did"), one("name"))
    _indexes()


def _indexes() -> None:
    owed, unsettled = sa.text("status = 'owed'"), sa.text("settled_at = ''")
    trouble = sa.text("status = 'failed' OR status = 'unknown'")
    op.create_index("alarm_due", "alarm", ["kind", "at", "item", "name"])
    op.create_index("obligation_due", "obligation", ["due_at"])
    op.create_index("obligation_message", "obligation", ["message"])
    for name, table, columns, where in (
        ("obligation_owed", "obligation", ["message", "recipient"], owed),
        ("obligation_of_item", "obligation", ["item"], owed),
        ("obligation_trouble", "obligation", ["status"], trouble),
        ("message_open", "message", ["until", "key"], unsettled),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
