"""A file that is no definition is refused with every complaint, each with its line; no file
whatever makes the loader fail in another way, or hang."""

import random
import re
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.definition import Workflow
from engine.definitions import published_form
from engine.errors import Reason, WrongUse
from engine.loader import check, load
from engine.reading import MAX_BYTES, MAX_LISTED, nearest
from notifications.kinds import LETTERS
from workflows.shipped import definitions, vocabulary

VOCABULARY = vocabulary(LETTERS)
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML takes for the end of a line
Check = Callable[[str | bytes], list[Reason]]
# Every key of the language is in it once at least.
FULL = """\
workflow: full
title: {th: ครบ, en: Full}
content: change_request
prefix: FULL
initial: draft
opened_by: [clerk]
roles:
  clerk:
    th: เสมียน
    en: Clerk
  judge: {th: กรรมการ, en: Judge}
consultations:
  hosts:
    title: {th: เจ้าภาพ, en: Hosts}
    role: judge
    field: host_agency
    during: draft
states:
  draft:
    title: {th: ร่าง, en: Draft}
    holder: clerk
    edit: clerk
    counts: false
    amendable: true
    stops_clock: true
    deadlines:
      - name: first
        title: {th: หนึ่ง, en: First}
        due:
          fixed: 30 ต.ค. 2563
        policy: next_working_day
        remind: [5wd, 1d]
        ladder: [clerk, judge]
      - name: second
        title: {th: สอง, en: Second}
        due: {after: 5wd}
      - name: third
        title: {th: สาม, en: Third}
        due:
          window:
            opens: start
            closes: finish
  done:
    title: {th: เสร็จ, en: Done}
    final: true
transitions:
  - trigger: ask
    title: {th: ถาม, en: Ask}
    from: draft
    by: judge
    requires: [comment]
    thread: ask
  - trigger: finish
    title: {th: จบ, en: Finish}
    from: [draft]
    to: done
    by: [clerk, judge]
    requires: [meeting]
    body: council
    decision: approved
    amends: true
    guards:
      - opinions_in:
          consultation: hosts
          need: 1
      - name: different_person
        parameters:
          trigger: ask
      - subject_settled
    letters:
      - kind: notice_of_approval
        to: organisation
        copies: [ministry]
    automatic:
      letter_sent: notice_of_approval
"""


def _check(path: Path) -> list[Reason]:
    """Complaints in both languages that name the file and one of its lines."""
    data = path.read_bytes()
    workflow, complaints = check(path, VOCABULARY)
    if not complaints:
        assert load(path, VOCABULARY) == workflow
        assert isinstance(workflow, Workflow)
        published_form(workflow)  # what is clean can be published
    elif len(data) < 20_000:  # once is enough for what takes long
        with pytest.raises(WrongUse) as caught:
            load(path, VOCABULARY)
        assert list(caught.value.reasons) == complaints
    for reason in complaints:
        file, colon, line = reason.where.partition(":")
        assert file == path.name
        assert not colon or 1 <= int(line) <= len(BREAK.findall(data.decode())) + 1
        assert reason.code
        assert reason.th
        assert reason.en
        (reason.th + reason.en).encode()  # it can be printed
    return complaints


@pytest.fixture
def checked(tmp_path: Path) -> Check:
    def run(text: str | bytes) -> list[Reason]:
        path = tmp_path / "x.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return _check(path)

    return run


def _spoilt(old: str, new: str) -> tuple[str, int]:
    """FULL with its first `old` replaced, and the line on which `new` ends."""
    before, found, after = FULL.partition(old)
    assert found, old
    return before + new + after, (before + new).count("\n") + 1


# --- What is shipped, and what uses every key ----------------------------------------------------


@pytest.mark.parametrize("path", definitions(), ids=lambda path: path.stem)
def test_every_shipped_definition_is_clean(path: Path) -> None:
    assert _check(path) == []


