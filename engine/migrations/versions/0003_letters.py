"""Official letters: correspondents, signing officers, the register of numbers, what is owed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    one = sa.PrimaryKeyConstraint
    op.create_table(
        "correspondent",
        *text("organisation", "addressee", "email", "code", "agency", "address", "contact"),
        one("organisation"),
    )
    op.create_table(
        "signatory",
        *text("organisation", "person", "since", "until"),
        *text("post", "acting", "acting_for", "order_ref"),
        one("organisation", "person", "since"),
    )
    op.create_table(
        "letter",
        *text("ref", "sender", "series"),
        *whole("year", "first", "number"),
        *text(
            "printed", "status", "reason", "kind", "form", "dated", "recipient", "cycle", "occasion"
        ),
        *text("facts", "paper", "template", "pdf"),
        one("ref"),
    )
    op.create_table(
        "letter_file",
        *text("letter", "format"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["letter"], ["letter.ref"]),
        one("letter", "format"),
    )
    op.create_table(
        "letter_owed",
        *text("item"),
        *whole("seq"),
        *text("kind", "organisation", "cycle", "occasion", "owed_at", "status", "reason", "letter"),
        sa.ForeignKeyConstraint(["item"], ["item.ref"]),
        one("item", "seq", "kind"),
    )
    for name in ("letter", "recipient"):
        op.add_column("message", sa.Column(name, TEXT, nullable=False, server_default=""))
    op.add_column("message", sa.Column("is_copy", sa.Integer(), nullable=False, server_default="0"))
    _indexes()


def _indexes() -> None:
    numbered = ["sender", "series", "year", "number"]
    op.create_index("letter_number", "letter", numbered, unique=True)
    owed = sa.text("status = 'owed'")
    op.create_index(
        "letter_owed_open", "letter_owed", ["kind", "occasion", "organisation"],
        sqlite_where=owed, postgresql_where=owed,
    )  # fmt: skip
    op.create_index("letter_owed_letter", "letter_owed", ["letter"])
    sent = sa.text("letter <> ''")
    op.create_index(
        "message_letter", "message", ["letter"], sqlite_where=sent, postgresql_where=sent
    )
