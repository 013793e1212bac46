"""Reader of any file that may contain X keys; whatever is wrong with it becomes a sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.transfer.found_credentials import (
    RENEWALS,
    FoundCredentials,
    FoundFile,
    NotLoadedError,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.reader.read_text import read_text
from twauth_gui.transfer.reader.text_decoding import decode
from twauth_gui.transfer.tools.cawbird import MAGIC, read_cawbird
from twauth_gui.transfer.tools.onepassword import ZIP_MAGIC, read_export_data
from twauth_gui.transfer.tools.plain_file import open_plain, read_start
from twauth_gui.transfer.tools.yaml_stores import (
    RCFILE_NAMES,
    XURL_NAMES,
    find_rest,
    read_rcfile,
    read_xurl,
)

MAX_BYTES = 1024 * 1024
"""Of a text; what is larger was not written by a person."""
NO_KEY = "There is no X key in it."
END_OF_FILE = "the end of the file"
ANY_FILE = "a file"
XURL_FILE = "auth.yml"
_TOO_LARGE = "It is larger than 1 MiB, too large for a file with keys."
_TOO_MANY_ITEMS = "Its items are larger than 1 MiB. Export only those with keys."
_NO_STREAM = "It is a database. Choose its file."
_RTWEET = (
    "R wrote it in a format of its own. In R, write its values as text: token <- "
    'rtweet::rtweet_bot; or run cat(readRDS("FILE")$credentials$oauth_token, '
    'readRDS("FILE")$credentials$oauth_token_secret, sep = "\\n", file = "token.txt"), then'
    " import token.txt."
)
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
        harvest.give_up(explain_os_error(error))
    except ValueError:  # a NUL in the path
        harvest.give_up("No file can have this name.")
    except NotLoadedError as error:
        harvest.give_up(str(error))
    return replace(_finish(harvest, tool or detected or ANY_FILE, path), written_at=written_at)


def explain_os_error(error: OSError) -> str:
    """Return why a file cannot be read, as a sentence."""
    return f"It cannot be read. The system says: {error.strerror}."


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
        harvest.give_up(NO_KEY)
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
    if raw.startswith(MAGIC):
        if path is None:
            raise NotLoadedError(_NO_STREAM)
        read_cawbird(path, harvest)
        return "Cawbird"
    if raw.startswith(ZIP_MAGIC):
        return _read_archive(raw, path, harvest)
    if len(raw) > MAX_BYTES:
        raise NotLoadedError(_TOO_LARGE)
    if raw.startswith(_R_PLAIN) or (raw.startswith(_GZIP) and name.lower().endswith(".rds")):
        harvest.skip(SkippedEntry("rtweet's token", _RTWEET, SkipKind.UNREADABLE))
        return "rtweet"
    return _read_text(decode(raw), name, harvest)


def _read_archive(raw: bytes, path: Path | None, harvest: FoundCredentials) -> str:
    if path is None:
        content = read_export_data(io.BytesIO(raw), MAX_BYTES)
    else:
        with open_plain(path) as descriptor, open(descriptor, "rb", closefd=False) as archive:
            content = read_export_data(archive, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise NotLoadedError(_TOO_MANY_ITEMS)
    _ = _read_text(decode(content), "export.json", harvest)
    return "1Password"


def _read_text(text: str, file_name: str, harvest: FoundCredentials) -> str:
    """Read with the reader of the tool, and with the general one what that leaves.

    Returns the tool, or "" if it is no known tool's file.
    """
    tool, own_reader = _find_tool(text)
    own, general = FoundCredentials(harvest.cancel), FoundCredentials(harvest.cancel)
    if own_reader is not None:
        _try(partial(own_reader.read, text), own)
    if own_reader is not None and own.has_credentials:
        harvest.add(own)
        rest = find_rest(text, own_reader.names)
        if rest.strip():
            _try(partial(read_text, rest, file_name), harvest)
        return tool
    _try(partial(read_text, text, file_name), general)
    harvest.add(general if general.has_credentials or not own.skipped else own)
    return tool


def _try(read: Callable[[FoundCredentials], None], found: FoundCredentials) -> None:
    try:
        read(found)
    except NotLoadedError as error:
        found.give_up(str(error))


@dataclass(frozen=True, slots=True)
class _OwnReader:
    """The reader of a tool's own format. names: the sections of its files that it reads."""

    read: Callable[[str, FoundCredentials], None]
    names: frozenset[str] = frozenset()


def _explain_oauth2(_text: str, harvest: FoundCredentials) -> None:
    harvest.skip(SkippedEntry("OAuth 2.0 tokens", RENEWALS, SkipKind.OAUTH2))


def _find_tool(text: str) -> tuple[str, _OwnReader | None]:
    """Return the tool whose file this seems to be, with its reader if it has one of its own."""
    lines = text.splitlines()
    if any(map(_PROFILES.match, lines)):
        return "twurl", _OwnReader(read_rcfile, RCFILE_NAMES)
    if any(map(_XURL.match, _names_of_xurl(lines))):
        return "xurl", _OwnReader(read_xurl, XURL_NAMES)
    if _SECTION.fullmatch(_first_of_ini(lines)):
        return "twarc", None
    is_oauth2 = _OAUTH2.search(text) is not None and "secret" not in text.lower()
    return "", _OwnReader(_explain_oauth2) if is_oauth2 else None


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
