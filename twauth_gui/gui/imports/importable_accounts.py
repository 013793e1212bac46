"""The search of known places, and a sentence about what was found there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.services.platform_dirs import find_config_base

if TYPE_CHECKING:
    from twauth_gui.transfer.found_credentials import FoundFile


def find_importable(home: Path, cancel: CancelToken) -> list[FoundFile]:
    """Read what known tools keep in this home folder; to be called on a worker.

    Raises:
        CancelledError: The caller does not wait for it any more.
    """
    # Imported late: the readers of a dozen formats are not needed to open the window.
    from twauth_gui.services.import_service import scan_known_places  # noqa: PLC0415

    return scan_known_places(home, Path(find_config_base() or home / ".config"), cancel=cancel)


def describe_importable(found: Sequence[FoundFile]) -> tuple[str, int]:
    """Return a sentence about the accounts found, and their number; "" and 0 for none."""
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