def test_a_definition_with_every_key_is_clean(checked: Check) -> None:
    assert checked(FULL) == []
    assert checked("\ufeff" + FULL.replace("\n", "\r\n")) == []


def test_order_comments_and_aliases_change_nothing(tmp_path: Path) -> None:
    plain, dressed = tmp_path / "plain.yaml", tmp_path / "dressed.yaml"
    plain.write_text(FULL, encoding="utf-8")
    text = FULL.replace("{th: เสร็จ, en: Done}", "&done {th: เสร็จ, en: Done}  # the end")
    text = text.replace("{th: จบ, en: Finish}", "*done")
    dressed.write_text(text, encoding="utf-8")
    one, other = load(plain, VOCABULARY), load(dressed, VOCABULARY)
    assert other.transitions[1].title == one.states["done"].title
    assert other.states == one.states


# --- Shape ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "wrong", "hint"),
    [
        ("prefix: FULL", "prefixx: FULL", "prefix"),
        ("    en: Clerk", "    en: Clerk\n    enn: Clerk", "en"),
        ("    during: draft", "    during: draft\n    durring: draft", "during"),
        ("    amendable: true", "    amendible: true", "amendable"),
        ("        policy: next_working_day", "        pollicy: next_working_day", "policy"),
        ("          fixed: 30 ต.ค. 2563", "          fixd: 30 ต.ค. 2563", "fixed"),
        ("            opens: start", "            open: start", "opens"),
        ("    thread: ask", "    tread: ask", "thread"),
        ("        parameters:", "        paramaters:", "parameters"),
        ("        to: organisation", "        too: organisation", "to"),
        ("      letter_sent: notice", "      leter_sent: notice", "letter_sent"),
        ("    from: draft", "    form: draft", "from"),
        ("initial: draft", "initial: draft\n1: one", None),
        ("initial: draft", "initial: draft\n<<: {a: b}", None),
        ("initial: draft", "initial: draft\nqqqqqqq: one", None),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_known_one(
    checked: Check, key: str, wrong: str, hint: str | None
) -> None:
    text, line = _spoilt(key, wrong)
    [unknown] = [reason for reason in checked(text) if reason.code == "unknown-key"]
    written = wrong.splitlines()[-1].split(":")[0].strip()
    assert unknown.where == f"x.yaml:{line}"
    assert f"unknown key “{written}”" in unknown.en
    assert f"ไม่รู้จักคีย์ “{written}”" in unknown.th
    assert unknown.en.endswith(f"did you mean “{hint}”?") == (hint is not None)
    assert unknown.th.endswith(f"หมายถึง “{hint}” หรือไม่") == (hint is not None)


def test_a_part_named_like_a_key_does_not_mislead_the_guess(checked: Check) -> None:
    text, _ = _spoilt("  draft:\n    title", "  title:\n    titel")
    [unknown] = [reason for reason in checked(text) if reason.code == "unknown-key"]
    assert unknown.en.endswith("did you mean “title”?")


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("workflow: full\n", "", "title: {th: ครบ", "“workflow” is missing"),
        (
            "    title: {th: ร่าง, en: Draft}\n",
            "",
            "  draft:",
            "“states → draft → title” is missing",
        ),
        (
            "- trigger: ask\n    title",
            "- title",
            "- title",
            "transitions → 0 → trigger” is missing",
        ),
        ("title: {th: ครบ, en: Full}", "title: ครบ", "title: ครบ", "“title”"),
        ("title: {th: ครบ, en: Full}", "title: {th: yes, en: F}", "th: yes", "“title → th”"),
        ("prefix: FULL", "prefix: Full", "prefix", "“prefix”"),
        ("  clerk:", "  Clerk:", "  Clerk:", "“roles → Clerk”"),
        ("  clerk:", "  เสมียน:", "  เสมียน:", "“roles → เสมียน”"),
        ("counts: false", "counts: maybe", "counts", "“states → draft → counts”"),
        ("{after: 5wd}", "{after: 5 wd}", "{after", "due → after”"),
        ("{after: 5wd}", "{after: 0d}", "{after", "due → after”"),
        ("{after: 5wd}", "{after: 5w}", "{after", "due → after”"),
        ("{after: 5wd}", "{after: 1000d}", "{after", "due → after”"),
        ("{after: 5wd}", "{}", "due: {}", "exactly one of fixed, date, window, after"),
        ("{after: 5wd}", "{after: 5d, date: x}", "{after", "exactly one of fixed"),
        ("remind: [5wd, 1d]", "remind:\n          - 5wd\n          - 0d", "- 0d", "remind → 1”"),
        ("remind: [5wd, 1d]", "remind: 5wd", "remind", "remind”"),
        ("30 ต.ค. 2563", "31 ก.พ. 2563", "fixed", "there is no such day"),
        ("30 ต.ค. 2563", "2300-10-30", "fixed", "the era of the year is unclear"),
        ("30 ต.ค. 2563", "03/04/2563", "fixed", "could be exchanged"),
        ("30 ต.ค. 2563", "30 ต.ค. 63", "fixed", "the form is not known"),
        ("30 ต.ค. 2563", "20201030", "fixed", "due → fixed"),
        ("policy: next_working_day", "policy: next_day", "policy", "policy”"),
        ("requires: [comment]", "requires: [coment]", "[coment]", "requires → 0”"),
        ("decision: approved", "decision: aproved", "decision", "decision”"),
        ("thread: ask", "thread: asking", "thread", "thread”"),
        ("from: [draft]", "from: []", "from: []", "from”"),
        ("- subject_settled", "- [subject_settled]", "- [subject_settled]", "guards → 2”"),
        (
            "      letter_sent: notice_of_approval",
            "      letter_sent: notice_of_approval\n      window: opens",
            "automatic:",
            "exactly one of letter_sent, window",
        ),
        ("states:", "states: []\nstatus:", "states: []", "“states”: "),
        ("transitions:", "transitions: none\ntransfers:", "transitions: none", "“transitions”: "),
    ],
)
def test_a_wrong_shape_is_named_where_it_stands(
    checked: Check, old: str, new: str, at: str, says: str
) -> None:
    text, _ = _spoilt(old, new)
    [reason] = [reason for reason in checked(text) if says in reason.en]
    assert reason.code in ("shape", "missing")
    line = text[: text.index(at)].count("\n") + 1
    assert reason.where == f"x.yaml:{line}"


