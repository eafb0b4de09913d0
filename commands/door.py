"""The way from a command to the office: opened once, asked with a name and a time, closed."""

import functools
import getpass
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from commands.group import Before, t
from commands.terminal import Screen
from engine.clock import SystemClock, arabic, day_of, parse_day, parse_instant
from engine.errors import AnumatError, WrongUse, wrong
from engine.load import FILTERS, Where
from engine.office import Office
from engine.people import Asking
from engine.vocabulary import Vocabulary
from notifications.kinds import LETTERS
from workflows import shipped

try:
    import pwd
except ImportError:  # Windows has none
    pwd = None  # type: ignore[assignment]  # told apart where it is used


def vocabulary() -> Vocabulary:
    """All that definitions may name, from both strangers."""
    return shipped.vocabulary(LETTERS)


class Door:
    """What a command works with. The database is opened when it is first needed."""

    def __init__(self, before: Before) -> None:
        self.url = before.url
        self._before = before
        self._office: Office | None = None
        self.screen: Screen = before.screen
        self.raw = False  # what goes to standard output is a file's content

    @property
    def address(self) -> str:
        """The database's URL as it may be shown: without a password."""
        return shown_url(self.url)

    @property
    def office(self) -> Office:
        """Raises WrongUse where there is no current database, or `--now` meets a real one."""
        if self._office is None:
            self._office = Office.open(self.url, vocabulary())
            self.screen = replace(self.screen, simulation=self._office.simulation)
            self.screen.banner(aside=self.raw)
            if self._before.now and not self._office.simulation:
                raise wrong(
                    "now",
                    "--now ใช้ได้เฉพาะฐานข้อมูลจำลอง (anumat init --simulation)",
                    "--now is for simulations only (anumat init --simulation)",
                )
        return self._office

    @property
    def now(self) -> datetime:
        return parse_instant(self._before.now) if self._before.now else SystemClock().now()

    def clock(self) -> datetime:
        """The time whenever it is asked for, for commands that take a while."""
        return self.now

    @property
    def today(self) -> str:
        """The day in Bangkok, as ISO text."""
        return day_of(self.now).isoformat()

    @property
    def asked_now(self) -> str | None:
        return self._before.now

    def asking(self, person: str | None = None, key: str | None = None) -> Asking:
        return Asking(person, typed_by(), self.now, key)

    def close(self) -> None:
        if self._office is not None:
            self._office.close()


def shown_url(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"  # who knows where in it a password stands


def typed_by() -> str:
    """The operating-system user, for the record: the system's word, not the environment's."""
    try:
        if pwd is not None:
            return pwd.getpwuid(os.getuid()).pw_name
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def with_door(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its door as the first argument, and close it afterwards.

    A refusal is said here, where it is known whether the database is a simulation.
    """

    @click.pass_context
    @functools.wraps(function)
    def command(context: click.Context, *args: Any, **options: Any) -> Any:
        before = context.find_object(Before)
        assert before is not None  # noqa: S101  # the root group always sets it
        door = Door(before)
        try:
            return function(door, *args, **options)
        except AnumatError as error:
            if os.environ.get("ANUMAT_DEBUG"):
                raise
            door.screen.refuse(error)
            raise click.exceptions.Exit(error.exit_code) from None
        finally:
            door.close()

    return command


def item_named(typed: str) -> str:
    """An item's reference has capitals and 0-9, however it was typed."""
    return arabic(typed.strip()).upper()


def as_item(_: click.Context, __: click.Parameter, typed: str) -> str:
    return item_named(typed)


item_ref = click.argument(
    "ref", callback=as_item, help=t("รายการ เช่น IND-2564-0001", "The item, as IND-2564-0001")
)
as_person = click.option(
    "--as",
    "person",
    metavar="PERSON",
    envvar="ANUMAT_AS",
    required=True,
    help=t("ผู้มีอำนาจที่ดำเนินการ (รหัสบุคคล)", "On whose authority (a person's code)"),
)
as_person_or_operator = click.option(
    "--as",
    "person",
    metavar="PERSON",
    envvar="ANUMAT_AS",
    help=t("ผู้มีอำนาจ (ไม่ระบุ: ผู้ดูแลที่พิมพ์คำสั่ง)", "On whose authority (else: the operator who types)"),
)
with_key = click.option(
    "--key",
    metavar="KEY",
    help=t("รหัสกันซ้ำ: คำสั่งเดิมซ้ำจะไม่ทำซ้ำ", "Idempotency key: a repeat changes nothing"),
)
with_where = click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="FIELD=VALUE",
    help=t(
        "เงื่อนไข ใส่ได้หลายครั้ง หลายค่าใช้จุลภาค เช่น state=draft, code=P01,P02, under=MOI",
        "A condition; repeat it, several values with commas: state=draft, code=P01,P02, under=MOI",
    ),
)
ALIASES = {"indicator": "code", "org": "organisation"}


def where_of(conditions: Iterable[str]) -> Where:
    """Read `--where`. Raises WrongUse for a field that is none."""
    values: dict[str, list[str]] = {}
    under = ""
    for condition in conditions:
        name, separator, text = condition.partition("=")
        name = ALIASES.get(name.strip(), name.strip())
        wanted = [part.strip() for part in text.split(",") if part.strip()]
        if not separator or not wanted or name not in (*FILTERS, "under"):
            fields = ", ".join((*FILTERS, *ALIASES, "under"))
            raise wrong(
                "where",
                f"อ่านเงื่อนไข “{condition}” ไม่ได้ ใช้ FIELD=VALUE โดย FIELD คือ {fields}",
                f"cannot read the condition “{condition}”: FIELD=VALUE, where FIELD is {fields}",
            )
        if name == "under":
            under = wanted[0]
        else:
            values.setdefault(name, []).extend(wanted)
    return Where({name: tuple(wanted) for name, wanted in values.items()}, under)


class Day(click.ParamType[str]):
    """A day in any of the forms that engine.clock reads; its value is ISO text."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return parse_day(str(value)).isoformat()
        except WrongUse as error:
            name = param.opts[0] if param else ""
            raise WrongUse(*(replace(reason, where=name) for reason in error.reasons)) from None


DAY = Day()
