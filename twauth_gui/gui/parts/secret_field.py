"""The field for a secret: what stands in it does not leave it by itself."""

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

_COPYING = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut)
_OF_THE_MENU = frozenset({"edit-copy", "edit-cut"})


class SecretField(LineField):
    """Hidden until it is to be seen; even then it is not copied, cut, or given to X11's selection.

    Qt keeps to that for hidden text only. Whatever copies a secret goes through gui.clipboard,
    which marks and clears it.
    """

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(placeholder)
        self.show_value(shown=False)

    def show_value(self, *, shown: bool) -> None:
        """Show what stands in it, or dots."""
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.setEchoMode(mode)
        # Changing the mode takes some of them away.
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if any(event.matches(key) for key in _COPYING):
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
        self._keep_selection()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        super().mouseReleaseEvent(event)
        self._keep_selection()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        super().mouseDoubleClickEvent(event)
        self._keep_selection()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            if action.objectName() in _OF_THE_MENU:
                action.setEnabled(False)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def _keep_selection(self) -> None:
        """Take back what Qt gives to X11's selection; nobody could ask for it in between."""
        clipboard = QGuiApplication.clipboard()
        if self.hasSelectedText() and clipboard.supportsSelection() and clipboard.ownsSelection():
            clipboard.clear(QClipboard.Mode.Selection)
