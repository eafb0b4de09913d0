"""Templates that an office wrote: what they may not do, and that it is said where."""

import os
import sys
import time
from pathlib import Path

import pytest

from engine.errors import Reason, WrongUse
from notifications.sandbox import complaints_apart, rendered_apart

FACTS = {"step": {"comment": "ดี"}, "items": [{"code": str(nr)} for nr in range(9)]}


def refused(source: str) -> list[Reason]:
    with pytest.raises(WrongUse) as caught:
        rendered_apart(f"\n{source}", FACTS, "letter.txt")
    assert all(reason.th and reason.en for reason in caught.value.reasons)
    return list(caught.value.reasons)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ ''.__class__ }}", "begins with _ cannot be used: __class__"),
        ("{{ step._hidden }}", "begins with _ cannot be used: _hidden"),
        ("{{ step['__class__'] }}", "begins with _ cannot be used: __class__"),
        ("{% set _x = 1 %}", "begins with _ cannot be used: _x"),
        ("{{ 'x'*10**9 }}", "has no *"),
        ("{{ '%999999999d' % 1 }}", "has no %"),
        ("{% for i in range(10**9) %}x{% endfor %}", "has no ()"),
        ("{{ step.comment.upper() }}", "has no ()"),
        ("{{ cycler }}", "there is no name cycler"),
        ("{{ lipsum }}{{ self }}", "there is no name lipsum"),
        ("{{ step.comment|safe }}", "there is no filter safe"),
        ("{{ step|attr('_x') }}", "there is no filter attr"),
        ("{{ step|deafult(1) }}", "did you mean “default”?"),
        ("{% if step is callable %}{% endif %}", "there is no test callable"),
        ("{% autoescape true %}{% endautoescape %}", "has no autoescape"),
        ("{% include 'x' %}", "has no include"),
        ("{% import 'x' as y %}", "has no import"),
        ("{% from 'x' import y %}", "has no from"),
        ("{% extends 'x' %}", "has no extends"),
        ("{% block b %}{% endblock %}", "has no block"),
        ("{% macro m() %}{% endmacro %}", "has no macro"),
        ("{% filter first %}{% endfilter %}", "has no filter"),
        ("{% for a in items recursive %}{% endfor %}", "has no recursive"),
        ("{% for a, b in items %}{% endfor %}", "has no tuple"),
        ("{{ items[0:9] }}", "has no […]"),
        ("{{ items[*step] }}", "cannot be used"),
        ("{% do step %}", "unknown tag 'do'"),
        ("{% if", "unexpected 'end of template'"),
        ("{{ step.coment }}", "no attribute 'coment'"),
        ("{{ step.keys }}", "no attribute 'keys'"),
        ("{{ step.comment | day }}", "“ดี” is no day"),
    ],
)
def test_what_the_language_lacks_is_refused_with_its_line(source: str, said: str) -> None:
    reason = refused(source)[0]
    assert said in reason.en
    assert reason.where == "letter.txt:2"


@pytest.mark.parametrize(
    "source",
    [
        "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        pytest.param(
            "{% for a in items %}" * 12 + "{% endfor %}" * 12,
            marks=pytest.mark.slow,
        ),
        "{% for a in items %}" * 7 + "x" + "{% endfor %}" * 7,
        "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    ],
    ids=["doubling", "endless", "long", "deep"],
)
def test_what_takes_too_much_is_ended(source: str) -> None:
    began = time.monotonic()
    [reason] = refused(source)
    assert "more time, memory or room" in reason.en
    assert reason.where.startswith("letter.txt")
    assert time.monotonic() - began < 15


def test_the_process_inherits_neither_environment_nor_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert os.environ["PYTHONPATH"] not in sys.path
    assert "ดี" in rendered_apart("{{ step.comment }}", FACTS, "letter.txt")


def test_names_are_held_against_the_shape_of_the_facts() -> None:
    source = (
        "{{ step.coment }}\n"
        "{% for item in items %}{{ item.cod }}{{ loop.idx }}{% endfor %}\n"
        "{% set first = items | first %}{{ first.kode }}\n"
        "{{ item }}\n"
        "{{ (items | default([]) | last).code.length }}"
    )
    found = complaints_apart(source, FACTS, "letter.txt")
    assert [(reason.where, reason.en) for reason in found] == [
        ("letter.txt:1", "there is no field coment; did you mean “comment”?"),
        ("letter.txt:2", "there is no field cod; did you mean “code”?"),
        ("letter.txt:2", "there is no field idx; did you mean “index”?"),
        ("letter.txt:3", "there is no field kode; did you mean “code”?"),
        ("letter.txt:4", "there is no name item; did you mean “items”?"),
        ("letter.txt:5", "there is no field length"),
    ]


def test_what_cannot_be_read_as_a_template_is_a_complaint_too() -> None:
    [reason] = complaints_apart("ก\n{% for %}", FACTS, "letter.txt")
    assert reason.where == "letter.txt:2"
