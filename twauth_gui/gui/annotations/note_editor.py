"""The editor of an account's note: a text that becomes a field when it is pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import claim_key
from twauth_gui.gui.parts.buttons import ButtonSize, IconButton, quiet_button
from twauth_gui.gui.parts.fields import TextField
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XS, S, TextStyle, line_height

_HELP = "Leaving the field saves the note. Escape discards the change."
_FEW_LINES = 6
_FEW_CHARACTERS = 480
_EDGES = 28  # border, padding, the document's margin
_STAYS = {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class NoteField(TextField):
    """A field as high as its text, between 3 and 12 lines.

    Signals:
        left: it lost the focus, or Ctrl+Enter was pressed.
        discarded: Escape was pressed.
    """

    left = Signal()
    discarded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Note")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)

    @override
    def event(self, e: QEvent, /) -> bool:
        """Take Escape, with which the window goes back to the list."""
        return claim_key(e, Qt.Key.Key_Escape) or super().event(e)

    @override
    def sizeHint(self) -> QSize:
        lines = round(self.document().documentLayout().documentSize().height())
        height = max(3, min(lines, 12)) * self.fontMetrics().lineSpacing() + _EDGES
        return QSize(super().sizeHint().width(), height)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        is_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.discarded.emit()
        elif event.key() in _ENTER and is_control:
            event.accept()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.left.emit()


class _NoteText(Text):
    """The note as text; pressing it edits it.

    Signals:
        pressed: the mouse pressed it.
    """

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__("", wrap=True)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    @override
    def mouseReleaseEvent(self, ev: QMouseEvent, /) -> None:
        inside = QPointF(ev.position()).toPoint()
        if ev.button() is Qt.MouseButton.LeftButton and self.rect().contains(inside):
            self.pressed.emit()


class NoteEditor(QWidget):
    """A note with its field; F2 or a press edits it, leaving it saves, Escape discards.

    Signals:
        edited: the user changed the note; carries the text before and the new one.
    """

    edited = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._note = ""
        self._before = ""
        self._shows_all = False
        self._text = _NoteText()
        self._text.pressed.connect(self.edit)
        self._pencil = IconButton("pencil", "Edit note", icon_size=14, side=24)
        self._pencil.clicked.connect(self.edit)
        self._add = quiet_button("Add note", "plus", size=ButtonSize.TINY)
        self._add.clicked.connect(self.edit)
        self._more = quiet_button("Show all", size=ButtonSize.TINY)
        self._more.clicked.connect(self._toggle_all)
        self._field = NoteField()
        self._field.left.connect(self.commit)
        self._field.discarded.connect(self._discard)
        self._help = Text(_HELP, style=TextStyle.SMALL, role="text-3", wrap=True)
        self._field.setAccessibleDescription(_HELP)
        self._build()
        self._show_text()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self._text, 1)
        row.addWidget(self._pencil, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(row)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._field)
        column.addWidget(self._help)

    @property
    def is_editing(self) -> bool:
        """Whether the field is open."""
        return not self._field.isHidden()

    def set_note(self, note: str) -> None:
        """Show a note, unless one is being edited."""
        if note == self._note and not self.is_editing:
            return
        self._note = note
        if not self.is_editing:
            self._show_text()

    def edit(self) -> None:
        """Open the field."""
        self._before = self._note
        self._field.setPlainText(self._note)
        for part in (self._text, self._pencil, self._add, self._more):
            part.hide()
        self._field.show()
        self._help.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.moveCursor(QTextCursor.MoveOperation.End)

    def commit(self) -> None:
        """Close the field, and save what was changed."""
        if not self.is_editing:
            return
        text = self._field.toPlainText()
        before = self._before
        if text == before:
            self._close_field()
            return
        self._note = text.strip("\n")
        self._close_field()
        self.edited.emit(before, text)

    @override
    def event(self, event: QEvent, /) -> bool:
        """Take F2, with which the window opens the dialog."""
        return claim_key(event, Qt.Key.Key_F2) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_F2 and not self.is_editing:
            self.edit()
        else:
            super().keyPressEvent(event)

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.commit()

    def _discard(self) -> None:
        self._note = self._before
        self._close_field()

    def _close_field(self) -> None:
        had_focus = self._field.hasFocus()
        self._show_text()
        if had_focus:
            after = self._pencil if self._note else self._add
            after.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_text(self) -> None:
        shown = self._note if self._shows_all else _cut(self._note)
        is_long = _cut(self._note) != self._note
        self._text.setText(shown)
        self._text.setVisible(bool(self._note))
        self._pencil.setVisible(bool(self._note))
        self._add.setVisible(not self._note)
        self._more.setVisible(is_long)
        self._more.setText("Show less" if self._shows_all else "Show all")
        self._text.setMinimumHeight(line_height())
        self._field.hide()
        self._help.hide()

    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        self._show_text()


def _cut(note: str) -> str:
    """Return the beginning of a long note."""
    lines = note.split("\n")
    short = "\n".join(lines[:_FEW_LINES])[:_FEW_CHARACTERS]
    return short if short == note else f"{short.rstrip()}…"
