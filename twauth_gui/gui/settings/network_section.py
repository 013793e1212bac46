"""The settings section about how X is reached: proxy, certificates, time-out."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.network import NetworkSettings
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import M
from twauth_gui.services.settings import NetworkSettingError

_WIDTH = 240
_SYSTEM, _NONE, _ADDRESS = range(3)
_TIMEOUT_CHOICES = (10.0, 30.0, 60.0, 120.0)

SaveResult = NetworkSettings | NetworkSettingError


class CommitOnEnterField(LineField):
    """Enter ends the typing, and does not press the sheet's button as well."""

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()


class NetworkSection(SettingsSection):
    """Proxy, trusted certificates, the longest call; what cannot be used is refused with words."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("network", "Network")
        self._context = context
        self._current = NetworkSettings()
        self._proxy = ComboBox()
        self._proxy.setAccessibleName("Proxy")
        for words in ("As the system says", "None", "This address"):
            self._proxy.addItem(words)
        self._address = CommitOnEnterField("host:port")
        self._address.setAccessibleName("Address of the proxy")
        self._bundle = CommitOnEnterField("Built in")
        self._bundle.setAccessibleName("File of trusted certificates")
        self._timeout = ComboBox()
        self._timeout.setAccessibleName("Longest call to X")
        for control in (self._proxy, self._address, self._bundle, self._timeout):
            control.setFixedWidth(_WIDTH)
        self._problem = ProblemBanner()
        self._build()
        self._proxy.currentIndexChanged.connect(self._on_proxy_chosen)
        self._address.editingFinished.connect(self._on_address_edited)
        self._bundle.editingFinished.connect(self._on_bundle_edited)
        self._timeout.currentIndexChanged.connect(self._on_timeout_chosen)
        context.run_in_store(
            self, lambda _job: context.services.network_settings.load(), self._show
        )

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
            SettingRow("Longest call", "After that, X counts as not answering.", self._timeout)
        )
        self.add_below_card(self._problem)
        self.card.setEnabled(False)  # until it is known what is set

    def _show(self, settings: NetworkSettings) -> None:
        self._current = settings
        self.card.setEnabled(True)
        place = _SYSTEM if settings.proxy is None else _ADDRESS if settings.proxy else _NONE
        with QSignalBlocker(self._proxy), QSignalBlocker(self._timeout):
            self._proxy.setCurrentIndex(place)
            self._timeout.clear()
            for seconds in sorted({*_TIMEOUT_CHOICES, settings.total_seconds}):
                word = "second" if seconds == 1 else "seconds"
                self._timeout.addItem(f"{seconds:g} {word}", seconds)
            self._timeout.setCurrentIndex(self._timeout.findData(settings.total_seconds))
        self._address.setText(settings.proxy or "")
        self._address.setVisible(place == _ADDRESS)
        self._bundle.setText(settings.ca_bundle)

    def _on_proxy_chosen(self, place: int) -> None:
        self._address.setVisible(place == _ADDRESS)
        if place == _ADDRESS:
            self._address.setFocus()
        else:
            self._save(replace(self._current, proxy=None if place == _SYSTEM else ""))

    def _on_address_edited(self) -> None:
        text = self._address.text().strip()
        if text and self._proxy.currentIndex() == _ADDRESS:
            self._save(replace(self._current, proxy=text))

    def _on_bundle_edited(self) -> None:
        self._save(replace(self._current, ca_bundle=self._bundle.text().strip()))

    def _on_timeout_chosen(self, place: int) -> None:
        self._save(replace(self._current, total_seconds=float(self._timeout.itemData(place))))

    def _save(self, wanted: NetworkSettings) -> None:
        if wanted == self._current:
            return

        def work(_job: Job) -> SaveResult:
            try:
                return self._context.services.network_settings.save(wanted)
            except NetworkSettingError as error:
                return error

        def done(answer: SaveResult) -> None:
            if isinstance(answer, NetworkSettings):
                self._problem.clear()
                self._show(answer)
            else:
                self._problem.show_text(str(answer))

        self._context.run_in_store(self, work, done)
