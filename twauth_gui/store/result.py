"""Errors as values, so that the next exception is not chained to them.

An exception of a library can hold a secret: UnicodeEncodeError keeps the whole text,
JSONDecodeError the whole document. Raising another inside the handler would chain it (PEP 3134),
and a traceback would show it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Err:
    """An error that an operation raised."""

    error: Exception


class _ErrorCatcher:
    """Catches every Exception; KeyboardInterrupt and the like pass."""

    error: Exception | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


def capture(operation: Callable[[], T]) -> T | Err:
    """Run the operation; return its result, or its error as a value."""
    catcher = _ErrorCatcher()
    with catcher:
        return operation()
    assert catcher.error is not None  # noqa: S101 - it suppresses nothing else
    return Err(catcher.error)