@pytest.mark.parametrize("day", ["30 ต.ค. 2563", "๓๐ ตุลาคม ๒๕๖๓", "2563-10-30", "2020-10-30"])
def test_days_are_read_by_our_rule_and_not_by_yaml_s(tmp_path: Path, day: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(_spoilt("30 ต.ค. 2563", day)[0], encoding="utf-8")
    fixed = load(path, VOCABULARY).states["draft"].deadlines[0].due.fixed
    assert fixed is not None
    assert fixed.isoformat() == "2020-10-30"


def test_all_complaints_come_at_once_in_the_order_of_the_file(checked: Check) -> None:
    text = FULL
    for old, new in [
        ("prefix: FULL", "prefix: full"),
        ("counts: false", "counts: maybe"),
        ("{after: 5wd}", "{after: 5w}"),
        ("thread: ask", "tread: ask"),
        ("    en: Clerk\n", "    en: Clerk\n    en: Clerk\n"),
        ("decision: approved", "decision: aproved"),
    ]:
        text = text.replace(old, new)
    found = checked(text)
    assert len(found) == 6
    lines = [int(reason.where.partition(":")[2]) for reason in found]
    assert lines == sorted(lines)
    assert len(set(lines)) == 6


def test_a_flood_of_complaints_is_cut_and_counted(checked: Check) -> None:
    found = checked(FULL + "".join(f"stray_{n}: 1\n" for n in range(MAX_LISTED + 30)))
    assert len(found) == MAX_LISTED + 1
    assert found[-1].en == "and 30 more"


# --- YAML ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("opened_by: [clerk]", "opened_by: [clerk", "yaml", "this is not YAML"),
        ("prefix: FULL", "prefix: 'FULL", "yaml", "quoted scalar that begins in line 4"),
        ("prefix: FULL", "prefix: FULL: x", "yaml", "mapping values are not allowed"),
        ("    holder: clerk", "\tholder: clerk", "yaml", "a tab cannot indent"),
        ("    en: Clerk", "    en: *clerk", "yaml", "undefined alias"),
        ("    en: Clerk", "    en: Clerk\x07", "yaml", "special characters"),
        ("    en: Clerk", "    en: Clerk\n    th: เสมียน", "twice", "“th” is given twice"),
        ("prefix: FULL", "prefix: FULL\n---\na: b", "yaml", "single document"),
        ("    en: Clerk", "    ? [en]\n    : Clerk", "key", "a key must be a short name"),
        ("    en: Clerk", "    ? {a: b}\n    : Clerk", "key", "a key must be a short name"),
        ("    en: Clerk", f"    {'k' * 101}: Clerk", "key", "a key must be a short name"),
        ("    en: Clerk", '    en: "Cl\\0erk"', "control", "control characters"),
        ("    en: Clerk", '    en: "Cl\\e[2Jerk"', "control", "control characters"),
        ("    en: Clerk", '    en: "Cl\\ud800erk"', "control", "control characters"),
        ("    en: Clerk", '    "e\\ud800n": Clerk', "control", "control characters"),
        ("    en: Clerk", '    en: "\\U00110000"', "yaml", "out of range"),
        ("    en: Clerk", '    en: "\\UFFFFFFFF"', "yaml", "out of range"),
        (
            "workflow: full",
            "%YAML 1." + "9" * 5000 + "\n---\nworkflow: full",
            "yaml",
            "out of range",
        ),
    ],
)
def test_what_is_no_yaml_is_named_with_its_line(
    checked: Check, old: str, new: str, code: str, says: str
) -> None:
    text, line = _spoilt(old, new)
    found = [reason for reason in checked(text) if reason.code == code and says in reason.en]
    assert len(found) == 1
    named = int(found[0].where.partition(":")[2])
    if says == "out of range":
        assert named == 1  # PyYAML does not say where
    elif "begins in line" in says:
        assert named == text.count("\n") + 1  # only there it is clear that the end is missing
    else:
        assert line - new.count("\n") <= named <= line + 1


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# nothing\n", "- a\n- b\n", "text", "42", "null", "[]", "---\n...\n"]
)
def test_a_file_that_holds_no_keys_is_told_how_to_begin(checked: Check, text: str) -> None:
    [reason] = checked(text)
    assert reason.where == "x.yaml:1"
    assert "workflow:" in reason.en


