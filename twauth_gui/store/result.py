"""Return an error as a value, so that the next exception is not chained to it.

An exception of a library can hold a secret: UnicodeEncodeError keeps the whole text,
JSONDecodeError the whole document. Raising our own inside the handler would chain it (PEP 3134),
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
    """What an operation raised."""

    error: Exception


class _ErrorCatcher:
    """Catches an Exception, whatever it is; lets KeyboardInterrupt and the like pass."""

    caught: Exception | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.caught = error if isinstance(error, Exception) else None
        return self.caught is not None


def capture(operation: Callable[[], T]) -> T | Err:
    """Run the operation; give its result, or its failure as a value."""
    net = _ErrorCatcher()
    with net:
        return operation()
    assert net.caught is not None  # noqa: S101 - the net swallows nothing else
    return Err(net.caught)
