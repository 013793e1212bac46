"""A field for a secret, and the dots that stand for a hidden one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.text import Text

_COPY_KEYS = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut)
_COPY_ACTIONS = frozenset({"edit-copy", "edit-cut"})


class SecretField(LineField):
    """A field whose text cannot be copied, cut, or selected for X11's middle click.

    Qt prevents that for hidden text only. Secrets are copied by gui.clipboard alone, which marks
    and clears them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.show_value(visible=False)

    def show_value(self, *, visible: bool) -> None:
        """Show the text, or dots."""
        mode = QLineEdit.EchoMode.Normal if visible else QLineEdit.EchoMode.Password
        self.setEchoMode(mode)
        # Changing the mode takes some of them away.
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if any(event.matches(key) for key in _COPY_KEYS):
            return
        # Qt copies what these delete.
        if event.matches(QKeySequence.StandardKey.DeleteCompleteLine):
            self.selectAll()
            self.del_()
        elif event.matches(QKeySequence.StandardKey.DeleteEndOfLine):
            self.end(True)
            self.del_()
        else:
            super().keyPressEvent(event)
        self._clear_x11_selection()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        super().mouseReleaseEvent(event)
        self._clear_x11_selection()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        super().mouseDoubleClickEvent(event)
        self._clear_x11_selection()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            if action.objectName() in _COPY_ACTIONS:
                action.setEnabled(False)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def _clear_x11_selection(self) -> None:
        """Clear what Qt put into X11's selection, before another program can request it."""
        clipboard = QGuiApplication.clipboard()
        if self.hasSelectedText() and clipboard.supportsSelection() and clipboard.ownsSelection():
            clipboard.clear(QClipboard.Mode.Selection)


_DOTS = "•" * 10
_SPREAD = 2.0


class SecretDots(Text):
    """Ten dots for a value that has not been read, whatever its length."""

    def __init__(self) -> None:
        super().__init__(_DOTS, role="text-2")
        self.setAccessibleName(self.tr("Hidden"))
        font = self.font()
        font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, _SPREAD)
        self.setFont(font)
