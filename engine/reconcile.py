"""The account of what was owed: for a period, every obligation and what became of it, and every
deadline that is open now against the alarm that must stand behind it.

It trusts neither the clock nor the alarms: what should be there is computed from the items.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select

from engine import load
from engine.alarms import CANCELLED, FAILED, OWED, SENT, UNKNOWN
from engine.canonical import plain
from engine.claims import CLAIMED, WAITING
from engine.clock import beginning_of, end_of, instant_of, stamp
from engine.correspondence import Letter
from engine.database import Transaction
from engine.ladder import plan_of, rungs
from engine.ledger import Alarm as AlarmRow
from engine.ledger import Message, Obligation
from engine.load import Loaded
from engine.numbers import ISSUED
from engine.obligations import UNREADABLE
from engine.office import Office
from engine.standing import STUCK, TO_ISSUE
from engine.tables import Item, table
from engine.timing import FIRE, LETTER, REMIND, Alarm, Timing
from engine.windows import REFUSED

_o, _a = table(Obligation).c, table(AlarmRow).c
_m, _l = table(Message).c, table(Letter).c
_COUNTS = (
    select(_o.status, _o.reason, func.count())
    .where(_o.due_at >= bindparam("since"), _o.due_at <= bindparam("until"))
    .group_by(_o.status, _o.reason)
)
_LATE = select(_a.item, _a.kind, _a.name, _a.step, _a.at).where(
    or_(
        and_(
            or_(_a.kind == REMIND, _a.kind == FIRE),
            _a.at >= bindparam("since"),
            _a.at <= bindparam("until"),
        ),
        and_(_a.kind == FIRE, _a.step == REFUSED),  # it is tried again, and is not done
    )
)
_LETTERS = (
    select(_m.status, func.count())
    .select_from(table(Message).join(table(Letter), _l.ref == _m.letter))
    .where(_l.dated >= bindparam("first"), _l.dated <= bindparam("last"))
    .group_by(_m.status)
)
_NOT_QUEUED = (
    select(_l.ref, _l.printed)
    .where(
        _l.status == ISSUED,
        _l.dated >= bindparam("first"),
        _l.dated <= bindparam("last"),
        ~exists().where(
            _m.letter == _l.ref,
            _m.is_copy == 0,
            or_(_l.recipient == "", _m.recipient == _l.recipient),
        ),
    )
    .order_by(_l.ref)
)
_OPEN = load.ITEMS.where(table(Item).c.due != "{}").order_by(table(Item).c.ref)
# Not those of letters that were sent: they stand for no deadline, and wait on a person.
_ALARMS = select(_a.item, _a.kind, _a.name, _a.step, _a.at).where(_a.kind != LETTER)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not accounted for: the item, the deadline or trigger, and what is wrong; or
    the letter with its number."""

    ref: str
    name: str
    th: str
    en: str


@dataclass(slots=True)
class Account:
    """Obligations of the period by status, the reasons of the cancelled and the failed, and what
    is not accounted for; the messages of letters of its days by status, and how many are to be
    issued now."""

    statuses: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    deadlines: int = 0
    letters: Counter[str] = field(default_factory=Counter)
    to_issue: int = 0

    @property
    def owed(self) -> int:
        """All that was owed, whatever became of it."""
        return sum(self.statuses.values())

    @property
    def balanced(self) -> bool:
        """Whether everything was sent, or cancelled with a reason, and nothing is missing. A letter
        that nobody has written yet is work, and no gap."""
        open_ones = sum(self.statuses[status] for status in (OWED, FAILED, UNKNOWN))
        return not open_ones and not self.gaps and not self.letters_open

    @property
    def letters_open(self) -> int:
        """Messages of letters that wait, are being sent, or got stuck."""
        return sum(self.letters[status] for status in (WAITING, CLAIMED, *STUCK))


def reconcile(
    transaction: Transaction, office: Office, since: date, until: date, now: datetime
) -> Account:
    """The account of the Bangkok days from `since` until `until`, both included."""
    account = Account()
    period = {"since": stamp(beginning_of(since)), "until": stamp(min(end_of(until), now))}
    for status, reason, number in transaction.rows(_COUNTS, period):
        account.statuses[status] += number
        if status in (CANCELLED, FAILED):
            why = account.reasons.setdefault(status, Counter())
            why[reason.partition(" ")[0]] += number
    account.gaps += map(_not_called, transaction.rows(_LATE, period))
    days = {"first": since.isoformat(), "last": until.isoformat()}
    account.letters.update(dict(transaction.rows(_LETTERS, days)))
    account.gaps += [_not_queued(*row) for row in transaction.rows(_NOT_QUEUED, days)]
    [(account.to_issue,)] = transaction.rows(TO_ISSUE)
    account.gaps += _missing(transaction, office, account, now)
    return account


