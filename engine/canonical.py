"""Canonical bytes (RFC 8785 for what we allow) and their SHA-256.

Floats and non-ASCII keys are refused, so that the bytes are the same whoever writes them;
decimals travel as strings.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

EXACT = 2**53 - 1
DEEPEST = 200  # the writer itself gives up at 254


def canonical(value: Any) -> bytes:
    """The one spelling of a plain value. Raises ValueError for what has no exact spelling."""
    _check(value, "$", 0)
    try:
        return written(value)
    except TypeError as error:  # subclasses of str and tuple that the writer does not know
        raise ValueError(str(error)) from None


def written(value: Any) -> bytes:
    """`canonical` without the check, for values that our own code composed."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def plain(text: bytes | str) -> Any:
    return orjson.loads(text)


def digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def plain_form(value: Any) -> Any:
    """Any value as a plain one, good enough to tell two requests apart before they are checked."""
    if isinstance(value, Mapping):
        return {_bytes(key).hex(): plain_form(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_form(part) for part in value]
    return value if value is None or isinstance(value, bool) else _bytes(value).decode()


def _bytes(value: Any) -> bytes:
    return str(value).encode(errors="backslashreplace")  # a lone surrogate is still to be refused


def _check(value: Any, where: str, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"{where[:60]}…: nested too deeply")
    match value:
        case None | bool():
            return
        case str():
            value.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
        case int() if abs(value) <= EXACT:
            return
        case list() | tuple():
            for number, part in enumerate(value):
                _check(part, f"{where}[{number}]", depth + 1)
        case dict():
            for key, part in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise ValueError(f"{where}: the key {key!r} is not ASCII text")
                _check(part, f"{where}.{key}", depth + 1)
        case _:
            raise ValueError(f"{where}: {value!r} has no exact canonical form")
