"""Masked credential values, each revealed or copied on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.credential_fields import CredentialField, TokenField
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.clipboard import CopiedItem
from twauth_gui.gui.parts.accessibility import FocusRing
from twauth_gui.gui.parts.buttons import IconButton
from twauth_gui.gui.parts.progress_ring import ProgressRing
from twauth_gui.gui.parts.secret_field import SecretDots
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import RADIUS_BADGE, S, TextStyle, scale_control_height

_NAME_WIDTH = 116  # pixels, with normal text


class ValueName(Text):
    """All are as wide as the longest of them, so that values stand in one column in every card."""

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
    """Shows a value to whoever looks, and says it to whoever goes there with Tab.

    A screen reader gets it as the description of this Tab stop. No event carries it: they reach
    every program that listens, and may be spoken aloud unasked.
    """

    def __init__(self) -> None:
        super().__init__("", style=TextStyle.MONO, wrap=True)
        self.ring = FocusRing(self, RADIUS_BADGE)

    def show_value(self, name: str, value: Secret) -> None:
        """Show it until forget(). name: what is spoken of it."""
        text = value.reveal()
        # Qt tells of a text that changes only where there is no name, and of a tooltip never.
        self.setAccessibleName(f"{name}, shown")
        self.setText(_breakable(text))
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def forget(self) -> None:
        """Show it no longer."""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip("")
        self.setText("")

    @override
    def event(self, event: QEvent, /) -> bool:
        # The description stands in the tooltip, which has nothing to show beside the value.
        return True if event.type() is QEvent.Type.ToolTip else super().event(event)


def _breakable(value: str) -> str:
    """Let a long value break wherever the line ends.

    It is for reading only: whoever selected it would copy the invisible places to break along.
    """
    return "\u200b".join(value)


SHOWN_SECONDS = 20


class CredentialRow(QWidget):
    """Ten dots until somebody asks; a shown value hides itself again.

    Signals:
        reveal_wanted, copy_wanted: carry the Part.
    """

    reveal_wanted = Signal(object)
    copy_wanted = Signal(object)

    def __init__(self, part: CredentialField | TokenField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = part
        self._left = 0
        self._on_clipboard = False
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count_down)
        self._build()

    def _build(self) -> None:
        label = ValueName(self._part.value)
        self._value = ShownValue()
        self._stack = QStackedWidget()
        self._stack.addWidget(SecretDots())
        self._stack.addWidget(self._value)
        self._ring = ProgressRing(14)
        self._note = Text("", style=TextStyle.SMALL, role="text-2")
        name = self._part.inline_label
        self._eye = IconButton("eye", f"Show the {name}")
        self._eye.clicked.connect(self._toggle_value)
        self._copy = IconButton("copy", f"Copy the {name}")
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._part))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 10, 4)
        row.setSpacing(0)
        row.addWidget(label)
        row.addWidget(self._stack, 1)
        row.addSpacing(8)
        row.addWidget(self._ring)
        row.addSpacing(6)
        row.addWidget(self._note)
        row.addSpacing(8)
        row.addWidget(self._eye)
        row.addWidget(self._copy)
        self.setMinimumHeight(scale_control_height(36))
        self.hide_value()

    @property
    def is_shown(self) -> bool:
        return self._left > 0

    def show_value(self, value: Secret) -> None:
        """Show it for twenty seconds."""
        self._value.show_value(self._part.value, value)
        self._stack.setCurrentIndex(1)
        self._stack.updateGeometry()
        self._left = SHOWN_SECONDS
        self._eye.set_icon("eye-off")
        self._eye.set_active(on=True)
        self._eye.set_accessible_name(f"Hide the {self._part.inline_label}")
        self._ring.show()
        self._tell()
        self._second.start()

    def hide_value(self) -> None:
        """Put the dots back."""
        self._second.stop()
        self._left = 0
        had_focus = self._value.hasFocus()
        self._value.forget()
        self._stack.setCurrentIndex(0)
        if had_focus:
            self._eye.setFocus(Qt.FocusReason.OtherFocusReason)
        self._eye.set_icon("eye")
        self._eye.set_active(on=False)
        self._eye.set_accessible_name(f"Show the {self._part.inline_label}")
        self._ring.hide()
        self._tell()

    def show_copied(self, *, on: bool) -> None:
        """Say with a check mark whether it lies on the clipboard."""
        self._on_clipboard = on
        name = f"Copy the {self._part.inline_label}"
        self._copy.set_icon("check" if on else "copy")
        self._copy.set_active(on=on)
        self._copy.set_accessible_name(f"{name}, copied" if on else name)
        self._tell()

    def _toggle_value(self) -> None:
        if self.is_shown:
            self.hide_value()
        else:
            self.reveal_wanted.emit(self._part)

    def _count_down(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.hide_value()
        else:
            self._tell()

    def _tell(self) -> None:
        self._ring.set_fraction(self._left / SHOWN_SECONDS)
        copied = "Copied" if self._on_clipboard else ""
        self._note.setText(f"{self._left} s" if self.is_shown else copied)


P = TypeVar("P", bound=CredentialField | TokenField)


@dataclass(frozen=True, slots=True)
class CredentialSource(Generic[P]):
    """What gives the values out.

    run: takes a job to where it may wait, and its result to what comes next.
    """

    reveal: Callable[[AccountId, P, Job], Secret]
    copy: Callable[[AccountId, P, Job], Secret]
    run: Callable[[QWidget, Callable[[Job], Secret], Callable[[Secret], None]], object]


class CredentialValues(Generic[P]):
    """A row for each value; whoever makes them lays the rows out, and is told of their use."""

    def __init__(  # noqa: PLR0917 - each is another thing
        self,
        card: QWidget,
        context: AppContext,
        actions: AccountActions,
        parts: Iterable[P],
        source: CredentialSource[P],
        used: Callable[[], None],
    ) -> None:
        """used: called when a value was shown or copied. The card is their owner."""
        self._card = card
        self._context = context
        self._actions = actions
        self._source = source
        self._used = used
        self._account: Account | None = None
        self._rows = {part: CredentialRow(part) for part in parts}
        self._copied = CopiedItem(context.clipboard, card)
        self._copied.changed.connect(self._show_copied)
        for row in self._rows.values():
            row.reveal_wanted.connect(self._reveal)
            row.copy_wanted.connect(self._copy)

    def __iter__(self) -> Iterator[CredentialRow]:
        return iter(self._rows.values())

    def __getitem__(self, part: P) -> CredentialRow:
        return self._rows[part]

    @property
    def account(self) -> Account | None:
        """Whose values they are."""
        return self._account

    def show_account(self, account: Account) -> None:
        """Be this account's; what was shown of another one is hidden."""
        if self._account is None or self._account.id != account.id:
            self.hide_values()
        self._account = account
        self._show_copied()

    def hide_values(self) -> None:
        """Mask everything."""
        for row in self._rows.values():
            row.hide_value()

    def _reveal(self, part: P) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._is_current(account.id) and self._context.vault.problem is None:
                self._rows[part].show_value(value)
            self._used()

        self._source.run(self._card, lambda job: self._source.reveal(account.id, part, job), done)

    def _copy(self, part: P) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._actions.copy_secret(value):
                self._copied.set_item((account.id, part))
            self._used()

        self._source.run(self._card, lambda job: self._source.copy(account.id, part, job), done)

    def _show_copied(self) -> None:
        for part, row in self._rows.items():
            whose = None if self._account is None else (self._account.id, part)
            row.show_copied(on=self._copied.is_item(whose))

    def _is_current(self, account_id: AccountId) -> bool:
        return self._account is not None and self._account.id == account_id