def _not_called(row: tuple[Any, ...]) -> Gap:
    ref, kind, name, step, at = row
    if kind == FIRE:
        why_th, why_en = (
            ("ถูกเงื่อนไขปฏิเสธ จะลองใหม่", "was refused and is tried again")
            if step == REFUSED
            else ("ยังไม่เกิด", "is due")
        )
        return Gap(ref, name, f"ขั้นอัตโนมัติ {why_th} ({at})", f"the automatic step {why_en} ({at})")
    return Gap(
        ref, name, f"ถึงกำหนดเตือน {step} แล้วแต่ยังไม่มีการเตือน ({at})",
        f"the reminder {step} fell due and was not called ({at})",
    )  # fmt: skip


def _not_queued(ref: str, printed: str) -> Gap:
    return Gap(
        ref, printed, "หนังสือที่ออกแล้วไม่มีข้อความถึงผู้รับในกล่องส่งออก",
        "it was issued, and no message to its recipient is in the outbox",
    )  # fmt: skip


def _missing(
    transaction: Transaction, office: Office, account: Account, now: datetime
) -> Iterator[Gap]:
    """Every open deadline must have the alarm of its next reminder, and no alarm may be without."""
    timing = Timing(office.workdays(transaction), now)
    there: dict[str, dict[tuple[str, str], Alarm]] = {}
    for ref, *row in transaction.rows(_ALARMS):
        alarm = Alarm(*row)
        there.setdefault(ref, {})[alarm.kind, alarm.name] = alarm
    for loaded in load.loaded_rows(transaction.rows(_OPEN)):
        try:
            yield from list(_of_item(transaction, office, timing, account, loaded, there))
        except UNREADABLE as error:
            yield _spoilt(loaded.item.ref, error)
    for ref, alarms in there.items():
        for _, name in alarms:
            yield Gap(ref, name, "มีการตั้งเตือนที่ไม่มีกำหนดรองรับ", "an alarm stands without a deadline")


def _spoilt(ref: str, error: Exception) -> Gap:
    return Gap(ref, "", f"อ่านข้อมูลของรายการไม่ได้: {error!r}", f"its row cannot be read: {error!r}")


def _of_item(
    transaction: Transaction, office: Office, timing: Timing, account: Account, loaded: Loaded,
    there: dict[str, dict[tuple[str, str], Alarm]],
) -> Iterator[Gap]:  # fmt: skip
    item, place = loaded.item, loaded.place
    alarms = there.pop(item.ref, {})
    workflow = office.definitions.get(transaction, item.workflow, item.definition).workflow
    state, due = workflow.states[item.state], plain(item.due)
    days = timing.days(place, item.code)
    for deadline in state.deadlines:
        entry = due.get("open", {}).get(deadline.name)
        if entry is None:
            continue
        account.deadlines += 1
        alarm = alarms.pop((REMIND, deadline.name), None)
        plan = plan_of(deadline, state.holder or "", place.reminders)
        last = date.fromisoformat(entry["effective"])
        expected = (r for r in rungs(plan, last, days) if alarm is None or r.step == alarm.step)
        rung = next((r for r in expected if alarm or r.at > timing.now), None)
        if alarm is None and rung is not None:
            yield Gap(
                item.ref, deadline.name, "ไม่มีการตั้งเตือนครั้งต่อไป", "its next reminder is not set"
            )
        elif alarm is not None and (rung is None or rung.at != instant_of(alarm.at)):
            yield Gap(
                item.ref, deadline.name, f"การเตือน {alarm.step} ตั้งไว้ผิดเวลา ({alarm.at})",
                f"the reminder {alarm.step} is set for the wrong time ({alarm.at})",
            )  # fmt: skip
    for trigger in due.get("fires", {}):
        if alarms.pop((FIRE, trigger), None) is None:
            yield Gap(item.ref, trigger, "ไม่มีการตั้งเวลาของขั้นอัตโนมัติ", "its automatic step is not set")
    if alarms:
        there[item.ref] = alarms


ALL = (OWED, SENT, FAILED, UNKNOWN, CANCELLED)
