"""The two pictures of a workflow: complete, valid, escaped, and with nothing on top of a box."""

import re
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import Workflow
from engine.diagram import main_path, mermaid, svg
from engine.drawing import one_line, width_of, wrap

SVG = "{http://www.w3.org/2000/svg}"
SPINE = ("draft", "working_group_review", "committee", "opdc_review", "approved", "notified")
REVIEWS = list(SPINE[1:4])
HOSTILE = "<script>alert(\"1\")</script> & 'x'\n--> y : z; %%{init}%% ```[*]``` \x1b\u202e#quot;"

Rect = tuple[float, float, float, float]  # left, top, right, bottom


def both(th: str, en: str) -> dict[str, str]:
    return {"th": th, "en": en}


def step(trigger: str, th: str, en: str, sources: list[str], **more: Any) -> dict[str, Any]:
    return {"trigger": trigger, "title": both(th, en), "from": sources, **more}


def workflow(states: dict[str, Any], transitions: list[dict[str, Any]], **more: Any) -> Workflow:
    document = {
        "workflow": "indicator",
        "title": both("ตัวชี้วัดของกรม", "Department indicators"),
        "content": "indicator",
        "prefix": "IND",
        "initial": "draft",
        "roles": {"coordinator": both("ผู้ประสานงานตัวชี้วัด", "KPI coordinator")},
        "states": states,
        "transitions": transitions,
    }
    return Workflow.model_validate(document | more)


def department(**more: Any) -> Workflow:
    states = {
        "draft": {"title": both("ร่าง", "Draft"), "holder": "coordinator"},
        "working_group_review": {"title": both("คณะทำงานพิจารณา", "Working group review")},
        "committee": {"title": both("คณะกรรมการกำกับพิจารณา", "Steering committee")},
        "opdc_review": {"title": both("สำนักงาน ก.พ.ร. พิจารณา", "OPDC review"), "holder": "opdc"},
        "information_requested": {"title": both("ขอข้อมูลเพิ่มเติม", "Information requested")},
        "approved": {"title": both("เห็นชอบแล้ว", "Approved")},
        "notified": {"title": both("แจ้งผลแล้ว", "Notified"), "final": True},
        "withdrawn": {"title": both("ถอนเรื่องแล้ว", "Withdrawn"), "final": True},
    }
    info = ["information_requested"]
    transitions = [
        step("submit", "เสนอคณะทำงาน", "Submit", ["draft"], to="working_group_review"),
        step("forward", "ส่งคณะกรรมการ", "Forward", ["working_group_review"], to="committee"),
        step("endorse", "มีมติเห็นชอบ", "Endorse", ["committee"]),
        step("send", "ส่งสำนักงาน ก.พ.ร.", "Send to OPDC", ["committee"], to="opdc_review"),
        step("ask", "ขอข้อมูล", "Request information", ["opdc_review"], to=info[0]),
        step("answer", "บันทึกคำตอบ", "Record the answer", info),
        step("approve_answer", "ปลัดกระทรวงอนุมัติคำตอบ", "Approve answer", info, to="opdc_review"),
        step("cancel", "ยกเลิกคำขอ", "Cancel the request", info, to="opdc_review"),
        step("approve", "อนุมัติ", "Approve", ["opdc_review"], to="approved"),
        step("notify", "แจ้งผลเป็นหนังสือ", "Notify by letter", ["approved"], to="notified"),
        step("record", "บันทึกหนังสือแจ้ง", "Record a letter", ["approved"], to="notified"),
        step("return", "ส่งกลับแก้ไข", "Return", REVIEWS, to="draft", decision="returned"),
        step("withdraw", "ถอนเรื่อง", "Withdraw", [*SPINE[:5], *info], to="withdrawn"),
    ]
    return workflow(states, transitions, **more)


def hostile() -> Workflow:
    states = {
        "draft": {"title": both(HOSTILE, HOSTILE), "holder": "coordinator"},
        "note": {"title": both(HOSTILE, HOSTILE), "final": True},
    }
    transitions = [
        step("go", HOSTILE, HOSTILE, ["draft"], to="note"),
        step("stay", HOSTILE, HOSTILE, ["draft"]),
    ]
    roles = {"coordinator": both(HOSTILE, HOSTILE)}
    return workflow(states, transitions, roles=roles, title=both(HOSTILE, HOSTILE))


def texts(root: ET.Element) -> str:
    return "".join("".join(text.text or "" for text in root.iter(f"{SVG}text")).split())


def boxes(root: ET.Element) -> dict[str, Rect]:
    found = {}
    for group in root.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        assert rect is not None
        x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        found[group.attrib["data-state"]] = (x, y, x + w, y + h)
    return found


