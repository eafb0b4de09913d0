"""Canonical bytes are those of RFC 8785, whoever writes them; what has no exact spelling is
refused."""

import json
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.canonical import DEEPEST, EXACT, canonical, digest, plain, plain_form

keys = st.text(st.characters(max_codepoint=127))
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | texts,
    lambda parts: st.lists(parts, max_size=5) | st.dictionaries(keys, parts, max_size=5),
    max_leaves=25,
)


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_what_was_written_is_read_back(value: Any) -> None:
    assert plain(canonical(value)) == value
    assert plain(canonical(value).decode()) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(keys, values, max_size=8), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], random: Any) -> None:
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(value)


def test_every_character_is_spelled_as_rfc_8785_spells_it() -> None:
    every = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    assert canonical(every) == rfc8785.dumps(every)
    ascii_keys = {chr(code): code for code in range(128)}
    assert canonical(ascii_keys) == rfc8785.dumps(ascii_keys)


class Kind(StrEnum):
    ONE = "one"


class Pair(NamedTuple):
    one: int
    other: int


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        Decimal(1),
        b"bytes",
        {1, 2},
        ...,
        EXACT + 1,
        -EXACT - 1,
        10**30,
        "\ud800",
        "ok \udfff ok",
        {"ก": 1},
        {"é": 1},
        {"\ud800": 1},
        {1: "one"},
        {None: 1},
        {Kind.ONE: 1},
        Pair(1, 2),
    ],
    ids=repr,
)
@pytest.mark.parametrize("inside", [False, True])
def test_what_has_no_exact_spelling_is_refused(value: Any, inside: bool) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical({"a": [value]} if inside else value)


def test_a_refusal_says_where() -> None:
    with pytest.raises(ValueError, match=r"\$\.parts\[1\]\.weight"):
        canonical({"parts": [{"weight": "1"}, {"weight": 0.1}]})


def test_nesting_ends_somewhere() -> None:
    def nested(depth: int) -> list[Any]:
        value: list[Any] = []
        for _ in range(depth):
            value = [value]
        return value

    assert canonical(nested(DEEPEST)) == b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)
    for depth in (DEEPEST + 1, 260, 50_000):
        with pytest.raises(ValueError, match="deep"):
            canonical(nested(depth))


def test_the_borders_of_exact_numbers() -> None:
    assert canonical([EXACT, -EXACT]) == b"[9007199254740991,-9007199254740991]"


def test_a_digest_is_the_sha_256_in_hex() -> None:
    body = canonical({"code": "1", "name_th": "ตัวชี้วัด"})
    assert digest(body) == sha256(body).hexdigest()
    assert body.decode() == '{"code":"1","name_th":"ตัวชี้วัด"}'


unchecked = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.binary(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
    max_leaves=12,
)


@given(unchecked)
def test_any_request_has_a_spelling_before_it_is_checked(value: Any) -> None:
    assert canonical(plain_form(value)) == canonical(plain_form(value))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": "1"}, {"a": "2"}),
        ({"ก": "1"}, {"ข": "1"}),
        ({"a": ["1", "2"]}, {"a": ["2", "1"]}),
        ({"a": None}, {"a": "None"}),
        ({"a": True}, {"a": "True"}),
        ({"a": "\ud800"}, {"a": "\ud801"}),
        ({"\ud800": ""}, {"\ud801": ""}),
        ({"a": {}}, {"a": []}),
        ({"a": Decimal("1.0")}, {"a": Decimal("1.00")}),
    ],
)
def test_two_requests_are_told_apart(one: Any, other: Any) -> None:
    assert canonical(plain_form(one)) != canonical(plain_form(other))
    assert canonical(plain_form(one)) == canonical(plain_form(dict(one)))
