"""What git would do with a file, and the line of a .gitignore that keeps it out.

git is asked with the work tree's own settings, which whoever made that tree has written: nothing
they name is started, and nothing is fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.osfiles.private_file import read_existing_file, write_private

_SECONDS = 5.0
_MAX_BYTES = 1024 * 1024
# fsmonitor and hooks would start programs; a bare repository within the tree could bring its own
# settings (git-config(1), core.fsmonitor, core.hooksPath, safe.bareRepository).
_SETTINGS = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "safe.bareRepository=explicit",
)
_KEPT_VARIABLES = ("PATH", "HOME", "XDG_CONFIG_HOME", "USERPROFILE", "SYSTEMROOT", "APPDATA")
# A missing object would be fetched through a program that the repository names (git(1)).
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SPECIAL = re.compile(rb"([\\*?\[])")
_LINE_BREAKS = re.compile(rb"[\r\n]")


class GitState(Enum):
    """What git makes of a file. UNKNOWN: it is in a work tree, but git gave no answer."""

    OUTSIDE = "outside"
    IGNORED = "ignored"
    NOT_IGNORED = "not-ignored"
    TRACKED = "tracked"
    UNKNOWN = "unknown"


def ask_git(path: Path) -> GitState:
    """Return what git would do with a file, which need not exist; it takes some seconds at most."""
    folder = Path(os.path.realpath(path.absolute().parent))
    if next(_find_work_trees(folder), None) is None:
        return GitState.OUTSIDE
    program = shutil.which("git")
    # Windows looks into the current folder first, which may be anyone's.
    if program is None or Path(program).absolute().parent == Path.cwd():
        return GitState.UNKNOWN
    name = os.path.join(".", path.name)  # noqa: PTH118 - pathlib drops the dot
    command = [str(Path(program).absolute()), *_SETTINGS]
    # The other command takes every path literally.
    tracked = _run(
        [*command, "--literal-pathspecs", "ls-files", "--error-unmatch", "--", name], folder
    )
    if tracked != 1:  # not an answer, or one that came too late
        return GitState.TRACKED if tracked == 0 else GitState.UNKNOWN
    ignored = _run([*command, "check-ignore", "--quiet", "--no-index", "--", name], folder)
    return {0: GitState.IGNORED, 1: GitState.NOT_IGNORED}.get(ignored, GitState.UNKNOWN)


def add_to_gitignore(path: Path) -> Path:
    """Make git ignore a file, if it does not yet, and return the .gitignore that says so.

    The nearest .gitignore of the work tree gets a line at its end; there is one made at the top if
    it has none. Everything else in it stays, with its line endings.

    Raises:
        DiagnosedError: the file is in no work tree, or the .gitignore cannot be changed or is a
            link.
    """
    folder = Path(os.path.realpath(path.absolute().parent))
    top = next(_find_work_trees(folder), None)
    if top is None or _LINE_BREAKS.search(os.fsencode(path.name)):
        raise _refuse(path, "It is in no work tree of git." if top is None else "")
    ignore_file = _choose_file(folder, top)
    pattern = b"/" + os.fsencode((folder / path.name).relative_to(ignore_file.parent).as_posix())
    pattern = _SPECIAL.sub(rb"\\\1", pattern)
    if pattern.endswith(b" "):
        pattern = pattern[:-1] + b"\\ "
    state = ask_git(path)
    if state is not GitState.IGNORED:
        # A line that is there and does not help is taken back by a later one.
        _append_line(ignore_file, pattern, again=state is GitState.NOT_IGNORED)
    return ignore_file


def _append_line(ignore_file: Path, line: bytes, *, again: bool) -> None:
    existing = read_existing_file(ignore_file, _MAX_BYTES)
    if existing is None:
        # As open to others as its folder: what is in it is no secret.
        mode = stat.S_IMODE(ignore_file.parent.stat().st_mode) & 0o666
        return write_private(ignore_file, line + b"\n", mode=mode)
    content = existing.content
    ending = b"\r\n" if b"\r\n" in content else b"\n"
    if not again and line in content.removeprefix(b"\xef\xbb\xbf").splitlines():
        return None
    if content and not content.endswith(b"\n"):
        content += ending
    return write_private(
        ignore_file, content + line + ending, replaces=existing, mode=existing.mode
    )


def _choose_file(folder: Path, top: Path) -> Path:
    for one in (folder, *folder.parents):
        if (one / ".gitignore").exists() or one == top:
            return one / ".gitignore"
    return top / ".gitignore"


def _find_work_trees(folder: Path) -> Iterator[Path]:
    """Yield the folder and those above it that have a .git, which is a file in a linked tree."""
    for one in (folder, *folder.parents):
        try:
            _ = (one / ".git").lstat()
        except OSError:
            continue
        yield one


def _run(command: Sequence[str], folder: Path) -> int:
    """Return git's exit code, or -1 if it did not end in time or could not be started."""
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    try:
        return subprocess.run(  # noqa: S603 - a fixed command; the file's name is behind "--"
            command,
            cwd=folder,
            env=variables | _VARIABLES,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        ).returncode
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return -1


def _refuse(path: Path, reason: str) -> DiagnosedError:
    title = f"git was not told to ignore {path.name}."
    advice = reason or "Its name has a line break, which no .gitignore can hold."
    return DiagnosedError(Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, advice))
