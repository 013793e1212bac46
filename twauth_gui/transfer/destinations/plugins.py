"""Destinations that other packages bring, for stores that need a library.

A package has an entry point in the group ``twauth.destinations``, whose name is the destination's
id. It leads to a function without arguments that returns a DestinationPlugin. docs/destinations.md
has an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeVar

from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.destinations.definition import Destination
from twauth_gui.transfer.destinations.driver import (
    DestinationDriver,
    DestinationError,
    FailureReason,
    ListedSecret,
    SecretToWrite,
)
from twauth_gui.transfer.destinations.output_redaction import OutputRedactor

GROUP = "twauth.destinations"
_T = TypeVar("_T")


class DestinationPlugin(DestinationDriver, Protocol):
    """A destination of another package: what it is, and how it is read and written."""

    @property
    def destination(self) -> Destination:
        """What it is; its commands are None."""
        ...


def find_plugins() -> Iterator[EntryPoint]:
    """Yield the entry points of installed plug-ins; none is imported yet."""
    yield from sorted(entry_points(group=GROUP), key=lambda one: one.name)


class PluginDriver:
    """Calls a plug-in, whose exceptions may say anything, and repeats none of them as it is.

    Args:
        plugin: what is called.
        capture: runs a function and returns its result, or the Exception that it raised.
    """

    def __init__(
        self,
        plugin: DestinationPlugin,
        capture: Callable[[Callable[[], object]], object | Exception],
    ) -> None:
        self._plugin = plugin
        self._capture = capture

    def check(self, target: Mapping[str, str], cancel: CancelToken) -> str:
        """Return who is logged in there, or ""."""
        return str(self._call(lambda: self._plugin.check(target, cancel)))

    def list_secrets(
        self, target: Mapping[str, str], name: str, cancel: CancelToken
    ) -> dict[str, ListedSecret] | None:
        """Return what is there, by name."""
        return self._call(lambda: self._plugin.list_secrets(target, name, cancel))

    def write(
        self,
        target: Mapping[str, str],
        secrets: Sequence[SecretToWrite],
        cancel: CancelToken,
        *,
        is_new: bool,
    ) -> None:
        """Write secrets."""
        self._call(lambda: self._plugin.write(target, secrets, cancel, is_new=is_new))

    def delete(self, target: Mapping[str, str], name: str, cancel: CancelToken) -> None:
        """Delete one secret."""
        self._call(lambda: self._plugin.delete(target, name, cancel))

    def group_writes(self, secrets: Sequence[SecretToWrite]) -> list[list[SecretToWrite]]:
        """Return what one call of write() takes each."""
        return self._call(lambda: self._plugin.group_writes(secrets))

    def _call(self, operation: Callable[[], _T]) -> _T:
        results: list[_T] = []
        error = self._capture(lambda: results.append(operation()))
        if isinstance(error, DestinationError | CancelledError):
            raise error
        if isinstance(error, Exception):
            text = OutputRedactor(Secret.list_alive()).redact(str(error))
            raise DestinationError(FailureReason.FAILED, f"{type(error).__name__}: {text}")
        return results[0]
