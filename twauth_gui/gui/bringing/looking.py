"""Looks for what other tools left, for the window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twauth_gui.domain.cancel import CancelToken
from twauth_gui.services.folders import base_of_config

if TYPE_CHECKING:
    from twauth_gui.transfer.tools.found import Found


def look_here(home: Path, cancel: CancelToken) -> list[Found]:
    """Read what the known tools keep in this home; call it on a worker.

    Raises:
        CancelledError: nobody waits for it any more.
    """
    # Readers of a dozen formats, for somebody who looks at the window's first page only.
    from twauth_gui.services.bringing import look_around  # noqa: PLC0415

    return look_around(home, Path(base_of_config() or home / ".config"), cancel=cancel)


def summary(found: Sequence[Found]) -> tuple[str, int]:
    """Say in one sentence what there is, with the number of accounts; "" for nothing."""
    count = Counter[str]()
    seen: set[object] = set()
    for one in found:
        fresh = {account.credentials for account in one.accounts} - seen
        seen |= fresh
        count[one.tool] += len(fresh)
    parts = [f"{number} of {tool}" for tool, number in count.items() if number]
    if not parts:
        return "", 0
    first, *rest = parts
    number, _, tool = first.partition(" of ")
    word = "account" if number == "1" else "accounts"
    named = [f"{number} {word} of {tool}", *rest]
    text = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"Found on this computer: {text}.", sum(count.values())
