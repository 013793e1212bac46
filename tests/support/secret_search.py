"""Search files, processes, window titles and the accessibility tree for secrets."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.support.desktop import Desktop
from tests.support.screen_reader import Screen


def search_files(values: Iterable[str], roots: Iterable[Path]) -> list[str]:
    """Return one line "where: which value, how written" for each find in files or their names.

    Every regular file below the roots is read whole, binary ones too. Of a value nothing is shown
    but its first four characters, so that a failing test does not spread it.
    """
    needles = _encode_values(values)
    found: list[str] = []
    for path in _list_files(roots):
        found += _find_encoded(str(path), str(path).encode("utf-8", "surrogateescape"), needles)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # a temporary file that has just gone
        found += _find_encoded(str(path), content, needles)
    return found


@dataclass
class ProcessSearch:
    """What a search of processes came to.

    hits: one line per find. refused: names of processes whose environment may not be read, by id.
    """

    hits: list[str] = field(default_factory=list[str])
    refused: dict[int, str] = field(default_factory=dict[int, str])


def search_processes(values: Iterable[str], pids: Iterable[int]) -> ProcessSearch:
    """Search the arguments and environments of running processes, as far as they may be read.

    Raises:
        AssertionError: none of them runs, so that nothing could be found.
        PermissionError: the arguments of one may not be read, which Linux shows to everyone.
    """
    needles = _encode_values(values)
    search = ProcessSearch()
    read = 0
    for pid in pids:
        folder = Path("/proc", str(pid))
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            search.hits += _find_encoded(
                f"{folder}/cmdline", (folder / "cmdline").read_bytes(), needles
            )
            read += 1
            try:
                search.hits += _find_encoded(
                    f"{folder}/environ", (folder / "environ").read_bytes(), needles
                )
            except PermissionError:
                search.refused[pid] = (folder / "comm").read_text("utf-8", "replace").strip()
    assert read, "none of the processes runs any more"
    return search


def list_readable_by_others(pid: int) -> list[str]:
    """Return what of memory, environment and memory map other programs of its user may read."""
    found: list[str] = []
    for name in ("mem", "environ", "maps"):
        with suppress(PermissionError):
            Path("/proc", str(pid), name).open("rb").close()
            found.append(name)
    return found


def search_titles(values: Iterable[str], desktop: Desktop) -> list[str]:
    """Return one line per find among the titles of every window of the desktop."""
    return _search_lines("a window title", values, list_window_titles(desktop))


def search_screen(values: Iterable[str], screen: Screen) -> list[str]:
    """Return one line per find in what a screen reader may read, hidden parts included."""
    return _search_lines("the screen reader's tree", values, screen.all_texts())


def list_descendants(pid: int) -> list[int]:
    """The process and all it started that still run."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text("utf-8", "replace")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has just ended
            # The second field is a name in brackets that may hold anything.
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def list_window_titles(desktop: Desktop) -> list[str]:
    """The titles of all windows, those of helpers without a title left out."""
    tree = desktop.run(["xwininfo", "-root", "-tree"])
    parts = [line.split('"') for line in tree.splitlines() if " 0x" in line]
    return [words[1] for words in parts if len(words) > 2]


def _search_lines(where: str, values: Iterable[str], lines: Iterable[str]) -> list[str]:
    needles = _encode_values(values)
    return [hit for line in lines for hit in _find_encoded(where, line.encode(), needles)]


def _list_files(roots: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for root in roots:
        inside = [root] if root.is_file() else sorted(root.rglob("*"))
        found += [path for path in inside if path.is_file() and not path.is_symlink()]
    return found


def _encode_values(values: Iterable[str]) -> list[tuple[str, bytes]]:
    """Each value in each writing, with words for the failure message."""
    needles: list[tuple[str, bytes]] = []
    for value in values:
        assert len(value) >= 8, "a short value would be found everywhere"
        shown = f"{value[:4]}…"
        writings = {raw: how for how, raw in reversed(_encode_value(value))}
        needles += [(f"{shown} as {how}", raw) for raw, how in writings.items()]
    return needles


def _encode_value(value: str) -> list[tuple[str, bytes]]:
    plain = value.encode()
    return [
        ("UTF-8", plain),
        ("UTF-16-LE", value.encode("utf-16-le")),
        ("UTF-16-BE", value.encode("utf-16-be")),
        ("URL-encoded", quote(value, safe="").encode()),
        ("form-encoded", quote_plus(value).encode()),
        ("hexadecimal", plain.hex().encode()),
        *(("Base64", core) for core in _base64_cores(plain)),
    ]


def _base64_cores(plain: bytes) -> list[bytes]:
    """What of the Base64 writing is the same whatever stands before and after the value."""
    cores: list[bytes] = []
    for before in range(3):
        usable = len(plain) - (3 - before) % 3
        start = len(plain) - usable
        core = base64.b64encode(plain[start : start + usable // 3 * 3])
        cores += [core, base64.urlsafe_b64encode(base64.b64decode(core))]
    return cores


def _find_encoded(where: str, content: bytes, needles: Sequence[tuple[str, bytes]]) -> list[str]:
    return [f"{where}: {words}" for words, raw in needles if raw in content]
