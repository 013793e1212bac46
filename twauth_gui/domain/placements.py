"""Placements: where copies of credentials were put, and whether they are still the current ones."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import NewType

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.secret import Secret

PlacementId = NewType("PlacementId", int)

FINGERPRINT_BYTES = 16
_FINGERPRINT_VERSION = "twauth-placement-1"
_FILE_URL = "file://"


class PlacementKind(StrEnum):
    """What kind of place a copy is in.

    FOLDER holds the name of an account alone, in a file .twauth.
    """

    CLIPBOARD = "clipboard"
    STANDARD_OUTPUT = "stdout"
    FILE = "file"
    PROGRAM = "program"
    SECRET = "secret"  # noqa: S105 - a kind of place
    FOLDER = "folder"


class PlacementState(StrEnum):
    """WRITING: the place may have it already, or not yet; the program may have been killed."""

    WRITING = "writing"
    WRITTEN = "written"


class Freshness(Enum):
    """Whether a placement has the current credentials.

    UNKNOWN: they were saved anew since, and only a comparison tells whether the values changed.
    """

    CURRENT = "current"
    OLD = "old"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where copies can be; several accounts and several names can be in one place.

    destination: the path of a file or folder, the name of a program, the ID of a destination.
    target: of a destination, such as a repository, as a JSON object with sorted keys; else "".
    """

    kind: PlacementKind
    destination: str = ""
    target: str = ""

    @classmethod
    def of_path(cls, kind: PlacementKind, path: Path) -> Place:
        """Return the place of a file or folder.

        The path becomes absolute; links in it stay. One that is not text is noted as a URL.
        """
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
        text = str(absolute)
        try:
            _ = text.encode()
        except UnicodeEncodeError:
            text = absolute.as_uri()
        return cls(kind, text)

    @classmethod
    def of_secret(cls, destination: str, target: Mapping[str, str]) -> Place:
        """Return the place that a destination's target is."""
        text = json.dumps(dict(target), sort_keys=True, separators=(",", ":"))
        return cls(PlacementKind.SECRET, destination, text)

    @property
    def path(self) -> Path:
        """The path of a file or folder."""
        if self.destination.startswith(_FILE_URL):
            from urllib.parse import unquote_to_bytes  # noqa: PLC0415 - hardly ever needed

            raw = unquote_to_bytes(self.destination.removeprefix(_FILE_URL))
            return Path(os.fsdecode(raw))
        return Path(self.destination)

    @property
    def reference(self) -> str:
        """What twauth push --to takes for a destination's target."""
        fields = ",".join(f"{name}={text}" for name, text in self.target_fields.items())
        return f"{self.destination}:{fields}" if fields else self.destination

    @property
    def target_fields(self) -> dict[str, str]:
        """The fields of the target; none if it has none."""
        return json.loads(self.target) if self.target else {}


@dataclass(frozen=True, slots=True)
class Generations:
    """Generations of keychain items; 0 for an item that nothing was taken of.

    app: of the app's keys. oauth1, oauth2: of the account's credentials.
    """

    app: int = 0
    oauth1: int = 0
    oauth2: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """One copy of an account's credentials, or of an app's keys, in one place; no secret.

    account_id: None if only the app's keys were put there. name: of the secret; else "". fields:
    which values are there, by the keys of transfer.preset_files.FIELD_KEYS, in order. options: how
    it was written, for writing it again, as a JSON object with sorted keys; else "".
    generations: of the items that they were taken from, read before the values. fingerprint: of
    the values (compute_fingerprint); empty if the vault could not be used. marker: what the
    destination said of its version. origin: "" unless it came with a backup from another data
    folder, whose ID it is then. id: 0 before it is saved. current: the generations that the index
    has now for the same items. compared: the generations that were compared last, and found to be
    other values; None if none were.
    """

    app_id: AppId
    account_id: AccountId | None
    place: Place
    written_at: datetime
    name: str = ""
    preset: str = ""
    options: str = ""
    fields: tuple[str, ...] = ()
    generations: Generations = Generations()
    fingerprint: bytes = b""
    marker: str = ""
    state: PlacementState = PlacementState.WRITTEN
    origin: str = ""
    id: PlacementId = field(default=PlacementId(0), compare=False)
    current: Generations = field(default=Generations(), compare=False)
    compared: Generations | None = field(default=None, compare=False)

    @property
    def freshness(self) -> Freshness:
        """Whether it has the current credentials, as far as the index knows."""
        if self.state is PlacementState.WRITTEN and self.generations == self.current:
            return Freshness.CURRENT
        return Freshness.OLD if self.compared == self.current else Freshness.UNKNOWN


def describe_content(fields: Mapping[str, str]) -> str:
    """Return what is fingerprinted: the value itself if it is one, else names and values."""
    if len(fields) == 1:
        return next(iter(fields.values()))
    return "\0".join(f"{name}={value}" for name, value in fields.items())


def compute_fingerprint(key: Secret, place: Place, name: str, content: str) -> bytes:
    """Return the fingerprint of content in a place, by which it is recognised later.

    It is keyed, so that the index cannot be searched for a guessed value, and bound to the place,
    so that equal values in two places do not look equal.
    """
    import hmac  # noqa: PLC0415 - loads OpenSSL, which nothing else at the start needs

    parts = (_FINGERPRINT_VERSION, place.kind, place.destination, place.target, name, content)
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(key.reveal().encode(), message, "sha256")[:FINGERPRINT_BYTES]
