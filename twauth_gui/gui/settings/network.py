"""The section about how X is reached."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.network import NetworkSettings
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.settings.section import SettingsSection
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import M
from twauth_gui.services.network_settings import NetworkSettingError

_WIDTH = 240
_SYSTEM, _NONE, _ADDRESS = range(3)
_LONGEST = (10.0, 30.0, 60.0, 120.0)

Answer = NetworkSettings | NetworkSettingError


class TypedLine(LineField):
    """Enter ends the typing, and does not press the sheet's button as well."""

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()


class NetworkSection(SettingsSection):
    """Proxy, trusted certificates, the longest call; what cannot be used is refused with words."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("network", "Network")
        self._desk = desk
        self._now = NetworkSettings()
        self._proxy = ComboBox()
        self._proxy.setAccessibleName("Proxy")
        for words in ("As the system says", "None", "This address"):
            self._proxy.addItem(words)
        self._address = TypedLine("host:port")
        self._address.setAccessibleName("Address of the proxy")
        self._bundle = TypedLine("Built in")
        self._bundle.setAccessibleName("File of trusted certificates")
        self._longest = ComboBox()
        self._longest.setAccessibleName("Longest call to X")
        for control in (self._proxy, self._address, self._bundle, self._longest):
            control.setFixedWidth(_WIDTH)
        self._problem = ProblemLine()
        self._build()
        self._proxy.currentIndexChanged.connect(self._proxy_chosen)
        self._address.editingFinished.connect(self._address_typed)
        self._bundle.editingFinished.connect(self._bundle_typed)
        self._longest.currentIndexChanged.connect(self._longest_chosen)
        desk.in_store(self, lambda _job: desk.services.network.current(), self._show)

    def _build(self) -> None:
        both = QWidget()
        both.setFocusProxy(self._proxy)
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(self._proxy)
        column.addWidget(self._address)
        self.add_row(SettingRow("Proxy", "http://, https:// or socks5://, without a name.", both))
        self.add_row(
            SettingRow(
                "Trusted certificates",
                "A file in PEM form, where a company's proxy opens protected connections.",
                self._bundle,
            )
        )
        self.add_row(
            SettingRow("Longest call", "After that, X counts as not answering.", self._longest)
        )
        self.add_below(self._problem)
        self.card.setEnabled(False)  # until it is known what is set

    def _show(self, settings: NetworkSettings) -> None:
        self._now = settings
        self.card.setEnabled(True)
        place = _SYSTEM if settings.proxy is None else _ADDRESS if settings.proxy else _NONE
        with QSignalBlocker(self._proxy), QSignalBlocker(self._longest):
            self._proxy.setCurrentIndex(place)
            self._longest.clear()
            for seconds in sorted({*_LONGEST, settings.total_seconds}):
                word = "second" if seconds == 1 else "seconds"
                self._longest.addItem(f"{seconds:g} {word}", seconds)
            self._longest.setCurrentIndex(self._longest.findData(settings.total_seconds))
        self._address.setText(settings.proxy or "")
        self._address.setVisible(place == _ADDRESS)
        self._bundle.setText(settings.ca_bundle)

    def _proxy_chosen(self, place: int) -> None:
        self._address.setVisible(place == _ADDRESS)
        if place == _ADDRESS:
            self._address.setFocus()
        else:
            self._keep(replace(self._now, proxy=None if place == _SYSTEM else ""))

    def _address_typed(self) -> None:
        text = self._address.text().strip()
        if text and self._proxy.currentIndex() == _ADDRESS:
            self._keep(replace(self._now, proxy=text))

    def _bundle_typed(self) -> None:
        self._keep(replace(self._now, ca_bundle=self._bundle.text().strip()))

    def _longest_chosen(self, place: int) -> None:
        self._keep(replace(self._now, total_seconds=float(self._longest.itemData(place))))

    def _keep(self, wanted: NetworkSettings) -> None:
        if wanted == self._now:
            return

        def work(_job: Job) -> Answer:
            try:
                return self._desk.services.network.change(wanted)
            except NetworkSettingError as error:
                return error

        def done(answer: Answer) -> None:
            if isinstance(answer, NetworkSettings):
                self._problem.clear()
                self._show(answer)
            else:
                self._problem.show_text(str(answer))

        self._desk.in_store(self, work, done)
