"""Which characters a TrueType font has, from its character map: enough to refuse a text early."""

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_UNICODE_MAPS = {(3, 1), (0, 3)}  # (platform, encoding): Unicode's first 65,536 characters


@lru_cache(maxsize=4)
def common_characters(folder: Path) -> frozenset[str]:
    """What every face in the folder can show. Nothing where there is no face."""
    faces = [_characters(path.read_bytes()) for path in sorted(folder.glob("*.ttf"))]
    return frozenset.intersection(*faces) if faces else frozenset()


def _characters(font: bytes) -> frozenset[str]:
    table = font[_table(font, b"cmap") :]
    (count,) = struct.unpack_from(">H", table, 2)
    for nr in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * nr)
        (form,) = struct.unpack_from(">H", table, offset)
        if (platform, encoding) in _UNICODE_MAPS and form == 4:
            return frozenset(map(chr, _segments(table[offset:])))
    return frozenset()


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for nr in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * nr)
        if tag == name:
            return int(offset)
    raise ValueError(f"the font has no table {name.decode()}")


def _segments(table: bytes) -> Iterator[int]:
    """The code points of a map of format 4 that lead to a glyph; 0 stands for none."""
    (twice,) = struct.unpack_from(">H", table, 6)
    count = twice // 2
    starts_at = 16 + twice  # two bytes of padding follow the segments' ends
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, starts_at)
    deltas = struct.unpack_from(f">{count}H", table, starts_at + twice)
    offsets_at = starts_at + 2 * twice
    offsets = struct.unpack_from(f">{count}H", table, offsets_at)
    for nr, (start, end, delta, offset) in enumerate(
        zip(starts, ends, deltas, offsets, strict=True)
    ):
        for code in range(start, min(end, 0xFFFE) + 1):
            if _glyph(table, code, delta, offset and offsets_at + 2 * nr + offset, start):
                yield code


def _glyph(table: bytes, code: int, delta: int, listed_at: int, start: int) -> int:
    """The glyph is the code moved by delta, or stands in a list, and is then moved by delta."""
    if not listed_at:
        return (code + delta) & 0xFFFF
    (glyph,) = struct.unpack_from(">H", table, listed_at + 2 * (code - start))
    return (int(glyph) + delta) & 0xFFFF if glyph else 0
