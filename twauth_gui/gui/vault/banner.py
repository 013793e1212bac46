"""Says on the first page that there is no place for credentials yet, and offers one."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.health import Severity
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.vault.doors import create_file, unlock_first

_NO_PLAIN_TEXT = "Twauth does not fall back to plain text."


class VaultBanner(QWidget):
    """There only while the vault gives nothing out; its button does what its state needs."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__()
        self._desk = desk
        self._banner = Banner(Severity.ATTENTION, "")
        self._banner.pressed.connect(self._pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner)
        desk.vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        vault = self._desk.vault
        problem = vault.problem
        self.setVisible(problem is not None)
        if problem is None:
            return
        button = vault.unlock_words if vault.locked else "Try again"
        title, advice = problem.title, problem.advice
        if vault.can_create_file:
            button = "Create encrypted file"
            title, advice = f"{title} {_NO_PLAIN_TEXT}", advice.replace(f"{_NO_PLAIN_TEXT} ", "")
        self._banner.set_texts(title, advice, button)

    def _pressed(self) -> None:
        vault = self._desk.vault
        if vault.can_create_file:
            create_file(self._desk)
        elif vault.locked and vault.is_file:
            unlock_first(self._desk)
        elif vault.locked:
            vault.unlock()
        else:
            vault.probe()
