"""The form that unlocks the vault, and the card, page and dialog that show it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XL, XXL, M, S, line_height
from twauth_gui.gui.vault.passphrase_fields import PassphraseBlock
from twauth_gui.gui.vault_state import VaultState

_FIELD_WIDTH = 320


class UnlockForm(QWidget):
    """Offers what the vault's state needs: a passphrase, the system's prompt, or another try.

    A problem with the passphrase is shown below its field; all other text belongs to the card or
    dialog that holds the form.

    Signals:
        create_requested: create the encrypted file.
        waiting_changed: carries whether the form waits for the vault.
    """

    create_requested = Signal()
    waiting_changed = Signal(bool)

    def __init__(self, vault: VaultState, *, buttons: bool = True) -> None:
        super().__init__()
        self._vault = vault
        self._has_buttons = buttons
        self._is_waiting = False
        self._block = PassphraseBlock()
        self.field = self._block.field
        self._button = primary_button("")
        self._button.clicked.connect(self.submit)
        self._create = primary_button("Create encrypted file")
        self._create.clicked.connect(self.create_requested)
        self._again = quiet_button("Try again")
        self._again.clicked.connect(self.submit)
        if buttons:  # a dialog has a default button, which Enter presses
            self.field.returnPressed.connect(self.submit)
        self._build()
        vault.changed.connect(self._show)
        self._show()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        if self._has_buttons:
            self._block.setFixedWidth(_FIELD_WIDTH)
        column.addWidget(self._block, alignment=self._alignment())
        for button in (self._button, self._create, self._again):
            column.addWidget(button, alignment=self._alignment())

    def _alignment(self) -> Qt.AlignmentFlag:
        centred = Qt.AlignmentFlag.AlignHCenter
        return centred if self._has_buttons else Qt.AlignmentFlag(0)

    def take_focus(self) -> None:
        """Focus the passphrase, or else the button, so that Enter or Space presses it."""
        wants_passphrase = self._vault.is_locked and self._vault.is_file
        part = self.field if wants_passphrase else self._button
        part.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def button_text(self) -> str:
        """The text of the button."""
        return self._vault.unlock_label if self._vault.is_locked else "Try again"

    def submit(self) -> None:
        """Unlock the vault; if it is not locked, check its state again."""
        if self._is_waiting:
            return
        if not self._vault.is_locked:
            self._set_waiting(waiting=True)
            self._vault.probe()
        elif not self._vault.is_file:
            self._set_waiting(waiting=True)
            self._vault.unlock(on_refused=self._show_refusal)
        elif (passphrase := self._block.take_passphrase()) is not None:
            self._set_waiting(waiting=True)
            self._vault.unlock(passphrase, self._show_refusal)

    def _show_refusal(self, problem: Diagnosis) -> None:
        self._set_waiting(waiting=False)
        if self._vault.is_locked and self._vault.is_file:
            self._block.show_error(problem.title)

    def _set_waiting(self, *, waiting: bool) -> None:
        if waiting is not self._is_waiting:
            self._is_waiting = waiting
            for part in (self._button, self._again, self.field):
                part.setEnabled(not waiting)
            self.waiting_changed.emit(waiting)

    def _show(self) -> None:
        vault = self._vault
        self._set_waiting(waiting=False)
        self._block.setVisible(vault.is_locked and vault.is_file)
        self._button.setVisible(self._has_buttons and not vault.can_create_file)
        self._button.setText(self.button_text)
        self._create.setVisible(self._has_buttons and vault.can_create_file)
        self._again.setVisible(self._has_buttons and vault.can_create_file)
        if vault.problem is None:
            self._block.set_error("")
            self.field.clear()


_ICON_SIZE = 24


class LockedCard(Card):
    """Card that says why the vault cannot be used, with the form that unlocks it."""

    def __init__(self, vault: VaultState) -> None:
        super().__init__()
        self._vault = vault
        self._icon = IconLabel(_problem_icon(vault), "warn", _ICON_SIZE)
        self._title = Text("", strong=True, wrap=True, heading=True)
        self._advice = Text("", role="text-2", wrap=True)
        self.form = UnlockForm(vault)
        column = QVBoxLayout()
        column.setContentsMargins(XL, XXL, XL, XXL)
        column.setSpacing(S // 2)
        column.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(S)
        for label in (self._title, self._advice):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(M)
        column.addWidget(self.form)
        self.body.addLayout(column)
        vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        problem = self._vault.problem
        if problem is not None:
            self._title.setText(problem.title.rstrip("."))
            self._advice.setText(problem.advice)
            self._icon.set_icon(_problem_icon(self._vault))


def _problem_icon(vault: VaultState) -> str:
    return "lock" if vault.is_locked else "triangle-alert"


_CARD_WIDTH = 440
_TEXT_HEIGHT = 20  # pixels, a line of text at the normal size


class LockPage(QWidget):
    """Page of a locked window: one card in the middle, and nothing of the accounts."""

    def __init__(self, vault: VaultState) -> None:
        super().__init__()
        self.setObjectName("lockPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card = LockedCard(vault)
        # Without an alignment: with one, a wrapped line would not get the height it needs.
        self._card.setMaximumWidth(_CARD_WIDTH * line_height() // _TEXT_HEIGHT)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card, 100)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def take_focus(self) -> None:
        """Focus the form, so that Enter or Space unlocks."""
        self._card.form.take_focus()


_PROMPT_WAITS = "Waiting for the keychain. Its unlock prompt may be hidden behind another window."


class UnlockDialog(Dialog):
    """Says why the vault is locked, and unlocks it.

    Signals:
        unlocked: the vault is open; the action that needed it can go on.
    """

    unlocked = Signal()

    def __init__(self, vault: VaultState) -> None:
        super().__init__("", width=DialogWidth.W440)
        self._vault = vault
        self._advice = Text("", role="text-2", wrap=True)
        self._form = UnlockForm(vault, buttons=False)
        self._form.waiting_changed.connect(self._show_waiting)
        self._go = primary_button("")
        self._go.clicked.connect(self._form.submit)
        body, column = make_dialog_body()
        column.addWidget(self._advice)
        column.addWidget(self._form)
        self.set_body(body)
        self.add_cancel_and(self._go)
        vault.changed.connect(self._show)
        self._show()
        self.set_initial_focus(self._form.field if vault.is_file else self._go)

    def _show(self) -> None:
        problem = self._vault.problem
        if problem is None:
            self._vault.changed.disconnect(self._show)
            self.close_dialog()
            self.unlocked.emit()
            return
        self.set_title(problem.title.rstrip("."))
        self._advice.setText(problem.advice)
        self._go.setText(self._form.button_text)

    def _show_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._go.setEnabled(not waiting)
        if waiting and not self._vault.is_file:
            self._advice.setText(_PROMPT_WAITS)
