"""Measure the window beside KeePassXC with as many entries: on one screen, seen from outside."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import uuid
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageChops, ImageGrab

from tests.bench.comparison import Comparison, Pair
from tests.support.desktop import Desktop
from tests.support.sample_index import fill_index, invent_account

_TOPIC = "Beside KeePassXC"
_PASSWORD = "bench"
_DATABASE = "bench"
_TYPED = "marsh"
_CURSOR = 64  # pixels: a text cursor that blinks is smaller
_QUIET = 1.0  # seconds without a change
_QUIET_START = 3.0  # seconds: a window that still loads may stand still for longer than one
_PATIENCE = 60.0  # seconds until the first change
_UNLOCK_MS = "100"  # the shortest key derivation that KeePassXC takes
_CONFIG = """[General]
ConfigVersion=2
SingleInstance=false
[GUI]
CheckForUpdates=false
CheckForUpdatesIncludeBetas=false
ShowTrayIcon=false
"""
_ABSENT = "KeePassXC is not installed here (Debian's package is keepassxc)"


def measure_keepassxc(folder: Path, sizes: Sequence[int], runs: int) -> list[Comparison]:
    """Start both in turns, and search in both; rows without figures if KeePassXC is missing."""
    if shutil.which("keepassxc") is None or shutil.which("keepassxc-cli") is None:
        return [row for size in sizes for row in _compare(size, [], [], missing=_ABSENT)]
    rows: list[Comparison] = []
    folder.mkdir(parents=True)
    with Desktop(folder / "desktop") as desktop:
        for size in sizes:
            starts, keys = _Programs(desktop, folder / str(size), size).take_pairs(runs)
            rows += _compare(size, starts, keys)
    return rows


def _compare(
    size: int, starts: Sequence[Pair], keys: Sequence[Pair], missing: str = ""
) -> list[Comparison]:
    reference = f"KeePassXC with {size:,} entries"
    return [
        Comparison(
            _TOPIC,
            f"start, until nothing changes on the screen, {size:,} accounts",
            reference,
            starts,
            note=f"KeePassXC derives its key for {_UNLOCK_MS} ms",
            missing=missing,
        ),
        Comparison(
            _TOPIC,
            f"a key in the search, until the screen stands still, {size:,} accounts",
            reference,
            keys,
            missing=missing,
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Program:
    """How a program is started. title: that of its window once its list is open."""

    words: Sequence[str]
    title: str


class _Programs:
    """Both programs with the same invented accounts."""

    def __init__(self, desktop: Desktop, folder: Path, size: int) -> None:
        self._desktop = desktop
        fill_index(folder / "data", size)
        config, database = folder / "keepassxc.ini", folder / "bench.kdbx"
        _ = config.write_text(_CONFIG, encoding="utf-8")
        _make_database(folder, database, size)
        words = [sys.executable, "-m", "twauth_gui", "--data-dir", str(folder / "data")]
        self._ours = _Program(words, "Twauth")
        script = f'echo {_PASSWORD} | exec keepassxc --config "$1" --pw-stdin "$2"'
        words = ["sh", "-c", script, "sh", str(config), str(database)]
        self._theirs = _Program(words, f"{_DATABASE} - KeePassXC")

    def take_pairs(self, runs: int) -> tuple[list[Pair], list[Pair]]:
        """Return pairs of starts and of keys, in seconds, after a start that fills caches."""
        starts: list[Pair] = []
        keys: list[Pair] = []
        for number in range(runs + 1):
            if number % 2:
                theirs, ours = self._use(self._theirs), self._use(self._ours)
            else:
                ours, theirs = self._use(self._ours), self._use(self._theirs)
            starts.append((ours[0], theirs[0]))
            keys += zip(ours[1], theirs[1], strict=True)
        return starts[1:], keys[len(_TYPED) :]

    def _use(self, used: _Program) -> tuple[float, list[float]]:
        """Start a program, search in it, end it; return what start and keys took."""
        watch = _ScreenWatch(self._desktop.display)
        started = time.perf_counter()
        program = self._desktop.start(used.words)
        try:
            seconds = watch.wait_for_rest(started, _QUIET_START)
            while self._read_title() != used.title:
                seconds = watch.wait_for_rest(started, _QUIET_START)
            self._press("ctrl+f")
            watch.skip_changes()
            keys = [self._time_key(watch, key) for key in _TYPED]
        finally:
            ending = time.perf_counter()
            _ = program.kill()
        _ = watch.wait_for_rest(ending)
        return seconds, keys

    def _time_key(self, watch: _ScreenWatch, key: str) -> float:
        started = time.perf_counter()
        self._press(key)
        return watch.wait_for_rest(started)

    def _read_title(self) -> str:
        return self._desktop.run(["xdotool", "getactivewindow", "getwindowname"]).strip()

    def _press(self, key: str) -> None:
        _ = self._desktop.run(["xdotool", "key", key])


class _ScreenWatch:
    """Looks at the screen again and again, as its user does."""

    def __init__(self, display: str) -> None:
        self._display = display
        self._picture = self._grab()

    def wait_for_rest(self, started: float, quiet: float = _QUIET) -> float:
        """Return the seconds from started to the last change before the screen stood still."""
        changed = self._find_change(until=started + _PATIENCE)
        assert changed is not None, "nothing has changed on the screen"
        while (later := self._find_change(until=changed + quiet)) is not None:
            changed = later
        return changed - started

    def skip_changes(self) -> None:
        """Return once the screen stands still, if it changes at all."""
        while self._find_change(until=time.perf_counter() + _QUIET) is not None:
            pass

    def _find_change(self, until: float) -> float | None:
        """Return when the next change began to be looked for; None if there is none until then."""
        while (at := time.perf_counter()) < until:
            before, self._picture = self._picture, self._grab()
            if _differ(before, self._picture):
                return at
        return None

    def _grab(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self._display)


def _differ(one: Image.Image, other: Image.Image) -> bool:
    box = ImageChops.difference(one, other).getbbox()
    return box is not None and (box[2] - box[0]) * (box[3] - box[1]) > _CURSOR


def _make_database(folder: Path, database: Path, size: int) -> None:
    root = ET.Element("KeePassFile")
    meta = ET.SubElement(root, "Meta")
    ET.SubElement(meta, "DatabaseName").text = _DATABASE
    group = ET.SubElement(ET.SubElement(root, "Root"), "Group")
    ET.SubElement(group, "UUID").text = _make_id()
    ET.SubElement(group, "Name").text = "Bots"
    for number in range(size):
        account = invent_account(number)
        entry = ET.SubElement(group, "Entry")
        ET.SubElement(entry, "UUID").text = _make_id()
        values = {
            "Title": account.at_handle,
            "UserName": account.name,
            "Password": account.user_id,
            "URL": "https://x.com",
        }
        for name, value in values.items():
            field = ET.SubElement(entry, "String")
            ET.SubElement(field, "Key").text = name
            ET.SubElement(field, "Value").text = value
    source = folder / "bench.xml"
    ET.ElementTree(root).write(source, encoding="utf-8", xml_declaration=True)
    _ = subprocess.run(
        ["keepassxc-cli", "import", "-q", "-p", "-t", _UNLOCK_MS, str(source), str(database)],
        input=f"{_PASSWORD}\n{_PASSWORD}\n",
        text=True,
        check=True,
        capture_output=True,
    )


def _make_id() -> str:
    return b64encode(uuid.uuid4().bytes).decode()
