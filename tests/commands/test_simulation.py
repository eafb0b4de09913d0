"""A simulation says so in everything that it prints and records; a real database never does."""

import json
import re
from collections.abc import Iterator

import click
import pytest

from cli import main
from tests.commands.typist import EXAMPLES, Typist

FIRST, OPS = "IND-2564-0001", "2564-departments"
LETTER = "OPDC/2563/ว1"
SAYS = "จำลอง (SIMULATION)"
# Every command that opens the database, and what a run of it needs.
COMMANDS: dict[str, tuple[object, ...]] = {
    "init": ("--simulation",),
    "cycle open": ("2565-departments",),
    "import organisations": (EXAMPLES / "organisations.csv",),
    "import people": (EXAMPLES / "people.csv",),
    "import grants": (EXAMPLES / "grants.csv",),
    "import correspondents": ("correspondents.csv",),
    "import signatories": (EXAMPLES / "signatories.csv",),
    "import indicators": (
        EXAMPLES / "fy2564_ops_moi_indicators.csv", "--cycle", "2565-departments",
        "--workflow", "indicator_department", "--organisation", "OPS-MOI",
    ),
    "import change-requests": ("requests.csv", "--cycle", OPS),
    "cycle list": (),
    "cycle show": (OPS,),
    "workflow list": (),
    "workflow show": ("change_request",),
    "workflow publish": ("changed.yaml",),
    "people list": (),
    "grant add": ("nirat", "coordinator", "MOI"),
    "grant end": ("nirat", "coordinator", "MOI"),
    "correspondent list": (),
    "correspondent show": ("OPDC",),
    "correspondent set": ("OPDC", "--code", "นร 1203"),
    "signatory list": (),
    "signatory add": ("MOI", "nirat", "--since", "2563-09-01"),
    "signatory end": ("MOI", "nirat", "--until", "2563-12-31"),
    "meeting add": ("M-1", "--body", "IWG-OPS", "--on", "2563-09-01", "--chair", "nirat"),
    "meeting list": (),
    "meeting show": ("M-1",),
    "open": (
        "performance_report", "--cycle", OPS, "--organisation", "OPS-MOI", "--set", "months=9",
    ),
    "list": (),
    "inbox": (),
    "show": (FIRST,),
    "revise": (FIRST, "--set", "unit=ระดับ", "--as", "somying"),
    "advance": (FIRST, "submit", "--as", "somying"),
    "bulk": ("submit", "--where", "code=2", "--as", "somying"),
    "opine": ("CHG-2564-0001", "--organisation", "OPDC", "--stance", "support", "--as", "nirat"),
    "diff": (FIRST,),
    "history": (FIRST,),
    "audit who": (),
    "audit verify": (),
    "audit export": ("--output", "trail.jsonl"),
    "report cycle": (OPS,),
    "holiday list": (),
    "holiday add": ("2563-11-02", "--name", "วันหยุดพิเศษ"),
    "holiday remove": ("2563-11-02",),
    "holiday known": ("2564-12-31",),
    "calendar": (),
    "deadline list": ("IND-2564-0003",),
    "deadline extend": (
        "IND-2564-0003", "draft_submission", "--by", "5wd", "--comment", "น้ำท่วม", "--as", "somying",
    ),
    "letter list": (),
    "letter find": (),
    "letter preview": (OPS, "invitation_to_draft", "--from", "OPDC"),
    "letter issue": (OPS, "invitation_to_draft", "--from", "OPDC", "--as", "anong"),
    "letter show": (LETTER,),
    "register show": ("--from", "OPDC"),
    "register set-aside": ("5", "--from", "OPDC", "--reason", "ออกบนกระดาษ", "--as", "anong"),
    "outbox list": (),
    "outbox show": (f"{LETTER}|OPS-MOI|1",),
    "outbox retry": (f"{LETTER}|OPS-MOI|1", "--comment", "ลองอีกครั้ง"),
    "outbox retry-failed": ("--comment", "ลองอีกครั้ง"),
    "outbox cancel": (f"{LETTER}|OPS-MOI|1", "--comment", "ส่งทางไปรษณีย์"),
    "outbox bounce": ("requests.csv",),
    "letter void": (LETTER, "--reason", "พิมพ์ผิด", "--as", "anong"),
    "tick": (),
    "status": (),
    "obligations": (),
    "settle": ("somying|2020-10-01", "--sent", "--comment", "พบแล้ว"),
    "reconcile": (),
}  # fmt: skip
# These print text that is a file's content, or look at no item: they say it aside, or need not.
# What these are refused here: nobody is consulted about a draft, no shipped definition lets a
# deadline be put off, there is no such message, and the file is no report of one.
ENDS = {"opine": 1, "deadline extend": 1, "settle": 2, "outbox bounce": 2}
OTHERS = {
    "demo", "doctor", "completion", "workflow check", "workflow diagram", "cycle check",
    "run",  # in real time: tests/commands/test_clock.py
    "template list", "template show", "template check",  # of no office in particular
    "mail test",  # opens no database: tests/commands/test_sending.py
}  # fmt: skip


