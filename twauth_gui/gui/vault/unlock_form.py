"""What opens the vault, wherever it is shown: a button, with a passphrase where one is needed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.theme.measure import M
from twauth_gui.gui.vault.passphrase_fields import PassphraseBlock
from twauth_gui.gui.vault_watch import VaultState

_WIDTH = 320


class UnlockForm(QWidget):
    """Offers what the vault's state needs: a passphrase, the system's prompt, or another try.

    What is wrong with a passphrase is said below its field; everything else stands above the form,
    in whatever holds it.

    Signals:
        create_wanted: the encrypted file is to be created.
        waiting_changed: whether an answer is waited for.
    """

    create_wanted = Signal()
    waiting_changed = Signal(bool)

    def __init__(self, vault: VaultState, *, buttons: bool = True) -> None:
        super().__init__()
        self._vault = vault
        self._with_buttons = buttons
        self._waiting = False
        self._block = PassphraseBlock()
        self.field = self._block.field
        self._button = primary_button("")
        self._button.clicked.connect(self.submit)
        self._create = primary_button("Create encrypted file")
        self._create.clicked.connect(self.create_wanted)
        self._again = quiet_button("Try again")
        self._again.clicked.connect(self.submit)
        if buttons:  # a sheet has a default button, which Enter presses
            self.field.returnPressed.connect(self.submit)
        self._lay_out()
        vault.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        if self._with_buttons:
            self._block.setFixedWidth(_WIDTH)
        column.addWidget(self._block, alignment=self._place())
        for button in (self._button, self._create, self._again):
            column.addWidget(button, alignment=self._place())

    def _place(self) -> Qt.AlignmentFlag:
        centred = Qt.AlignmentFlag.AlignHCenter
        return centred if self._with_buttons else Qt.AlignmentFlag(0)

    def take_focus(self) -> None:
        """Let a person type the passphrase, or press the button with Enter or Space."""
        wants_passphrase = self._vault.locked and self._vault.is_file
        part = self.field if wants_passphrase else self._button
        part.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def words(self) -> str:
        """What the button says."""
        return self._vault.unlock_words if self._vault.locked else "Try again"

    def submit(self) -> None:
        """Open the vault, or look again where it is not locked."""
        if self._waiting:
            return
        if not self._vault.locked:
            self._set_waiting(waiting=True)
            self._vault.probe()
        elif not self._vault.is_file:
            self._set_waiting(waiting=True)
            self._vault.unlock(refused=self._refused)
        elif (passphrase := self._block.take()) is not None:
            self._set_waiting(waiting=True)
            self._vault.unlock(passphrase, self._refused)

    def _refused(self, problem: Diagnosis) -> None:
        self._set_waiting(waiting=False)
        if self._vault.locked and self._vault.is_file:
            self._block.refuse(problem.title)

    def _set_waiting(self, *, waiting: bool) -> None:
        if waiting is not self._waiting:
            self._waiting = waiting
            for part in (self._button, self._again, self.field):
                part.setEnabled(not waiting)
            self.waiting_changed.emit(waiting)

    def _show(self) -> None:
        vault = self._vault
        self._set_waiting(waiting=False)
        self._block.setVisible(vault.locked and vault.is_file)
        self._button.setVisible(self._with_buttons and not vault.can_create_file)
        self._button.setText(self.words)
        self._create.setVisible(self._with_buttons and vault.can_create_file)
        self._again.setVisible(self._with_buttons and vault.can_create_file)
        if vault.problem is None:
            self._block.set_error("")
            self.field.clear()