def test_a_value_with_a_tag_of_python_is_only_text(checked: Check, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    for tag in (f"!!python/object/apply:os.mkdir ['{trap}']", "!!python/name:os.system ''"):
        text, _ = _spoilt("prefix: FULL", f"prefix: {tag}")
        assert [reason.code for reason in checked(text)] == ["shape"]
    assert not trap.exists()


@pytest.mark.parametrize(
    "tag", ["!!int x", "!!int ''", "!!bool perhaps", "!!binary x", "!!float x"]
)
def test_a_value_that_its_tag_does_not_fit_is_text(checked: Check, tag: str) -> None:
    text, line = _spoilt("      - subject_settled", f"      - subject_settled: {{need: {tag}}}")
    [reason] = checked(text)
    assert (reason.code, reason.where) == ("guard-parameter", f"x.yaml:{line}")


# --- Files ---------------------------------------------------------------------------------------


def _refused(path: Path) -> Reason:
    with pytest.raises(WrongUse) as caught:
        check(path, VOCABULARY)
    [reason] = caught.value.reasons
    return reason


def test_a_file_that_is_not_there_or_cannot_be_read(tmp_path: Path) -> None:
    assert "No such file" in _refused(tmp_path / "none.yaml").en
    assert "directory" in _refused(tmp_path).en


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    before, after = FULL.split("เสมียน")
    path.write_bytes(before.encode() + "เสมียน".encode("tis-620") + after.encode())
    reason = _refused(path)
    assert (reason.code, reason.where) == ("encoding", "x.yaml:9")
    path.write_text(FULL, encoding="utf-16")
    assert _refused(path).code == "encoding"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"#" * (MAX_BYTES - len(FULL.encode()) - 1) + b"\n" + FULL.encode())
    assert check(path, VOCABULARY)[1] == []
    with path.open("ab") as file:
        file.write(b"\n")
    assert _refused(path).code == "size"
    with path.open("r+b") as file:
        file.truncate(2**40)  # a terabyte of holes
    tracemalloc.start()
    assert _refused(path).code == "size"
    assert tracemalloc.get_traced_memory()[1] < 10 * MAX_BYTES
    tracemalloc.stop()


