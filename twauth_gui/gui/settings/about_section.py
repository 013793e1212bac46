"""The settings section About: versions and licences."""

from __future__ import annotations

import platform
import subprocess
import sys
from functools import cache
from importlib.util import find_spec

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from twauth_gui import __version__
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import L, M, S, TextStyle
from twauth_gui.services.app_paths import describe_portable_mode
from twauth_gui.services.environment_report import LibraryInfo, find_version, list_libraries

ENGINE_OPTION = "--engine-version"
NOT_INSTALLED = "not installed"
_ENGINE_TIMEOUT_SECONDS = 20


def list_window_versions() -> list[tuple[str, str]]:
    """Return the names and versions that are known without a search."""
    return [
        ("Twauth", __version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("PySide6", find_version("PySide6-Essentials")),
    ]


@cache
def query_engine_version() -> str:
    """Return the browser engine's version, read in a process of its own.

    Only the engine itself knows it, and loading it here would cost 60 MB that most windows never
    need.
    """
    if find_spec("PySide6.QtWebEngineCore") is None:
        return NOT_INSTALLED
    program = (
        [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "twauth_gui"]
    )
    try:
        done = subprocess.run(  # noqa: S603 - this very program
            [*program, ENGINE_OPTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ENGINE_TIMEOUT_SECONDS,
            check=True,
            encoding="ascii",
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return "cannot be started"
    return done.stdout.strip()


def load_engine_version() -> str:
    """Load the engine and return its version; called in a process of its own."""
    from PySide6.QtWebEngineCore import qWebEngineChromiumVersion  # noqa: PLC0415 - 60 MB

    return str(qWebEngineChromiumVersion())  # the stub takes it for bytes


_ENGINE_NAME = "Chromium"
_LICENCES = "Qt and PySide: © The Qt Company, under the LGPL 3."


class AboutSection(SettingsSection):
    """Versions and licences of Twauth and its libraries, with Copy and Diagnose."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("about", "About")
        self._context = context
        self._versions: list[tuple[str, str]] = [*list_window_versions(), (_ENGINE_NAME, "…")]
        copy = secondary_button("Copy versions")
        copy.clicked.connect(self._copy_versions)
        self._values: dict[str, Text] = {}
        self.add_row(SettingRow("Twauth", "MIT licence. Icons by Lucide, ISC licence.", copy))
        diagnose = secondary_button("Diagnose…")
        diagnose.clicked.connect(self._open_diagnose)
        self.add_row(SettingRow("Diagnose", "Checks what Twauth needs on this computer.", diagnose))
        licences = secondary_button("Show licences…")
        licences.clicked.connect(self._open_licences)
        self.add_row(SettingRow("Licences", _LICENCES, licences))
        folder = context.services.paths.portable_dir
        if folder is not None:
            self.add_row(SettingRow("Portable mode", describe_portable_mode(folder)))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(L, M, L, M)
        self._grid.setHorizontalSpacing(L)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(2, 1)
        holder = QWidget()
        holder.setLayout(self._grid)
        for name, version in self._versions:
            self._add_fact(name, version)
        self.add_row(holder)
        # Not on the store's worker: the engine takes half a second to start.
        context.run_over_network(self, _read_versions, self._show_versions)

    def _add_fact(self, name: str, version: str, licence: str = "") -> None:
        line = self._grid.rowCount()
        value = Text(version)
        value.allow_copy()
        value.setAccessibleName(f"{name} {version}")
        self._values[name] = value
        # With large text a long name wraps, and the licence gets the remaining width.
        self._grid.addWidget(Text(name, role="text-2", wrap=True), line, 0)
        self._grid.addWidget(value, line, 1)
        licence_label = ElidedLabel(licence, style=TextStyle.SMALL, role="text-3")
        licence_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._grid.addWidget(licence_label, line, 2)

    def _show_versions(self, found: tuple[str, list[LibraryInfo]]) -> None:
        engine, libraries = found
        self._values[_ENGINE_NAME].setText(engine)
        self._versions[-1] = (_ENGINE_NAME, engine)
        for one in libraries:
            self._versions.append((one.name, one.version))
            self._add_fact(one.name, one.version, one.licence)

    def _open_diagnose(self) -> None:
        from twauth_gui.gui.diagnose_dialog import DiagnoseDialog  # noqa: PLC0415 - seldom needed

        self._context.dialogs.open(DiagnoseDialog(self._context))

    def _open_licences(self) -> None:
        from twauth_gui.gui.settings.licences_dialog import LicencesDialog  # noqa: PLC0415 - as above

        self._context.dialogs.open(LicencesDialog(self._context))

    def _copy_versions(self) -> None:
        text = "\n".join(f"{name} {version}" for name, version in self._versions)
        self._context.clipboard.copy_plain(text)
        self._context.window.show_status("Copied the versions")


def _read_versions(_job: Job) -> tuple[str, list[LibraryInfo]]:
    return query_engine_version(), list_libraries()
