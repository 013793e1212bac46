"""A value that cannot be printed, logged or pickled by accident."""

from __future__ import annotations

from typing import NoReturn, final

from typing_extensions import override


@final
class Secret:
    """Holds one secret text; only reveal() gives it away.

    Python cannot wipe a str, so no wiping is promised: what is promised is that the value does
    not end up in a log line, a traceback, a format string or a pickle without somebody asking.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the text itself. Call it as late as possible, and keep the result in no field."""
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
