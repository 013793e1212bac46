"""The service names of keychain items."""

from __future__ import annotations

import re
from enum import StrEnum

_SAFE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


_NAME = re.compile(r"twauth/(app|account|tokens|attempt)/([A-Za-z0-9_.-]{1,64})/(\d{1,9})")


class ItemKind(StrEnum):
    """What a record is about."""

    APP = "app"
    ACCOUNT = "account"
    TOKENS = "tokens"
    ATTEMPT = "attempt"


def service_name(kind: ItemKind, uuid: str, generation: int) -> str:
    """Name the item of one generation: twauth/<kind>/<uuid>/<generation>.

    Raises:
        ValueError: the id has a character that some keychain mistreats ("@" on Windows, NUL on
            Linux and macOS), or the slash that separates the parts.
    """
    if not _SAFE.fullmatch(uuid):
        raise ValueError(f"no id for a keychain item: {uuid!r}")
    return f"twauth/{kind}/{uuid}/{generation}"


def parts_of(service: str) -> tuple[ItemKind, str, int] | None:
    """Read what service_name() wrote; None for any other name."""
    found = _NAME.fullmatch(service)
    return None if found is None else (ItemKind(found[1]), found[2], int(found[3]))
