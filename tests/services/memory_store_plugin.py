"""A destination as another package brings it: a store in the memory of this process."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.transfer.destinations.definition import Destination, NameRule, Shape, TargetField
from twauth_gui.transfer.destinations.driver import (
    DestinationError,
    FailureReason,
    ListedSecret,
    SecretToWrite,
)

SHELVES: dict[str, dict[str, tuple[str, int]]] = {"open": {}}


class MemoryStore:
    """Keeps secrets by shelf and name; each write counts."""

    destination = Destination(
        id="memory-store",
        title="Memory",
        preset="x",
        shape=Shape.VALUES,
        target=(TargetField("shelf", "Shelf", re.compile("[a-z]+")),),
        names=NameRule(re.compile("[A-Z_]+")),
        has_markers=True,
        is_marker_moved=True,
        can_delete=True,
        tried="Tried with itself.",
    )

    def check(self, target: Mapping[str, str], cancel: CancelToken) -> str:
        cancel.raise_if_cancelled()
        if target["shelf"] == "locked":
            raise DestinationError(FailureReason.LOGGED_OUT, "locked")
        return "acme-ops"

    def list_secrets(
        self, target: Mapping[str, str], name: str, cancel: CancelToken
    ) -> dict[str, ListedSecret] | None:
        assert (name, cancel.is_cancelled) == ("", False)
        shelf = SHELVES[target["shelf"]]
        return {key: ListedSecret(key, str(count)) for key, (_value, count) in shelf.items()}

    def write(
        self,
        target: Mapping[str, str],
        secrets: Sequence[SecretToWrite],
        cancel: CancelToken,
        *,
        is_new: bool,
    ) -> None:
        shelf = SHELVES[target["shelf"]]
        for one in secrets:
            assert (one.name not in shelf) is is_new
            if target["shelf"] == "full":
                raise RuntimeError(f"no room for {one.content.reveal()}")
            _, count = shelf.get(one.name, ("", 0))
            shelf[one.name] = (one.content.reveal(), count + 1)

    def delete(self, target: Mapping[str, str], name: str, cancel: CancelToken) -> None:
        del SHELVES[target["shelf"]][name]

    def group_writes(self, secrets: Sequence[SecretToWrite]) -> list[list[SecretToWrite]]:
        return [list(secrets)]


def open_store() -> MemoryStore:
    return MemoryStore()


def open_nothing() -> MemoryStore:
    raise OSError("it does not start")
