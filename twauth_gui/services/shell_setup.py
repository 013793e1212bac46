"""Where a shell and man look for a user's files, and the lines without which they do not."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.osfiles.shared_file import FileChange, edit_shared
from twauth_gui.services.platform_dirs import find_config_base, find_data_dir

_XDG = "linux"  # shells and man look into the same folders on macOS
_MARK = b"  # twauth setup-shell"
_MARKED_LINE = re.compile(rb"^[^\n]*%s(?:\n|\Z)" % re.escape(_MARK), re.MULTILINE)
MAX_START_BYTES = 1024 * 1024
"""Of a start-up file; people write some kilobytes."""
# bash-completion's own start: Debian and Fedora, then Homebrew on Intel and on Apple's chips.
_BASH_COMPLETION = (
    "/usr/share/bash-completion/bash_completion",
    "/usr/local/etc/profile.d/bash_completion.sh",
    "/opt/homebrew/etc/profile.d/bash_completion.sh",
)


class Shell(StrEnum):
    """The shells that there is completion for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@dataclass(frozen=True, slots=True)
class StartLine:
    """A line for the shell's start-up file. is_first: it has to come before the others."""

    text: str
    purpose: str
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class ShellSetup:
    """The files of one shell. lines: what has to be in its start-up file for them to be found."""

    completion: Path
    man_page: Path
    start_file: Path
    lines: tuple[StartLine, ...]


def find_shell(environment: Mapping[str, str]) -> Shell | None:
    """Return the user's shell, as SHELL names it; None if it is none of ours."""
    name = Path(environment.get("SHELL", "")).name
    return Shell(name) if name in set(Shell) else None


def plan_shell_setup(shell: Shell, environment: Mapping[str, str]) -> ShellSetup:
    """Return where the files belong; nothing is written.

    Raises:
        DiagnosedError: there is no home folder.
    """
    data, config = find_data_dir(_XDG, ""), find_config_base(_XDG)
    if data is None or config is None:
        title = "There is no home folder to set the shell up in."
        diagnosis = Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, "Set HOME, then try again.")
        raise DiagnosedError(diagnosis)
    start = _find_start_file(shell, environment, Path(config))
    completion, lines = _plan_completion(shell, Path(data), Path(config))
    man = Path(data) / "man"
    if not _is_in_man_path(man, environment):
        quoted = shlex.quote(str(man))
        text = f"set -gx MANPATH : {quoted}" if shell is Shell.FISH else f"export MANPATH=:{quoted}"
        lines.append(StartLine(text, "man finds the page with it"))
    return ShellSetup(completion, man / "man1" / "twauth.1", start, tuple(lines))


def _plan_completion(shell: Shell, data: Path, config: Path) -> tuple[Path, list[StartLine]]:
    if shell is Shell.FISH:
        return config / "fish" / "completions" / "twauth.fish", []
    if shell is Shell.ZSH:
        folder = data / "zsh" / "site-functions"
        text = f"fpath=({shlex.quote(str(folder))} $fpath)"
        purpose = "zsh completes twauth with it, if it stands above the line that calls compinit"
        return folder / "_twauth", [StartLine(text, purpose, is_first=True)]
    path = data / "bash-completion" / "completions" / "twauth"
    if any(Path(one).exists() for one in _BASH_COMPLETION):
        return path, []
    text = f". {shlex.quote(str(path))}"
    return path, [StartLine(text, "bash completes twauth with it")]


def _find_start_file(shell: Shell, environment: Mapping[str, str], config: Path) -> Path:
    if shell is Shell.FISH:
        return config / "fish" / "config.fish"
    if shell is Shell.ZSH:
        return Path(environment.get("ZDOTDIR") or Path.home()) / ".zshrc"
    return Path.home() / ".bashrc"


def _is_in_man_path(folder: Path, environment: Mapping[str, str]) -> bool:
    """Whether man looks there: without MANPATH it does beside each folder of PATH (manpath(5))."""
    if manpath := environment.get("MANPATH"):
        return str(folder) in manpath.split(os.pathsep)
    programs = environment.get("PATH", "").split(os.pathsep)
    return any(Path(one).parent / "share" / "man" == folder for one in programs if one)


def add_start_lines(path: Path, lines: Sequence[StartLine]) -> list[StartLine]:
    """Add lines to the start-up file at once, with a mark by which they are known again.

    Returns those that were not there.

    Raises:
        DiagnosedError: the disk refuses, or it is no plain file of at most MAX_START_BYTES; the
            file is as before.
    """
    added: list[StartLine] = []

    def add(content: bytes) -> bytes:
        longer, missing = insert_lines(content, lines)
        added.extend(missing)
        return longer

    _ = edit_shared(path, add, MAX_START_BYTES)
    return added


def remove_start_lines(path: Path) -> FileChange:
    """Take away what add_start_lines has added to the file; raises as that does."""
    change = edit_shared(path, strip_lines, MAX_START_BYTES)
    return FileChange.REMOVED if change is FileChange.WRITTEN else FileChange.ABSENT


def insert_lines(content: bytes, lines: Sequence[StartLine]) -> tuple[bytes, list[StartLine]]:
    """Return a start-up file's content with these lines, and those that were not there."""
    marked = {line: os.fsencode(line.text) + _MARK + b"\n" for line in lines}
    missing = [line for line in lines if b"\n" + marked[line] not in b"\n" + content]
    for line in missing:
        if line.is_first:
            content = marked[line] + content
        else:
            end = b"\n" if content and not content.endswith(b"\n") else b""
            content += end + marked[line]
    return content, missing


def strip_lines(content: bytes) -> bytes:
    """Return a start-up file's content without the lines that have the mark."""
    return _MARKED_LINE.sub(b"", content)
