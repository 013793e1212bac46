"""Masked credential values, shown or copied on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.credential_fields import CredentialField, TokenField
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.action_menu import ActionOffer, menu_place, open_action_menu
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.clipboard import CopiedItem
from twauth_gui.gui.parts.accessibility import FocusRing
from twauth_gui.gui.parts.buttons import IconButton
from twauth_gui.gui.parts.progress_ring import ProgressRing
from twauth_gui.gui.parts.secret_field import SecretDots
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import RADIUS_BADGE, XS, S, TextStyle, scale_control_height

_NAME_WIDTH = 116  # pixels, with normal text


class ValueName(Text):
    """Label of a value, as wide as the longest, so that values form a column in every card."""

    def __init__(self, name: str) -> None:
        super().__init__(name, role="text-2")
        self._align()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._align()

    def _align(self) -> None:
        longest = self.fontMetrics().horizontalAdvance(TokenField.ACCESS.value)
        self.setFixedWidth(max(_NAME_WIDTH, longest + S))


class ShownValue(Text):
    """A shown value, which a screen reader reads out when Tab reaches it.

    The value is the description of this Tab stop. No event carries it: events reach every program
    that listens, and may be spoken aloud unasked.
    """

    def __init__(self) -> None:
        super().__init__("", style=TextStyle.MONO, wrap=True)
        self.ring = FocusRing(self, RADIUS_BADGE)

    def show_value(self, name: str, value: Secret) -> None:
        """Show a value until forget(). name: what a screen reader calls it."""
        text = value.reveal()
        # Qt sends an event for a changed text only if there is no name, and never for a tooltip.
        self.setAccessibleName(f"{name}, shown")
        self.setText(_breakable(text))
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def forget(self) -> None:
        """Remove the value from the widget."""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip("")
        self.setText("")

    @override
    def event(self, event: QEvent, /) -> bool:
        # The tooltip is the description; shown, it would only repeat the value.
        return True if event.type() is QEvent.Type.ToolTip else super().event(event)


def _breakable(value: str) -> str:
    """Return the value with a line break allowed after every character.

    For reading only: a selected text would carry the invisible characters along.
    """
    return "\u200b".join(value)


SHOWN_SECONDS = 20


class CredentialRow(QWidget):
    """One value: ten dots until it is shown, and again SHOWN_SECONDS later.

    Signals:
        reveal_requested, copy_requested: carry the CredentialField or TokenField.
    """

    reveal_requested = Signal(object)
    copy_requested = Signal(object)

    def __init__(self, field: CredentialField | TokenField) -> None:
        super().__init__()
        self._field = field
        self._seconds_left = 0
        self._is_copied = False
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._count_down)
        self._build()

    def _build(self) -> None:
        label = ValueName(self._field.value)
        self._value = ShownValue()
        self._dots = SecretDots()
        self._ring = ProgressRing(14)
        self._note = Text("", style=TextStyle.SMALL, role="text-2")
        name = self._field.inline_label
        self._eye = IconButton("eye", f"Show the {name}")
        self._eye.clicked.connect(self._toggle_value)
        self._copy = IconButton("copy", f"Copy the {name}")
        self._copy.clicked.connect(lambda: self.copy_requested.emit(self._field))
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(label)
        row.addWidget(self._dots)
        row.addStretch(1)
        row.addSpacing(8)
        row.addWidget(self._ring)
        row.addSpacing(6)
        row.addWidget(self._note)
        row.addSpacing(8)
        row.addWidget(self._eye)
        row.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 10, 4)
        column.setSpacing(XS)
        column.addLayout(row)
        column.addWidget(self._value)  # over the whole width: it is long
        self.setMinimumHeight(scale_control_height(36))
        self.hide_value()

    @property
    def is_shown(self) -> bool:
        return self._seconds_left > 0

    def show_value(self, value: Secret) -> None:
        """Show the value for SHOWN_SECONDS."""
        self._value.show_value(self._field.value, value)
        self._dots.hide()
        self._value.show()
        self._seconds_left = SHOWN_SECONDS
        self._eye.set_icon("eye-off")
        self._eye.set_active(on=True)
        self._eye.setAccessibleName(f"Hide the {self._field.inline_label}")
        self._ring.show()
        self._update_note()
        self._timer.start()

    def hide_value(self) -> None:
        """Show dots again."""
        self._timer.stop()
        self._seconds_left = 0
        had_focus = self._value.hasFocus()
        self._value.forget()
        self._value.hide()
        self._dots.show()
        if had_focus:
            self._eye.setFocus(Qt.FocusReason.OtherFocusReason)
        self._eye.set_icon("eye")
        self._eye.set_active(on=False)
        self._eye.setAccessibleName(f"Show the {self._field.inline_label}")
        self._ring.hide()
        self._update_note()

    def show_copied(self, *, on: bool) -> None:
        """Show with a check mark whether the value is on the clipboard."""
        self._is_copied = on
        name = f"Copy the {self._field.inline_label}"
        self._copy.set_icon("check" if on else "copy")
        self._copy.set_active(on=on)
        self._copy.setAccessibleName(f"{name}, copied" if on else name)
        self._update_note()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        if not self.isEnabled():
            return
        verb, icon = ("Hide", "eye-off") if self.is_shown else ("Show", "eye")
        copy = partial(self.copy_requested.emit, self._field)
        offers = [
            ActionOffer("show", verb, verb, icon, self._toggle_value),
            ActionOffer("copy", "Copy", "Copy", "copy", copy),
        ]
        title = f"Actions on the {self._field.inline_label}"
        open_action_menu(self, title, offers, menu_place(self, event))

    def _toggle_value(self) -> None:
        if self.is_shown:
            self.hide_value()
        else:
            self.reveal_requested.emit(self._field)

    def _count_down(self) -> None:
        self._seconds_left -= 1
        if self._seconds_left <= 0:
            self.hide_value()
        else:
            self._update_note()

    def _update_note(self) -> None:
        self._ring.set_fraction(self._seconds_left / SHOWN_SECONDS)
        copied = "Copied" if self._is_copied else ""
        self._note.setText(f"{self._seconds_left} s" if self.is_shown else copied)


P = TypeVar("P", bound=CredentialField | TokenField)


@dataclass(frozen=True, slots=True)
class CredentialSource(Generic[P]):
    """Functions that read the values.

    run: runs such a job on a worker, then the callback with its result.
    """

    reveal: Callable[[AccountId, P, Job], Secret]
    copy: Callable[[AccountId, P, Job], Secret]
    run: Callable[[QWidget, Callable[[Job], Secret], Callable[[Secret], None]], object]


class CredentialValues(Generic[P]):
    """The rows of an account's values; the card that makes them lays them out."""

    def __init__(  # noqa: PLR0917 - each is of another type
        self,
        card: QWidget,
        context: AppContext,
        actions: AccountActions,
        fields: Iterable[P],
        source: CredentialSource[P],
        used: Callable[[], None],
    ) -> None:
        """card: owns the jobs. used: called after a value was shown or copied."""
        self._card = card
        self._context = context
        self._actions = actions
        self._source = source
        self._used = used
        self._account: Account | None = None
        self._rows = {field: CredentialRow(field) for field in fields}
        self._copied = CopiedItem(context.clipboard, card)
        self._copied.changed.connect(self._show_copied)
        for row in self._rows.values():
            row.reveal_requested.connect(self._reveal)
            row.copy_requested.connect(self._copy)

    def __iter__(self) -> Iterator[CredentialRow]:
        return iter(self._rows.values())

    def __getitem__(self, field: P) -> CredentialRow:
        return self._rows[field]

    @property
    def account(self) -> Account | None:
        """The account whose values these are."""
        return self._account

    def show_account(self, account: Account) -> None:
        """Show this account's values; those shown of another one are hidden."""
        if self._account is None or self._account.id != account.id:
            self.hide_values()
        self._account = account
        self._show_copied()

    def hide_values(self) -> None:
        """Mask every value."""
        for row in self._rows.values():
            row.hide_value()

    def _reveal(self, field: P) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._is_shown(account.id) and self._context.vault.problem is None:
                self._rows[field].show_value(value)
            self._used()

        self._source.run(self._card, lambda job: self._source.reveal(account.id, field, job), done)

    def _copy(self, field: P) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._actions.copy_secret(value):
                self._copied.set_item((account.id, field))
            self._used()

        self._source.run(self._card, lambda job: self._source.copy(account.id, field, job), done)

    def _show_copied(self) -> None:
        for field, row in self._rows.items():
            item = None if self._account is None else (self._account.id, field)
            row.show_copied(on=self._copied.is_item(item))

    def _is_shown(self, account_id: AccountId) -> bool:
        return self._account is not None and self._account.id == account_id