def leaves(command: click.Command, context: click.Context, path: str = "") -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield path
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from leaves(inner, context, f"{path} {name}".strip())


def test_no_command_is_forgotten_here() -> None:
    assert {*COMMANDS, *OTHERS} == set(leaves(main, click.Context(main)))


@pytest.fixture
def prepared(office: Typist) -> Typist:
    """The office, with the few files and the request that some commands need."""
    from pathlib import Path

    from workflows.shipped import definitions

    texts = {path.stem: path.read_text("utf-8") for path in definitions()}
    changed = texts["performance_report"].replace("ยังไม่เปิดรับรายงาน", "ยังไม่เปิด")
    Path("changed.yaml").write_text(changed, "utf-8")
    Path("requests.csv").write_text(
        "organisation,indicator,kind,reason_th,target_100,host_agency\n"
        "OPS-MOI,1,target,น้ำท่วม,80,OPDC\n",
        "utf-8",
    )
    Path("correspondents.csv").write_text("organisation,addressee\nMOI,ปลัดกระทรวง\n", "utf-8")
    return office


@pytest.mark.parametrize("form", ["th", "en", "json"])
def test_every_answer_of_a_simulation_says_so(prepared: Typist, form: str) -> None:
    prepared.lang = "th" if form == "th" else "en"
    for command, words in COMMANDS.items():
        answer = prepared(*command.split(), *words, json=form == "json", code=ENDS.get(command, 0))
        if form == "json":
            assert answer.data["simulation"] is True, command
            continue
        first, *rest = answer.said.splitlines()
        assert first.startswith(SAYS), command
        assert rest, command
        assert form == "en" or re.search("[ก-๙]", "".join(rest)), command
    documents = [
        json.loads(line)["document"] for line in prepared("audit", "export").out.splitlines()
    ]
    assert all(document["simulated"] is True for document in documents)


def test_text_that_may_become_a_file_is_left_clean_and_the_word_is_said_aside(
    office: Typist,
) -> None:
    for words in (("workflow", "diagram", "change_request"), ("audit", "export")):
        answer = office(*words)
        assert SAYS not in answer.out
        assert SAYS in answer.err


def test_refusals_of_a_simulation_say_so_too(office: Typist) -> None:
    for words, code in (
        (("advance", FIRST, "approve", "--as", "somying"), 1),
        (("show", "IND-1"), 2),
    ):
        assert office(*words, json=True, code=code).data["simulation"] is True
        assert SAYS in office(*words, code=code).said


def test_a_real_database_says_nothing_of_the_kind(nowhere: Typist) -> None:
    nowhere("init")
    nowhere("import", "organisations", EXAMPLES / "organisations.csv")
    nowhere("cycle", "open", OPS)
    for words in (("cycle", "list"), ("audit", "who"), ("inbox",), ("people", "list")):
        assert SAYS not in nowhere(*words).said
        assert "simulation" not in nowhere.data(*words)
    assert "simulated" not in nowhere("audit", "export").out.replace("simulation", "")


def test_the_clock_of_a_simulation_is_what_was_asked_for(office: Typist) -> None:
    office("advance", FIRST, "submit", "--as", "somying", now="1 ต.ค. 2563 08:15")
    event = office.data("history", FIRST)["events"][-1]
    assert event["recorded_at"] == "2020-10-01T01:15:00.000000Z"
    office("advance", "IND-2564-0002", "submit", "--as", "somying", now="",
           env={"ANUMAT_NOW": "2563-10-02"})  # fmt: skip
    event = office.data("history", "IND-2564-0002")["events"][-1]
    assert event["recorded_at"] == "2020-10-02T02:00:00.000000Z"
