"""The desktop's entry for this installation, in the user's own folders.

An Exec value is escaped twice: for the quoted argument, then for the string of the entry; % begins
a field code. https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.osfiles.resource_files import resource_path, shared_file_path
from twauth_gui.osfiles.shared_file import FileChange, remove_shared, write_shared
from twauth_gui.services.platform_dirs import find_data_dir, find_frozen_program

APP_ID = "dev.twauth.Twauth"
PROGRAM = "twauth-gui"
_REFRESH_SECONDS = 20


def find_window_command(argv: Sequence[str]) -> list[str]:
    """Return the command line that starts the window of this installation, absolute.

    argv: with which this process, a window's program, was started.
    """
    bundled = find_frozen_program()
    if bundled is not None:
        return [bundled]
    for script in (Path(argv[0]), Path(sys.executable).with_name(PROGRAM)):
        if script.name == PROGRAM and script.is_file():
            return [os.path.realpath(script)]
    return [sys.executable, "-m", "twauth_gui"]


def install_desktop_entry(program: Sequence[str]) -> list[tuple[Path, FileChange]]:
    """Write entry, icon and AppStream metadata; return what became of each file.

    Raises:
        DiagnosedError: there is no home folder, or the disk refuses.
    """
    entry, icon, metainfo = _find_targets()
    template = shared_file_path(f"{APP_ID}.desktop").read_text(encoding="utf-8")
    contents = (
        (entry, render_entry(template, program).encode()),
        (icon, resource_path("twauth.svg").read_bytes()),
        (metainfo, shared_file_path(f"{APP_ID}.metainfo.xml").read_bytes()),
    )
    changes = [(path, write_shared(path, data)) for path, data in contents]
    _refresh(entry.parent)
    return changes


def remove_desktop_entry() -> list[tuple[Path, FileChange]]:
    """Remove what install_desktop_entry has written; raises as that does."""
    targets = _find_targets()
    changes = [(path, remove_shared(path)) for path in targets]
    _refresh(targets[0].parent)
    return changes


def render_entry(template: str, program: Sequence[str]) -> str:
    """Return the entry with an absolute command line, which needs no PATH.

    A desktop shows an entry only while the file in TryExec is there.
    """
    command = " ".join(_quote_argument(one) for one in program)
    attempt = program[0].replace("\\", "\\\\")
    text = re.sub(rf"^Exec={PROGRAM}", lambda _: f"Exec={command}", template, flags=re.MULTILINE)
    return re.sub(
        r"^(?=Exec=)", lambda _: f"TryExec={attempt}\n", text, count=1, flags=re.MULTILINE
    )


def _quote_argument(text: str) -> str:
    argument = re.sub(r'([\\"`$])', r"\\\1", text)
    return '"' + argument.replace("\\", "\\\\").replace("%", "%%") + '"'


def _find_targets() -> tuple[Path, Path, Path]:
    data = find_data_dir("linux", "")
    if data is None:
        title = "There is no home folder for the desktop's entry."
        diagnosis = Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, "Set HOME, then try again.")
        raise DiagnosedError(diagnosis)
    return (
        Path(data, "applications", f"{APP_ID}.desktop"),
        Path(data, "icons", "hicolor", "scalable", "apps", f"{APP_ID}.svg"),
        Path(data, "metainfo", f"{APP_ID}.metainfo.xml"),
    )


def _refresh(applications: Path) -> None:
    """Tell the desktop of the change; where its program is missing, it sees it a little later."""
    program = shutil.which("update-desktop-database")
    if program is None or not applications.is_dir():
        return
    try:
        _ = subprocess.run(  # noqa: S603 - a program of the system, by its full path
            [program, "-q", str(applications)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_REFRESH_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
