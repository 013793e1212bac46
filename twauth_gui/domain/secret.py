"""A value that cannot be printed, logged or pickled by accident."""

from __future__ import annotations

from threading import Lock
from typing import ClassVar, NoReturn, final
from weakref import ref

from typing_extensions import override


@final
class Secret:
    """A secret text; only reveal() returns it.

    Python cannot wipe a str, so no wiping is promised: what is promised is that the value does
    not end up in a log line, a traceback, a format string or a pickle without a call of reveal().
    """

    __slots__ = ("__weakref__", "_value")

    # By identity: two equal secrets have lifetimes of their own. A plain list, because unlocking a
    # file makes thousands at once; those that are gone are dropped whenever it has doubled.
    _references: ClassVar[list[ref[Secret]]] = []
    _most: ClassVar[int] = 1_000
    _dropping: ClassVar[Lock] = Lock()

    def __init__(self, value: str) -> None:
        self._value = value
        Secret._references.append(ref(self))
        if len(Secret._references) > Secret._most:
            Secret._drop_dead()

    @staticmethod
    def _drop_dead() -> None:
        if not Secret._dropping.acquire(blocking=False):  # another thread is at it
            return
        try:
            known = list(Secret._references)
            alive = [one for one in known if one() is not None]
            Secret._references[: len(known)] = alive  # what came meanwhile is behind them
            Secret._most = max(1_000, 2 * len(alive))
        finally:
            Secret._dropping.release()

    @staticmethod
    def list_alive() -> list[Secret]:
        """Return all secrets of this process, to redact them in a text that leaves it."""
        found = (reference() for reference in list(Secret._references))
        return [secret for secret in found if secret is not None]

    def reveal(self) -> str:
        """Return the text itself. Call it as late as possible, and store the result in no field."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # noqa: PLC0415 - loads OpenSSL, which nothing else at the start needs

        return hmac.compare_digest(self._value.encode(), other._value.encode())

    @override
    def __hash__(self) -> int:
        return hash((Secret, self._value))

    @override
    def __repr__(self) -> str:
        return "Secret(••••)"

    @override
    def __str__(self) -> str:
        return "••••"

    @override
    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret does not leave the process")
