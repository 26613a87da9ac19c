"""Damage to a copy of any file, by a seed: cut, flipped, spliced, repeated, with absurd numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

_NUMBER = re.compile(rb"(?<![\w.])\d{1,9}(?![\w.])")
_ABSURD = (b"0", b"-1", b"2147483647", b"4294967296", b"99999999999999999999", b"1e308")


def mutate(source: Path, out: Path, seed: int) -> str:
    """Writes a damaged copy of `source` to `out`; returns what was done to it."""
    rng = Random(f"{seed}/{source.name}")
    data = source.read_bytes()
    damage = rng.choice(_DAMAGES)
    out.write_bytes(damage(data, rng) if data else b"\0")
    return damage.__name__.strip("_")


def _truncated(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _beheaded(data: bytes, rng: Random) -> bytes:
    return data[rng.randrange(min(len(data), 2000)) :]


def _flipped(data: bytes, rng: Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 10, 100, 1000))):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def _zeroed(data: bytes, rng: Random) -> bytes:
    start = rng.randrange(len(data))
    stop = min(len(data), start + rng.choice((16, 512, 4096)))
    return data[:start] + bytes(stop - start) + data[stop:]


def _spliced(data: bytes, rng: Random) -> bytes:
    """A stretch of the file copied over another place in it."""
    size = min(len(data), rng.choice((64, 1024, 8192)))
    source, target = rng.randrange(len(data) - size + 1), rng.randrange(len(data))
    return data[:target] + data[source : source + size] + data[target:]


def _repeated(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at : at + 200] * rng.choice((2, 50, 1000)) + data[at + 200 :]


def _renumbered(data: bytes, rng: Random) -> bytes:
    """Some numbers that stand in the file as text become absurd."""
    share = rng.choice((0.01, 0.1))

    def absurd(match: re.Match[bytes]) -> bytes:
        return rng.choice(_ABSURD) if rng.random() < share else match[0]

    return _NUMBER.sub(absurd, data)


_DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _truncated,
    _beheaded,
    _flipped,
    _zeroed,
    _spliced,
    _repeated,
    _renumbered,
)
