"""Reads any file that may hold keys of X; whatever is wrong with it becomes a sentence."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from twauth_gui.transfer.tools.cawbird import MAGIC, read_cawbird
from twauth_gui.transfer.tools.found import Found, Harvest, NotLoadedError
from twauth_gui.transfer.tools.loose import read_loose
from twauth_gui.transfer.tools.rcfile import read_rcfile
from twauth_gui.transfer.tools.twarc import read_twarc
from twauth_gui.transfer.tools.two_lines import is_two_lines, read_two_lines
from twauth_gui.transfer.tools.unreadable import explain_oauth2, explain_rds
from twauth_gui.transfer.tools.xurl import read_xurl

MAX_BYTES = 256 * 1024
XURL_FILE = "auth.yml"
_GZIP = b"\x1f\x8b"
_R_PLAIN = (b"X\n\x00\x00", b"A\n2\n", b"RDX")
_PROFILES = re.compile(r"^(?:profiles|configuration)\s*:", re.MULTILINE)
_XURL = re.compile(
    r'(?:^|\A\s*\{)\s*"?(?:apps|default_app|oauth1_tokens?|oauth2_tokens)"?\s*:', re.MULTILINE
)
_SECTION = re.compile(r"\A(?:\s*[#;].*\n|\s*\n)*\s*\[[^\]\n\"'{]+\]\s*$", re.MULTILINE)
_OAUTH2 = re.compile(r"[\"']?refresh_?token[\"']?\s*[:=]", re.IGNORECASE)


def read_file(path: Path, tool: str = "") -> Found:
    """Read one file, or xurl's folder; it raises nothing.

    tool: who keeps its keys there; left out, the content tells.
    """
    harvest = Harvest()
    told = tool
    try:
        target = _file_of(path)
        raw = _bytes_of(target)
        told = _read(target, raw, harvest)
    except OSError as error:
        harvest.skip("the file", f"It cannot be read. The system says: {error.strerror}.")
    except NotLoadedError as error:
        harvest.skip("the file", str(error))
    if not (harvest.accounts or harvest.apps or harvest.skipped):
        harvest.skip("the file", "There is no key of X in it.")
    return harvest.found(tool or told or "a file", path)


def _file_of(path: Path) -> Path:
    if not path.is_dir():
        return path
    if not (path / XURL_FILE).exists():
        raise NotLoadedError("It is a folder. Name the file in it.")
    return path / XURL_FILE


def _bytes_of(path: Path) -> bytes:
    # A pipe or a device would be waited for, perhaps for ever.
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotLoadedError("It is no ordinary file.")
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES and not raw.startswith(MAGIC):
        raise NotLoadedError("It is longer than 256 KiB; such a file holds something else.")
    return raw


def _read(path: Path, raw: bytes, harvest: Harvest) -> str:
    """Let the right reader read; give who writes files of this kind."""
    if raw.startswith(MAGIC):
        read_cawbird(path, harvest)
        return "Cawbird"
    if raw.startswith(_R_PLAIN) or (raw.startswith(_GZIP) and path.suffix.lower() == ".rds"):
        explain_rds(harvest)
        return "rtweet"
    text = raw.decode("utf-8-sig", "replace").replace("\x00", "")
    return _read_text(text, harvest)


def _read_text(text: str, harvest: Harvest) -> str:
    if _PROFILES.search(text):
        read_rcfile(text, harvest)
        return "twurl"
    if _XURL.search(text):
        read_xurl(text, harvest)
        return "xurl"
    if _SECTION.search(text):
        read_twarc(text, harvest)
        return "twarc"
    if is_two_lines(text):
        read_two_lines(text, harvest)
        return "a script"
    if _OAUTH2.search(text) and "secret" not in text.lower():
        explain_oauth2(harvest)
    else:
        read_loose(text, harvest)
    return ""
