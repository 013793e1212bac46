"""Reader of any file that may contain X keys; whatever is wrong with it becomes a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.transfer.reader.read_text import read_text
from twauth_gui.transfer.reader.text_decoding import decode
from twauth_gui.transfer.tools.cawbird import MAGIC, read_cawbird
from twauth_gui.transfer.tools.found_credentials import FoundCredentials, FoundFile, NotLoadedError
from twauth_gui.transfer.tools.plain_file import read_start
from twauth_gui.transfer.tools.rcfile import read_rcfile
from twauth_gui.transfer.tools.two_lines import is_two_lines, read_two_lines
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
    detected = tool
    try:
        target = _file_of(path)
        detected = _read(target, read_start(target, MAX_BYTES), harvest)
    except OSError as error:
        harvest.give_up(f"It cannot be read. The system says: {error.strerror}.")
    except ValueError:  # a NUL in the path
        harvest.give_up("No file can have this name.")
    except NotLoadedError as error:
        harvest.give_up(str(error))
    if not (harvest.accounts or harvest.apps or harvest.skipped):
        harvest.give_up("There is no X key in it.")
    return harvest.found(tool or detected or "a file", path)


def _file_of(path: Path) -> Path:
    if not path.is_dir():
        return path
    if not (path / XURL_FILE).exists():
        raise NotLoadedError("It is a folder. Choose the file in it.")
    return path / XURL_FILE


def _read(path: Path, raw: bytes, harvest: FoundCredentials) -> str:
    """Read with the right reader; return the tool that writes such files."""
    if raw.startswith(MAGIC):
        read_cawbird(path, harvest)
        return "Cawbird"
    if len(raw) > MAX_BYTES:
        raise NotLoadedError("It is larger than 256 KiB, too large for a file with keys.")
    if raw.startswith(_R_PLAIN) or (raw.startswith(_GZIP) and path.suffix.lower() == ".rds"):
        explain_rds(harvest)
        return "rtweet"
    return _read_text(decode(raw), path.name, harvest)


def _read_text(text: str, file_name: str, harvest: FoundCredentials) -> str:
    """Read with the tool's reader; a file that it finds nothing in falls through to the general one.

    Returns: the tool, or "" if it is no known tool's file.
    """
    lines = text.splitlines()
    tool, read = _find_tool(text, lines)
    if read is not None:
        tried = FoundCredentials(cancel=harvest.cancel)
        try:
            read(tried)
        except NotLoadedError as error:
            tried.give_up(str(error))
        if tried.accounts or tried.apps:
            harvest.add(tried)
            return tool
    before = len(harvest.skipped)
    read_text(text, file_name, harvest)
    if read is not None and not (harvest.accounts or harvest.apps) and tried.skipped:
        for entry in list(harvest.skipped)[before:]:
            del harvest.skipped[entry]
        harvest.add(tried)
    return tool


def _find_tool(
    text: str, lines: list[str]
) -> tuple[str, Callable[[FoundCredentials], None] | None]:
    """Return the tool whose file this seems to be, with its reader."""
    if any(map(_PROFILES.match, lines)):
        return "twurl", partial(read_rcfile, text)
    if any(map(_XURL.match, _names_of_xurl(lines))):
        return "xurl", partial(read_xurl, text)
    if _SECTION.fullmatch(_first_of_ini(lines)):
        return "twarc", None  # the general reader knows sections
    if is_two_lines(text):
        return "a script", partial(read_two_lines, text)
    if _OAUTH2.search(text) and "secret" not in text.lower():
        return "", explain_oauth2
    return "", None


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
