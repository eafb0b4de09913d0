"""Row `tick`: a round of the clock among millions of reminders, while nothing is due, and while a
thousand are and another process takes steps.

What lies around is written by the driver alone; the items whose reminders fall due, and those that
are stepped, are the engine's.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median, quantiles

from sqlalchemy import func, select

from bench.inbox import DAY, Row, rows, short, written
from bench.measure import Figure, Size, take_turns
from bench.stage import FULL_CYCLE, MEETING, asking, at, codes, fill, found, opened
from engine import advance
from engine.case import Given
from engine.claims import Claim
from engine.clock import instant_of
from engine.ledger import Alarm, Obligation
from engine.messages import deliver, lapse
from engine.obligations import call
from engine.office import Office
from engine.replay import COLUMNS
from engine.tables import Item, table
from engine.tick import Round, tick
from engine.timing import REMIND
from engine.windows import fire

OPEN = 3  # reminders of each item that lies around
DEADLINES = ("draft_submission", "internal_draft", "opdc_decision")
LOOKS = 20  # rounds of the clock that are timed together
PAUSE = 0.002  # between two steps of the other process
ALARM = tuple(column.name for column in table(Alarm).c)
OWED = tuple(column.name for column in table(Obligation).c)
DUE = "due"
# The days on which reminders fall due: all before the first one of the items that are stepped.
DAYS = 4
BETWEEN = 0.1  # seconds from one day's round to the next


def measured(folder: Path, size: Size, say: Callable[[str], None]) -> Iterator[Figure]:
    say(f"writing {size.few * OPEN:,} and {size.many * OPEN:,} open reminders")
    few, many = (waiting(folder, amount, size) for amount in (size.few, size.many))
    say("nothing is due")
    yield from _idle(opened(few), opened(many), size)
    say(f"{size.due:,} reminders are due, and steps are taken beside")
    yield from _beside(many, size)


def waiting(folder: Path, amount: int, size: Size) -> str:
    """A database of so many items with open reminders, and with a ledger of those long settled."""
    path = folder / f"{amount}.db"
    url = f"sqlite:///{path}"
    found(url)
    fill(url, DUE, size.due, submitted=False)
    for start in range(0, size.beside, FULL_CYCLE):
        fill(url, f"beside-{start}", min(FULL_CYCLE, size.beside - start), submitted=True)
    written(path, "item", COLUMNS, rows(amount))
    written(path, "alarm", ALARM, alarms(amount))
    written(path, "obligation", OWED, settled(amount))
    return url


def alarms(amount: int) -> Iterator[Row]:
    """Reminders of the items of `inbox.rows`, all still to come."""
    random = Random(amount)
    moments = [at(random.randrange(60 * DAY, 3_600 * DAY)) for _ in range(65_536)]
    for number in range(amount):
        for name, deadline in enumerate(DEADLINES):
            moment = moments[(number * OPEN + name) * 7919 % 65_536]
            yield f"IND-2564-{number:07d}", REMIND, deadline, "-14d", moment


def settled(amount: int) -> Iterator[Row]:
    """One obligation of each of them: half were sent, half were never put into a message."""
    offices = codes(40)
    for number in range(amount):
        ref, person = f"IND-2563-{number:07d}", f"co-{offices[number % 40]}"
        status, reason, key = ("sent", "", f"{person}|{number}")
        if number % 2:
            status, reason, key = ("cancelled", "superseded 0", "")
        moment = at(-(number % 3_600 + 1) * DAY)
        yield (
            f"{ref}|draft|1|draft_submission|0|-14d|{person}", ref, "draft", "draft_submission",
            "-14d", "coordinator", moment[:10], moment[:10], moment, moment, person, status, reason,
            key, moment,
        )  # fmt: skip


# --- Nothing is due ------------------------------------------------------------------------------


def _idle(few: Office, many: Office, size: Size) -> Iterator[Figure]:
    now = asking().now

    def asked(office: Office) -> None:
        """What a round asks of the database."""
        for _ in range(LOOKS):
            lapse(office, now)
            fire(office, "bench", now)
            with office.database.write() as transaction:
                call(transaction, office, now)
            deliver(office, lambda: now, _accepted, lambda: False)

    def beaten(office: Office) -> None:
        """The same, and the heartbeat."""
        for _ in range(LOOKS):
            tick(office, "bench", lambda: now, _accepted)

    taken = take_turns(size.bulks, lambda _: asked(many), lambda _: asked(few))
    each = [seconds / LOOKS * 1000 for seconds in taken.ours]
    ratio, spread = taken.ratio(of_time=True)
    whole = take_turns(size.bulks, lambda _: beaten(many), lambda _: asked(many))
    heartbeat = median(o - f for o, f in zip(whole.ours, whole.floor, strict=True)) / LOOKS * 1000
    among, fewer = short(size.many * OPEN), short(size.few * OPEN)
    note = f"and {heartbeat:.2f} ms for the heartbeat, which is made durable"
    what = f"a tick with nothing due, among {among} open reminders"
    yield Figure(what, median(each), "ms", None, (1,), at_most=True, note=note)
    what = f"… at {among} ÷ at {fewer}"
    yield Figure(what, ratio, "", spread, (1.3,), at_most=True)
    few.close()
    many.close()


def _accepted(_: Claim) -> None:
    """Every message is taken at once."""


# --- A thousand are due --------------------------------------------------------------------------


def _beside(url: str, size: Size) -> Iterator[Figure]:
    office = opened(url)
    command = [sys.executable, "-m", "bench.tick", url, str(size.beside)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdin=pipe, stdout=pipe, encoding="utf-8"
    ) as other:
        if other.stdin is None or other.stdout is None:
            raise AssertionError("both are pipes")
        other.stdout.readline()  # it has taken the steps that nobody was in the way of
        ticks = [_ticked(office, size.due) for _ in range(DAYS)]
        other.stdin.close()
        quiet, steps = json.loads(other.stdout.read())
    office.close()
    during = [
        taken
        for begin, taken in steps
        if any(begin + taken >= began and begin <= ended for began, ended, _ in ticks)
    ]
    took = sum(ended - began for began, ended, _ in ticks)
    owed, sent = (sum(getattr(done, n) for *_, done in ticks) for n in ("owed", "sent"))
    if len(during) > 1:
        calm, busy = (_milliseconds(sorted(each)) for each in (quiet, during))
        note = (
            f"p95 {calm[0]:.1f} ms, then {busy[0]:.1f} ms; the longest {calm[1]:.0f} ms of "
            f"{len(quiet):,}, then {busy[1]:.0f} ms of {len(during):,}"
        )
        what = f"a step waits longer while {size.due:,} reminders are called and sent, p95"
        longer = max(0.0, busy[0] - calm[0])
        yield Figure(what, longer, "ms", None, (50,), at_most=True, note=note)
    note = f"{owed:,} reminders in {sent:,} messages in {took:.2f} s, beside the steps"
    yield Figure("messages claimed, handed over and marked", sent / took, "/s", note=note)


def _ticked(office: Office, due: int) -> tuple[float, float, Round]:
    """When a round began and ended, and what it did. Its time is that of the next reminders of the
    cycle: all its items share the day."""
    item, alarm = table(Item).c, table(Alarm).c
    together = (
        select(func.min(alarm.at))
        .join_from(table(Item), table(Alarm), alarm.item == item.ref)
        .where(item.cycle == DUE)
    )
    with office.database.read() as transaction:
        [(when,)] = transaction.ask(together)
    began = time.monotonic()
    done = tick(office, "bench", lambda: instant_of(when), _accepted)
    ended = time.monotonic()
    if done.owed < due or not done.sent:
        raise RuntimeError(f"not everything was called and sent: {done}")
    time.sleep(BETWEEN)
    return began, ended, done


def _milliseconds(taken: list[float]) -> tuple[float, float]:
    """The 95th percentile, and the longest."""
    return quantiles(taken, n=20, method="inclusive")[-1] * 1000, taken[-1] * 1000


def _other(url: str, amount: int) -> None:
    """A process of its own: a quarter of the steps undisturbed, and then the others until it is
    told to stop."""
    office, stop = opened(url), threading.Event()
    item = table(Item).c
    with office.database.read() as transaction:
        wanted = select(item.ref).where(item.cycle.startswith("beside-")).order_by(item.ref)
        refs = [ref for (ref,) in transaction.ask(wanted)]
    threading.Thread(target=_told, args=(stop,), daemon=True).start()
    given, steps = Given(meeting=MEETING["endorse"]), []
    for number, ref in enumerate(refs):
        if stop.is_set():
            break
        if number == amount // 4:
            print("undisturbed", flush=True)
        who, begin = asking("wipa", number), time.monotonic()
        advance.advance(office, who, ref, "endorse", given)
        steps.append((begin, time.monotonic() - begin))
        time.sleep(PAUSE)
    office.close()
    calm = amount // 4
    print(json.dumps([[taken for _, taken in steps[:calm]], steps[calm:]]))


def _told(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    _other(sys.argv[1], int(sys.argv[2]))
