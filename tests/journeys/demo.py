"""Show the main job and an export in a virtual display: python -m tests.journeys.demo [FOLDER].

Writes a picture of every step and a short report; exits with 1 if a step failed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path

from tests.journeys.export_act import ExportAct
from tests.journeys.main_job import MainJob
from tests.support.desktop import Desktop, StillScreen
from tests.support.wait import wait_until
from twauth_gui.gui.webview.availability import find_view_obstacle
from twauth_gui.sandbox.server import Sandbox

DEFAULT_FOLDER = Path("out/demo")
_STILL_SECONDS = 2


class DemoReport:
    """Collects what happened, prints it as it happens, and writes it down at the end."""

    def __init__(self, folder: Path, theme: str) -> None:
        self._folder = folder
        self._theme = theme
        self._started = time.monotonic()
        self._pictures = 0
        self._lines: list[str] = []
        self._desktop: Desktop | None = None

    def set_desktop(self, desktop: Desktop) -> None:
        self._desktop = desktop

    def take_picture(self, name: str) -> None:
        if self._desktop is not None:
            self._pictures += 1
            path = self._folder / f"{self._pictures:02}-{name}.png"
            with suppress(AssertionError):  # a mark of waiting never stands still
                wait_until(StillScreen(self._desktop, path), _STILL_SECONDS, "a still picture")

    def add_line(self, text: str) -> None:
        line = f"- {text} ({time.monotonic() - self._started:.1f} s)"
        self._lines.append(line)
        print(line, flush=True)  # noqa: T201 - the report of a program for people

    def write(self, *, ended_well: bool) -> None:
        verdict = "Every step went well." if ended_well else "A step failed."
        head = f"# Demo, {self._theme}\n\n{verdict} {self._pictures} pictures.\n\n"
        text = head + "\n".join(self._lines) + "\n"
        (self._folder / "report.md").write_text(text, "utf-8")
        print(f"{verdict} Pictures and report: {self._folder}")  # noqa: T201 - see above


def run_demo(folder: Path, theme: str) -> bool:
    """Run the job and the act once in one theme; tells whether every step went well."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    report = DemoReport(folder, theme)
    try:
        for act in (MainJob, ExportAct):
            _run_act(act, report, theme)
    except Exception as error:  # noqa: BLE001 - whatever failed belongs into the report
        report.add_line(f"FAILED: {error}")
        traceback.print_exc()
        report.write(ended_well=False)
        return False
    report.write(ended_well=True)
    return True


def _run_act(act: type[MainJob | ExportAct], report: DemoReport, theme: str) -> None:
    """Run an act on a desktop and against a sandbox of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="twauth-demo-") as private,
        Sandbox(port=0) as sandbox,
        Desktop(Path(private), size=(1280, 860)) as desktop,
    ):
        report.set_desktop(desktop)
        try:
            act(desktop, sandbox, theme, report.take_picture, report.add_line).run()
        except Exception:
            report.take_picture("failed")
            raise


def main(arguments: list[str]) -> int:
    reason = find_view_obstacle(os.environ, root=os.geteuid() == 0)
    if reason:
        print(f"The demo shows web pages, which cannot be done here. {reason}")  # noqa: T201 - see above
        return 1
    folder = Path(arguments[0]) if arguments else DEFAULT_FOLDER
    results = [run_demo(folder / theme, theme) for theme in ("light", "dark")]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
