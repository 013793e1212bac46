"""The settings section Network: proxy, trusted certificates, time limit."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from twauth_gui.domain.network import NetworkSettings
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.settings.default_note import DefaultNote
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import M
from twauth_gui.services.settings import NetworkSettingError

_WIDTH = 240
_SYSTEM, _NONE, _ADDRESS = range(3)
_DEFAULTS = NetworkSettings()
_TIMEOUT_CHOICES = (10.0, 30.0, 60.0, 120.0)

SaveResult = NetworkSettings | NetworkSettingError


class CommitOnEnterField(LineField):
    """Enter ends the editing without pressing the dialog's default button as well."""

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()


class NetworkSection(SettingsSection):
    """Proxy, trusted certificates, time limit; a value that cannot be used shows why."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("network", "Network")
        self._context = context
        self._current = NetworkSettings()
        self._proxy = ComboBox()
        self._proxy.setAccessibleName("Proxy")
        for choice, text in enumerate(("Use system proxy", "No proxy", "Use this address")):
            self._proxy.addItem(text, choice)
        self._address = CommitOnEnterField("host:port")
        self._address.setAccessibleName("Proxy address")
        self._bundle = CommitOnEnterField("Built in")
        self._bundle.setAccessibleName("File of trusted certificates")
        self._timeout = ComboBox()
        self._timeout.setAccessibleName("Time limit for a request")
        for control in (self._proxy, self._address, self._bundle, self._timeout):
            control.setMinimumWidth(_WIDTH)
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
        proxy_fields = QWidget()
        proxy_fields.setFocusProxy(self._proxy)
        column = QVBoxLayout(proxy_fields)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(self._proxy)
        column.addWidget(self._address)
        help_text = "http://, https:// or socks5://, without a user name."
        row = SettingRow("Proxy", help_text, proxy_fields)
        self._defaults = [DefaultNote(row, self._proxy, _SYSTEM, "Use system proxy")]
        self.add_row(row)
        help_text = "A PEM file, if a company's proxy decrypts secure connections."
        row = SettingRow("Trusted certificates", help_text, self._bundle)
        self._defaults.append(DefaultNote(row, self._bundle, _DEFAULTS.ca_bundle, "Built in"))
        self.add_row(row)
        help_text = "After that, a request to X counts as not answered."
        row = SettingRow("Time limit", help_text, self._timeout)
        usual = _DEFAULTS.total_seconds
        self._defaults.append(DefaultNote(row, self._timeout, usual, _seconds_text(usual)))
        self.add_row(row)
        self.add_below_card(self._problem)
        self.card.setEnabled(False)  # until the settings are read

    def _show(self, settings: NetworkSettings) -> None:
        self._current = settings
        self.card.setEnabled(True)
        choice = _SYSTEM if settings.proxy is None else _ADDRESS if settings.proxy else _NONE
        with QSignalBlocker(self._proxy), QSignalBlocker(self._timeout):
            self._proxy.setCurrentIndex(choice)
            self._timeout.clear()
            for seconds in sorted(
                {*_TIMEOUT_CHOICES, settings.total_seconds, _DEFAULTS.total_seconds}
            ):
                self._timeout.addItem(_seconds_text(seconds), seconds)
            self._timeout.setCurrentIndex(self._timeout.findData(settings.total_seconds))
        self._address.setText(settings.proxy or "")
        self._address.setVisible(choice == _ADDRESS)
        self._bundle.setText(settings.ca_bundle)
        for note in self._defaults:
            note.refresh()

    def _on_proxy_chosen(self, choice: int) -> None:
        self._address.setVisible(choice == _ADDRESS)
        if choice == _ADDRESS:
            self._address.setFocus()
        else:
            self._save(replace(self._current, proxy=None if choice == _SYSTEM else ""))

    def _on_address_edited(self) -> None:
        text = self._address.text().strip()
        if text and self._proxy.currentIndex() == _ADDRESS:
            self._save(replace(self._current, proxy=text))

    def _on_bundle_edited(self) -> None:
        self._save(replace(self._current, ca_bundle=self._bundle.text().strip()))

    def _on_timeout_chosen(self, index: int) -> None:
        self._save(replace(self._current, total_seconds=float(self._timeout.itemData(index))))

    def _save(self, wanted: NetworkSettings) -> None:
        if wanted == self._current:
            return

        def work(_job: Job) -> SaveResult:
            try:
                return self._context.services.network_settings.save(wanted)
            except NetworkSettingError as error:
                return error

        def done(result: SaveResult) -> None:
            is_open = isValid(self)
            if isinstance(result, NetworkSettings):
                if is_open:
                    self._problem.clear()
                    self._show(result)
            elif is_open:
                self._problem.show_text(str(result))
            else:
                self._context.window.show_status(f"Network setting not changed: {result}")

        # Not this section's job: closing the dialog ends the editing of a field, and saves it too.
        self._context.run_in_store(self._context.tasks, work, done)


def _seconds_text(seconds: float) -> str:
    return f"{seconds:g} {'second' if seconds == 1 else 'seconds'}"
