"""Which bytes of an answer go out, in which pieces.

Pure: what a piece waits for, or how a connection ends, is the socket's side (`wire`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

Delivery = Literal[
    "whole",
    "never",
    "reset-before-headers",
    "reset-after-headers",
    "slow-drip",
    "truncated",
    "oversized",
]

OVERSIZE: Final = 32 * 1024 * 1024  # bytes; no answer of X comes near
_PIECE: Final = 64 * 1024


def stated_length(body: bytes, delivery: Delivery) -> int:
    """The Content-Length that is announced, whatever comes then."""
    return OVERSIZE if delivery == "oversized" else len(body)


def pieces(body: bytes, delivery: Delivery) -> Iterator[bytes]:
    """What is sent of a body, one write after the other."""
    if delivery == "slow-drip":
        yield from (body[at : at + 1] for at in range(len(body)))
    elif delivery in {"truncated", "reset-after-headers"}:
        yield body[: len(body) // 2]
    else:
        yield body
    if delivery == "oversized":
        yield from _padding(OVERSIZE - len(body))


def _padding(missing: int) -> Iterator[bytes]:
    # Spaces: a reader without a bound still finds good JSON, so that only a bound saves it.
    for _ in range(missing // _PIECE):
        yield b" " * _PIECE
    yield b" " * (missing % _PIECE)