def labels(root: ET.Element) -> list[Rect]:
    found = []
    for text in root.findall(f"{SVG}text"):
        x, y, size = (float(text.attrib[key]) for key in ("x", "y", "font-size"))
        wide = width_of(text.text or "", size)
        left = x - wide if text.attrib["text-anchor"] == "end" else x
        found.append((left, y - size, left + wide, y + size * 0.3))
    return found


def lines(root: ET.Element) -> list[Rect]:
    found = []
    for path in root.findall(f"{SVG}path"):
        numbers = [float(number) for number in re.findall(r"[\d.]+", path.attrib["d"])]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        for (x1, y1), (x2, y2) in pairwise(points):
            found.append((min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
    return found


def touch(a: Rect, b: Rect) -> bool:
    """Whether two rectangles have more in common than an edge."""
    slack = 0.2
    across = min(a[2], b[2]) - max(a[0], b[0]) >= slack if a[2] - a[0] > slack else inside(a, b, 0)
    along = min(a[3], b[3]) - max(a[1], b[1]) >= slack if a[3] - a[1] > slack else inside(a, b, 1)
    return across and along


def inside(line: Rect, box: Rect, axis: int) -> bool:
    return box[axis] + 0.2 < line[axis] < box[axis + 2] - 0.2


def check_picture(root: ET.Element) -> None:
    found = boxes(root)
    for a, b in combinations(found.values(), 2):
        assert not touch(a, b)
    for box in found.values():
        assert not [label for label in labels(root) if touch(label, box)]
        assert not [line for line in lines(root) if touch(line, box)]
    for a, b in combinations(labels(root)[2:], 2):
        assert not touch((a[0], a[1] + 3, a[2], a[3] - 3), b)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for rect in (*found.values(), *labels(root), *lines(root)):
        assert 0 <= rect[0] <= rect[2] <= width
        assert 0 <= rect[1] <= rect[3] <= height


@pytest.mark.parametrize("lang", ["th", "en"])
def test_every_title_is_in_the_picture(lang: str) -> None:
    flow = department()
    root = ET.fromstring(svg(flow, lang))
    written = texts(root)
    assert set(boxes(root)) == set(flow.states)
    for state in flow.states.values():
        assert "".join(state.title.th.split()) in written
        assert "".join(state.title.en.split()) in written
    for transition in flow.transitions:
        assert "".join(transition.title.text(lang).split()) in written
    assert "".join(flow.roles["coordinator"].text(lang).split()) in written
    assert ("(คงสถานะเดิม)" if lang == "th" else "(stays)") in written


@pytest.mark.parametrize("lang", ["th", "en"])
def test_nothing_lies_on_a_box(lang: str) -> None:
    check_picture(ET.fromstring(svg(department(), lang)))


def test_the_main_path_is_one_straight_line() -> None:
    flow = department()
    assert main_path(flow) == SPINE
    found = boxes(ET.fromstring(svg(flow, "th")))
    assert len({found[name][0] for name in SPINE}) == 1
    tops = [found[name][1] for name in SPINE]
    assert tops == sorted(tops)
    for name in ("information_requested", "withdrawn"):
        assert found[name][0] > found["draft"][2]


def test_the_main_path_does_not_depend_on_the_order_of_states() -> None:
    document = department().document()
    states = dict(sorted(document["states"].items(), reverse=True))
    assert main_path(Workflow.model_validate(document | {"states": states})) == SPINE


def test_a_rejection_is_not_a_way_forward() -> None:
    names = ("draft", "rejected", "archived", "approved")
    states = {name: {"title": both(name, name)} for name in names}
    transitions = [
        step("reject", "ก", "a", ["draft"], to="rejected", decision="rejected"),
        step("archive", "ข", "b", ["rejected"], to="archived"),
        step("approve", "ค", "c", ["draft"], to="approved"),
    ]
    assert main_path(workflow(states, transitions)) == ("draft", "approved")


def test_final_states_have_a_double_border() -> None:
    root = ET.fromstring(svg(department(), "th"))
    borders = {
        group.attrib["data-state"]: len(group.findall(f"{SVG}rect"))
        for group in root.iter(f"{SVG}g")
    }
    assert {name for name, count in borders.items() if count == 2} == {"notified", "withdrawn"}


def test_a_step_from_many_states_has_one_label() -> None:
    root = ET.fromstring(svg(department(), "th"))
    written = [text.text for text in root.iter(f"{SVG}text")]
    assert written.count("ถอนเรื่อง") == 1
    assert written.count("ส่งกลับแก้ไข") == 1


def test_an_undeclared_role_is_shown_by_name() -> None:
    assert ">opdc</text>" in svg(department(), "th")


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    drawn = svg(department(), "th")
    assert drawn == svg(department(), "th")
    assert "href" not in drawn
    assert "url(http" not in drawn
    assert "Sarabun, 'TH Sarabun New', 'Noto Sans Thai', sans-serif" in drawn


def test_a_step_begun_again_is_told_from_one_that_stays() -> None:
    states = {"draft": {"title": both("ร่าง", "Draft")}}
    transitions = [step("redo", "ทำใหม่", "Redo", ["draft"], to="draft")]
    flow = workflow(states, transitions)
    assert "Redo(beginsagain)" in texts(ET.fromstring(svg(flow, "en")))
    assert "    draft --> draft : Redo\n" in mermaid(flow, "en")


def test_mermaid_has_a_line_for_every_step() -> None:
    flow = department()
    told = mermaid(flow, "en").splitlines()
    assert told[:2] == ["stateDiagram-v2", "    direction TB"]
    assert '    state "Draft" as draft' in told
    assert "    [*] --> draft" in told
    assert "    committee --> committee : Endorse (stays)" in told
    wanted = [
        f"    {source} --> {t.to or source} : {t.title.en}{'' if t.to else ' (stays)'}"
        for t in flow.transitions
        for source in t.sources
    ]
    arrows = [line for line in told if "-->" in line and "[*]" not in line]
    assert sorted(arrows) == sorted(wanted)
    assert [line for line in told if line.endswith("--> [*]")] == [
        "    notified --> [*]",
        "    withdrawn --> [*]",
    ]


def test_mermaid_speaks_thai() -> None:
    told = mermaid(department(), "th")
    assert '    state "สำนักงาน ก.พ.ร. พิจารณา" as opdc_review\n' in told
    assert "    committee --> committee : มีมติเห็นชอบ (คงสถานะเดิม)\n" in told


def test_hostile_titles_are_only_text_in_svg() -> None:
    root = ET.fromstring(svg(hostile(), "th"))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "marker", "path", "rect", "text", "circle", "g"}
    assert texts(root).count("".join(one_line(HOSTILE).split())) == 9
    check_picture(root)


def test_hostile_titles_are_only_text_in_mermaid() -> None:
    told = mermaid(hostile(), "th").splitlines()
    assert len(told) == 8
    assert told[2].startswith('    state "#60;script#62;alert(#34;1#34;)#60;/script#62; #38; ')
    assert told[3].endswith('" as note.state')
    for line in told[2:4]:
        assert line.count('"') == 2
    for line in told[2:]:
        label = line.partition(" : ")[2] or line.partition('"')[2].rpartition('"')[0]
        assert not re.search(r"[<>\"`{}%\[\]:\x1b]|--", label)
        assert not re.search(r";", re.sub(r"#\d+;", "", label))


@pytest.mark.parametrize("text", ["", "\u200b", "\x00\n"])
def test_a_title_of_which_nothing_can_be_seen_is_a_dash(text: str) -> None:
    assert one_line(text) == "–"


def test_thai_is_wrapped_between_clusters() -> None:
    text = "คณะกรรมการพิจารณาน้ำดื่มและผู้ใช้น้ำในเขตพื้นที่กรุงเทพมหานคร"
    found = wrap(text, 16, 120)
    assert "".join(found) == text
    assert len(found) > 3
    for line in found:
        assert width_of(line, 16) <= 120
        assert not re.match("[\u0e2f-\u0e3a\u0e45-\u0e4e]", line)
        assert line[-1] not in "เแโใไ"


def test_a_bullet_does_not_stand_alone() -> None:
    assert wrap("• อยู่ระหว่างการพิจารณาของคณะอนุกรรมการ", 12, 100)[0].startswith("• อยู่")
    assert wrap("one two three", 12, 60) == ["one two", "three"]


NAMES = [f"s{n}" for n in range(6)]
titles = st.builds(both, *[st.one_of(st.sampled_from(["ร่างที่", HOSTILE]), st.text(min_size=1))] * 2)
some_states = st.dictionaries(
    st.sampled_from(NAMES),
    st.fixed_dictionaries(
        {"title": titles, "final": st.booleans(), "holder": st.sampled_from([None, "coordinator"])}
    ),
)
some_steps = st.lists(
    st.fixed_dictionaries(
        {
            "trigger": st.sampled_from(["a", "b", "c"]),
            "title": titles,
            "from": st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
            "to": st.sampled_from([None, *NAMES]),
            "decision": st.sampled_from([None, "approved", "returned"]),
        }
    ),
    max_size=10,
)


@given(some_states, some_steps, titles, st.sampled_from(["th", "en"]))
@settings(deadline=None)
def test_any_workflow_can_be_drawn(
    states: dict[str, Any], transitions: list[dict[str, Any]], title: dict[str, str], lang: str
) -> None:
    flow = workflow(states, transitions, initial="s0", title=title)
    root = ET.fromstring(svg(flow, lang))
    assert set(boxes(root)) == set(states)
    check_picture(root)
    steps = sum(len(transition.sources) for transition in flow.transitions)
    finals = sum(state.final for state in flow.states.values())
    assert len(mermaid(flow, lang).splitlines()) == 3 + len(states) + steps + finals
