"""The section about the program itself."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.settings.section import SettingsSection
from twauth_gui.gui.settings.versions import engine_version, parts_of_the_window
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import L, M, S, Type
from twauth_gui.services.versions import LibraryInfo, libraries

_ENGINE = "Chromium"


class AboutSection(SettingsSection):
    """Versions of everything that takes part, with their licences."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("about", "About")
        self._desk = desk
        self._versions: list[tuple[str, str]] = [*parts_of_the_window(), (_ENGINE, "…")]
        copy = secondary_button("Copy versions", size=ButtonSize.SMALL)
        copy.clicked.connect(self._copy)
        self._values: dict[str, Text] = {}
        self.add_row(SettingRow("Twauth", "MIT licence. Icons by Lucide, ISC licence.", copy))
        diagnose = secondary_button("Diagnose…", size=ButtonSize.SMALL)
        diagnose.clicked.connect(self._diagnose)
        self.add_row(SettingRow("Diagnose", "Tries what Twauth needs on this computer.", diagnose))
        self._facts = QGridLayout()
        self._facts.setContentsMargins(L, M, L, M)
        self._facts.setHorizontalSpacing(L)
        self._facts.setVerticalSpacing(S)
        self._facts.setColumnStretch(2, 1)
        holder = QWidget()
        holder.setLayout(self._facts)
        for name, version in self._versions:
            self._add_fact(name, version)
        self.add_row(holder)
        # Not on the lane of the store: the engine takes half a second to say who it is.
        desk.over_network(self, _look, self._show)

    def _add_fact(self, name: str, version: str, licence: str = "") -> None:
        line = self._facts.rowCount()
        value = Text(version)
        value.allow_copy()
        value.setAccessibleName(f"{name} {version}")
        self._values[name] = value
        # With large text a long name goes on in the next line, and the licence gets what is left.
        self._facts.addWidget(Text(name, role="text-2", wrap=True), line, 0)
        self._facts.addWidget(value, line, 1)
        shown = ElidedLabel(licence, type=Type.SMALL, role="text-3")
        shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._facts.addWidget(shown, line, 2)

    def _show(self, found: tuple[str, list[LibraryInfo]]) -> None:
        engine, known = found
        self._values[_ENGINE].setText(engine)
        self._versions[-1] = (_ENGINE, engine)
        for one in known:
            self._versions.append((one.name, one.version))
            self._add_fact(one.name, one.version, one.licence)

    def _diagnose(self) -> None:
        from twauth_gui.gui.diagnose.sheet import DiagnoseSheet  # noqa: PLC0415 - seldom needed

        self._desk.sheets.open(DiagnoseSheet(self._desk))

    def _copy(self) -> None:
        text = "\n".join(f"{name} {version}" for name, version in self._versions)
        self._desk.clipboard.put_plain(text)
        self._desk.window.show_status("Copied the versions")


def _look(_job: Job) -> tuple[str, list[LibraryInfo]]:
    return engine_version(), libraries()