# --- What wants to take for ever -----------------------------------------------------------------


def _laughs(shape: str) -> str:
    """Twenty lines, each with nine times the one before."""
    lines = ["a0: &a0 lol"]
    for n in range(1, 20):
        parts = (shape.format(key=place, alias=f"*a{n - 1}") for place in range(9))
        lines.append(f"a{n}: &a{n} " + ("[%s]" if shape == "{alias}" else "{%s}") % ",".join(parts))
    return "\n".join(lines)


BOMBS = {
    "lists that laugh": (_laughs("{alias}"), "parts"),
    "mappings that laugh": (_laughs("k{key}: {alias}"), "parts"),
    "a list in itself": ("a: &a [*a]", "alias"),
    "a list in itself, often": ("a: &a [" + "*a," * 50_000 + "]", "alias"),
    "a mapping in itself": ("a: &a {b: *a}", "alias"),
    "the file in itself": ("&a\nworkflow: *a", "alias"),
    "a key in itself": ("&a ? *a : b", ""),
    "two in each other": ("a: &a [&b [*a, *b], *b]", "alias"),
    "a long chain": (
        "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 500)), "depth",
    ),
    "many aliases": ("x: &x y\na: [" + "*x," * (MAX_BYTES // 3 - 10) + "]", "parts"),
    "deep brackets": ("[" * (MAX_BYTES - 1), "depth"),
    "deep braces": ("{a: " * (MAX_BYTES // 4 - 1), "depth"),
    "deep dashes": ("- " * (MAX_BYTES // 2 - 1), "depth"),
    "deep question marks": ("? " * (MAX_BYTES // 2 - 1), "depth"),
    "deep indents": ("\n".join(" " * n + "a:" for n in range(600)), "depth"),
    "one long key": ("k" * (MAX_BYTES - 10) + ": 1", ""),
    "one long key, often": (
        "x: &k " + "k" * 100_000 + "\ntransitions:\n" + "- {*k : 1}\n" * 8_000, "",
    ),
    "many keys": ("".join(f"k{n}: 1\n" for n in range(15_000)), "unknown-key"),
    "many equal keys": ("k: 1\n" * 19_000, "twice"),
    "many tags": ("".join(f"%TAG !e{n}! tag:x\n" for n in range(10_000)) + "--- a", "shape"),
    "blank lines": ("\n" * (MAX_BYTES - 1), "shape"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_no_file_takes_long_or_much_memory(checked: Check, name: str) -> None:
    text, code = BOMBS[name]
    began = time.process_time()
    found = checked(text)
    assert time.process_time() - began < 10
    assert found
    assert code in {reason.code for reason in found} or not code


def test_aliases_are_counted_as_often_as_they_are_used(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(_laughs("{alias}"), encoding="utf-8")
    tracemalloc.start()
    check(path, VOCABULARY)
    assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    tracemalloc.stop()


def test_a_large_definition_with_a_fault_in_every_line_is_answered_soon(checked: Check) -> None:
    states = "".join(
        f"  state_{n}: {{title: {{th: a, en: b}}, holder: clerk}}\n" for n in range(800)
    )
    steps = "".join(
        f"  - {{trigger: go, title: {{th: a, en: b}}, from: state_{n}, to: stat_{n}x, by: clerk}}\n"
        for n in range(800)
    )
    head, _ = FULL.split("states:\n")
    began = time.process_time()
    found = checked(f"{head}states:\n{states}transitions:\n{steps}")
    assert time.process_time() - began < 20
    assert found[-1].code == "more"
    assert any("did you mean “state_0”?" in reason.en for reason in found)


# --- Anything at all -----------------------------------------------------------------------------

anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
TEXTS = [path.read_bytes() for path in definitions()] + [FULL.encode()]


def _survives(folder: Path, data: bytes) -> None:
    path = folder / "x.yaml"
    path.write_bytes(data)
    began = time.process_time()
    try:
        _check(path)
    except WrongUse as fault:
        str(fault).encode()
    assert time.process_time() - began < 5


@anything
@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"? - : ? -")
@example(b'"\\ud800": 1')
@example(b"!!null : !!int _")
def test_any_bytes_are_checked_or_refused(tmp_path: Path, data: bytes) -> None:
    _survives(tmp_path, data)


@anything
@given(st.text(st.sampled_from(list("ab:-?[]{},&*!|>'\"%@`#\\ \n\t0.~ก๑\x85\ufeff")), max_size=120))
def test_any_text_that_looks_like_yaml_is_checked_or_refused(tmp_path: Path, text: str) -> None:
    _survives(tmp_path, text.encode())


def _mutated(data: bytes, seed: int) -> bytes:
    """Lines dropped, doubled, moved; bytes changed; words, aliases and tags put in."""
    rng = random.Random(seed)
    lines = data.split(b"\n")
    words = [*data.split(), *b"&a|*a|!!int|!!null|\t|~|yes|99|-|".split(b"|")]
    for _ in range(rng.randint(1, 6)):
        here, there = rng.randrange(len(lines)), rng.randrange(len(lines))
        line = lines[here]
        at = rng.randint(0, len(line))
        changed: list[list[bytes]] = [
            [],
            [line, lines[there]],
            [lines[there]],
            [b" " * rng.randint(1, 4) + line],
            [line[rng.randint(1, 4) :]],
            [line[:at] + bytes([rng.randrange(256)]) + line[at + 1 :]],
            [line[:at] + b" " + rng.choice(words) + b" " + line[at:]],
            [line.replace(b": ", b": " + rng.choice(words) + b" ", 1)],
            [line.replace(rng.choice([b"[", b"]", b"{", b"}", b":", b","]), rng.choice(words))],
        ]
        lines[here : here + 1] = rng.choice(changed) or ([b""] if len(lines) == 1 else [])
    return b"\n".join(lines)


@anything
@given(st.sampled_from(TEXTS), st.integers(0, 2**32))
def test_a_definition_damaged_at_random_is_checked_or_refused(
    tmp_path: Path, data: bytes, seed: int
) -> None:
    _survives(tmp_path, _mutated(data, seed))


@pytest.mark.soak
@settings(anything, max_examples=20_000)
@given(st.sampled_from(TEXTS), st.integers(0, 2**64))
def test_thousands_of_damaged_definitions_are_checked_or_refused(
    tmp_path: Path, data: bytes, seed: int
) -> None:
    _survives(tmp_path, _mutated(data, seed))


# --- Guessing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "known", "guess"),
    [
        ("coordinater", ["coordinator", "governor"], "coordinator"),
        ("opdc_reveiw", ["opdc_review", "opdc_analysis"], "opdc_review"),
        ("zebra", ["coordinator", "governor"], None),
        ("", ["a"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_known_name_is_guessed(name: str, known: list[str], guess: str | None) -> None:
    assert nearest(name, known) == guess
