"""Reader of any file that may contain X keys; whatever is wrong with it becomes a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.transfer.found_credentials import (
    FoundCredentials,
    FoundFile,
    NotLoadedError,
    TooLargeError,
)
from twauth_gui.transfer.reader.read_text import read_text
from twauth_gui.transfer.reader.text_decoding import decode
from twauth_gui.transfer.tools.cawbird import MAGIC, read_cawbird
from twauth_gui.transfer.tools.plain_file import read_start
from twauth_gui.transfer.tools.rcfile import read_rcfile
from twauth_gui.transfer.tools.unreadable import explain_oauth2, explain_rds
from twauth_gui.transfer.tools.xurl import read_xurl

MAX_BYTES = 256 * 1024
XURL_FILE = "auth.yml"
_GZIP = b"\x1f\x8b"
_R_PLAIN = (b"X\n\x00\x00", b"A\n2\n", b"RDX")
# Each of them looks at one line, and nothing in it can match in two ways: no backtracking.
_PROFILES = re.compile(r"(?:profiles|configuration)\s*:")
_XURL = re.compile(r'"?(?:apps|default_app|oauth1_tokens?|oauth2_tokens)"?\s*:')
_SECTION = re.compile(r"\[[^\]\"'{]+\]")
_OAUTH2 = re.compile(r"[\"']?refresh_?token[\"']?\s*[:=]", re.IGNORECASE)


def read_file(path: Path, tool: str = "", cancel: CancelToken | None = None) -> FoundFile:
    """Read one file, or xurl's folder.

    It takes a second of work at most and little memory, whatever the file is.

    Args:
        path: may be anything: a folder, a device, a file that grows meanwhile.
        tool: which tool stores its keys there; if left out, the content tells.
        cancel: cancels the reading.

    Raises:
        CancelledError: the person cancelled. Nothing else is raised.
    """
    harvest = FoundCredentials(cancel=cancel or CancelToken())
    harvest.cancel.raise_if_cancelled()
    detected, written_at = tool, None
    try:
        start = read_start(_file_of(path), MAX_BYTES)
        written_at = start.written_at
        detected = _read(start.raw, start.path, harvest)
    except OSError as error:
        harvest.give_up(f"It cannot be read. The system says: {error.strerror}.")
    except ValueError:  # a NUL in the path
        harvest.give_up("No file can have this name.")
    except NotLoadedError as error:
        harvest.give_up(str(error))
    return replace(_finish(harvest, tool or detected or "a file", path), written_at=written_at)


def read_bytes(raw: bytes, tool: str, cancel: CancelToken, path: Path | None = None) -> FoundFile:
    """Read bytes that are in no file, up to MAX_BYTES of them and one more.

    Args:
        raw: as they came.
        tool: what to call their source.
        cancel: cancels the reading.
        path: the name of the pipe they came from.

    Raises:
        CancelledError: the person cancelled. Nothing else is raised.
    """
    harvest = FoundCredentials(cancel=cancel)
    harvest.cancel.raise_if_cancelled()
    try:
        _ = _read(raw, None, harvest)
    except NotLoadedError as error:
        harvest.give_up(str(error))
    return _finish(harvest, tool, path)


def _finish(harvest: FoundCredentials, tool: str, path: Path | None) -> FoundFile:
    if not (harvest.has_credentials or harvest.skipped):
        harvest.give_up("There is no X key in it.")
    return harvest.found(tool, path)


def _file_of(path: Path) -> Path:
    if not path.is_dir():
        return path
    if not (path / XURL_FILE).exists():
        raise NotLoadedError("It is a folder. Choose the file in it.")
    return path / XURL_FILE


def _read(raw: bytes, path: Path | None, harvest: FoundCredentials) -> str:
    """Read with the right reader; return the tool that writes such files."""
    name = path.name if path else ""
    if raw.startswith(MAGIC) and path:
        read_cawbird(path, harvest)
        return "Cawbird"
    if len(raw) > MAX_BYTES:
        raise NotLoadedError("It is larger than 256 KiB, too large for a file with keys.")
    if raw.startswith(_R_PLAIN) or (raw.startswith(_GZIP) and name.lower().endswith(".rds")):
        explain_rds(harvest)
        return "rtweet"
    return _read_text(decode(raw), name, harvest)


def _read_text(text: str, file_name: str, harvest: FoundCredentials) -> str:
    """Read with the reader of the tool, and with the general one if that finds no credentials.

    Returns the tool, or "" if it is no known tool's file.
    """
    tool, read_own = _find_tool(text)
    own, general = FoundCredentials(harvest.cancel), FoundCredentials(harvest.cancel)
    is_complete = read_own is None or _try(partial(read_own, text), own)
    if is_complete and not own.has_credentials:
        _ = _try(partial(read_text, text, file_name), general)
    is_own = own.has_credentials or (bool(own.skipped) and not general.has_credentials)
    harvest.add(own if is_own else general)
    return tool


def _try(read: Callable[[FoundCredentials], None], found: FoundCredentials) -> bool:
    """Read, and note what is wrong with the text; return whether another reader may try it."""
    try:
        read(found)
    except NotLoadedError as error:
        found.give_up(str(error))
        return not isinstance(error, TooLargeError)
    return True


def _find_tool(text: str) -> tuple[str, Callable[[str, FoundCredentials], None] | None]:
    """Return the tool whose file this seems to be, with its reader if it has one of its own."""
    lines = text.splitlines()
    if any(map(_PROFILES.match, lines)):
        return "twurl", read_rcfile
    if any(map(_XURL.match, _names_of_xurl(lines))):
        return "xurl", read_xurl
    if _SECTION.fullmatch(_first_of_ini(lines)):
        return "twarc", None
    is_oauth2 = _OAUTH2.search(text) is not None and "secret" not in text.lower()
    return "", explain_oauth2 if is_oauth2 else None


def _names_of_xurl(lines: list[str]) -> Iterator[str]:
    """Yield each line without its indentation, and the first one also without its brace."""
    stripped = map(str.lstrip, lines)
    first = next((line for line in stripped if line), "")
    yield first.removeprefix("{").lstrip()
    yield from stripped


def _first_of_ini(lines: list[str]) -> str:
    """Return the first line that is neither empty nor a comment."""
    stripped = map(str.strip, lines)
    return next((line for line in stripped if line and not line.startswith(("#", ";"))), "")
