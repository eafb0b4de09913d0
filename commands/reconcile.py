"""anumat reconcile."""

from datetime import date
from typing import Any

import click
from sqlalchemy import func, select

from commands.door import DAY, Door, with_door
from commands.group import t
from commands.terminal import Column, Screen
from engine.alarms import CANCELLED, FAILED, SENT
from engine.clock import day_of, instant_of
from engine.database import Transaction
from engine.errors import wrong
from engine.ledger import Alarm, Obligation
from engine.reconcile import ALL, Account, reconcile
from engine.tables import Setting, table

SHOWN = 50
_setting = table(Setting).c
_FOUNDED = select(_setting.value).where(_setting.name == "created_at")
_FIRST = select(func.min(table(Obligation).c.due_at))
_ALARM = select(func.min(table(Alarm).c.at))
WHY = {
    "left": ("รายการพ้นขั้นนั้นแล้ว", "the item had left"),
    "moved": ("กำหนดเลื่อน", "the deadline moved"),
    "superseded": ("มีการเตือนที่ใหม่กว่า", "a later reminder took its place"),
    "nobody": ("ไม่มีผู้ถือบทบาท", "nobody holds the role"),
}


@click.command(
    "reconcile",
    help=t(
        "กระทบยอดการแจ้งเตือน: ควรแจ้งเท่าใด แจ้งแล้วเท่าใด ยกเลิกเพราะเหตุใด (รหัส 1 ถ้ามีสิ่งที่อธิบายไม่ได้)",
        "The account of a period: owed, sent, cancelled and why; exit code 1 where something is "
        "not accounted for.",
    ),
)
@click.option(
    "--from", "since", type=DAY, help=t("ตั้งแต่วันที่ (ปกติแต่แรก)", "From this day (default: all)")
)
@click.option("--until", type=DAY, help=t("ถึงวันที่ (ปกติวันนี้)", "Until this day (default: today)"))
@with_door
def command(door: Door, since: str | None, until: str | None) -> None:
    office, screen, now = door.office, door.screen, door.now
    last = date.fromisoformat(until) if until else day_of(now)
    with office.database.read() as transaction:
        first = date.fromisoformat(since) if since else _beginning(transaction, last)
        if first > last:
            raise wrong(
                "period",
                f"ช่วงเวลากลับกัน: {screen.day(first)} อยู่หลัง {screen.day(last)}",
                f"the period is reversed: {screen.day(first)} is after {screen.day(last)}",
            )
        account = reconcile(transaction, office, first, last, now)
    if screen.json:
        screen.data(facts_of(account, first, last))
    else:
        print_account(screen, account, first, last)
    if not account.balanced:
        raise click.exceptions.Exit(1)


def _beginning(transaction: Transaction, last: date) -> date:
    """When the office was founded, or the first reminder before it, called or not: a simulation's
    clock may stand years before the day on which it was made."""
    firsts = [transaction.rows(asked)[0][0] for asked in (_FOUNDED, _FIRST, _ALARM)]
    return min(last, *(day_of(instant_of(each)) for each in firsts if each))


def facts_of(account: Account, first: date, last: date) -> dict[str, Any]:
    """The stable JSON form of an account."""
    return {
        "from": first,
        "until": last,
        "balanced": account.balanced,
        "owed": account.owed,
        **{("waiting" if s == "owed" else s): account.statuses[s] for s in ALL},
        "reasons": {status: dict(why) for status, why in account.reasons.items()},
        "open_deadlines": account.deadlines,
        "letters": {
            "accepted": account.letters[SENT],
            "open": account.letters_open,
            "to_issue": account.to_issue,
        },
        "gaps": account.gaps,
    }


def print_account(screen: Screen, account: Account, first: date, last: date) -> None:
    """What became of what was owed in a period, and what nobody can account for."""
    count = account.statuses
    period = f"{screen.day(first)} – {screen.day(last)}"
    screen.heading(screen.pick(f"การแจ้งเตือน {period}", f"Reminders, {period}"))
    screen.fields(
        [
            (screen.pick("ต้องแจ้ง", "Owed"), str(account.owed)),
            (screen.pick("ส่งแล้ว", "Sent"), str(count["sent"])),
            (screen.pick("ยกเลิก", "Cancelled"), _with_reasons(screen, account, CANCELLED)),
            (screen.pick("รอส่ง", "Waiting"), str(count["owed"])),
            (screen.pick("ส่งไม่สำเร็จ", "Failed"), _with_reasons(screen, account, FAILED)),
            (screen.pick("ไม่ทราบผล", "Unknown"), str(count["unknown"])),
            (screen.pick("กำหนดที่เปิดอยู่", "Open deadlines"), str(account.deadlines)),
            (screen.pick("หนังสือ", "Letters"), _letters(screen, account)),
        ]
    )
    if account.gaps:
        screen.heading(screen.pick("อธิบายไม่ได้", "Not accounted for"))
        screen.table(
            [
                Column("รายการ", "Item", shrink=False),
                Column("กำหนด", "Deadline", shrink=False),
                Column("สิ่งที่พบ", "What is wrong", style=lambda _: "red"),
            ],
            [(gap.ref, gap.name, screen.pick(gap.th, gap.en)) for gap in account.gaps[:SHOWN]],
        )
        if len(account.gaps) > SHOWN:
            more = len(account.gaps) - SHOWN
            screen.say(f"และอีก {more}", f"and {more} more")
    if account.balanced:
        screen.say("ครบถ้วน: อธิบายได้ทุกรายการ", "Balanced: everything is accounted for")
    else:
        screen.say(
            "ไม่ครบถ้วน ดู anumat obligations และ anumat outbox list",
            "Not balanced. See: anumat obligations, anumat outbox list",
        )


def _letters(screen: Screen, account: Account) -> str:
    sent, still, to_issue = account.letters[SENT], account.letters_open, account.to_issue
    return screen.pick(
        f"ระบบอีเมลหรือโฟลเดอร์รับแล้ว {sent} รอส่งหรือส่งไม่ได้ {still} ยังไม่ได้ออก {to_issue}",
        f"{sent} accepted, {still} waiting or stuck, {to_issue} to be issued",
    )


def _with_reasons(screen: Screen, account: Account, status: str) -> str:
    why = account.reasons.get(status)
    if not why:
        return str(account.statuses[status])
    said = ", ".join(
        f"{screen.pick(*WHY.get(reason, (reason, reason)))} {number}"
        for reason, number in why.most_common()
    )
    return f"{account.statuses[status]} ({said})"
