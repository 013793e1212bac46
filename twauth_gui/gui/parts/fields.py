"""Text fields."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QStringListModel, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import S, TextStyle, scale_control_height, scale_icon, text_font

_PAD = 11
_ICON = 14
_HEIGHT = 32


class LineField(QLineEdit):
    """A field of one line: icon and prefix before the text, hint after it."""

    def __init__(
        self,
        placeholder: str = "",
        *,
        is_search: bool = False,
        icon: str = "",
        prefix: str = "",
        hint: str = "",
    ) -> None:
        super().__init__()
        self._icon = icon or ("search" if is_search else "")
        self._prefix = prefix
        self._hint = hint
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setProperty("search", is_search)
        self.textChanged.connect(self._apply_style)
        self._apply_style()

    def set_hint(self, hint: str) -> None:
        """Change the small text at the end, such as "Ctrl F" or "7 digits"."""
        self._hint = hint
        self._apply_style()
        self.update()

    @override
    def event(self, event: QEvent, /) -> bool:
        """Leave Ctrl+Z to the window as long as nothing was typed that it could undo here."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Undo)
            and not self.isUndoAvailable()
        ):
            event.ignore()
            return False
        return super().event(event)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange}:
            self._apply_style()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        look = look_of(self)
        painter.setPen(look.colour("text-3"))
        if self._icon:
            side = scale_icon(_ICON)
            pixmap = look.pixmap(self._icon, "text-3", side, dpr=self.devicePixelRatioF())
            painter.drawPixmap(_PAD, (self.height() - side) // 2, pixmap)
        inside = self.rect().adjusted(_PAD, 0, -_PAD + 2, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._prefix:
            painter.drawText(inside, int(middle | Qt.AlignmentFlag.AlignLeft), self._prefix)
        if self._shows_hint():
            painter.setFont(text_font(TextStyle.SMALL))
            painter.drawText(inside, int(middle | Qt.AlignmentFlag.AlignRight), self._hint)

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._set_margins()

    def _shows_hint(self) -> bool:
        """Whether the hint is there: in a search only beside its whole placeholder."""
        if not self.property("search"):
            return bool(self._hint)
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        room = self.width() - 2 * _PAD - self._left_margin() - self._hint_width()
        return bool(self._hint) and not self.text() and words < room

    def _left_margin(self) -> int:
        icon = scale_icon(_ICON) + S if self._icon else 0
        return icon + self.fontMetrics().horizontalAdvance(self._prefix)

    def _hint_width(self) -> int:
        return QFontMetrics(text_font(TextStyle.SMALL)).horizontalAdvance(self._hint) + S

    def _set_margins(self) -> None:
        """Leave room for what is painted beside the text; a hidden hint takes none."""
        right = self._hint_width() if self._shows_hint() else 0
        self.setTextMargins(self._left_margin(), 0, right, 0)

    def _apply_style(self) -> None:
        self._set_margins()
        self.setMinimumHeight(scale_control_height(_HEIGHT))


class SuggestionField(LineField):
    """A field that suggests known values; Down shows them all."""

    def __init__(self, placeholder: str = "", suggestions: Sequence[str] = ()) -> None:
        super().__init__(placeholder)
        self._suggestions = QStringListModel(list(suggestions), self)
        self._completer = completer = QCompleter(self._suggestions, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        popup = completer.popup()
        if popup is not None:
            popup.setObjectName("suggestions")
        self.setCompleter(completer)

    def set_suggestions(self, suggestions: Sequence[str]) -> None:
        """Suggest other values from now on; an open list closes."""
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()
        self._suggestions.setStringList(list(suggestions))

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        # An open list takes the key itself.
        if event.key() == Qt.Key.Key_Down:
            self._completer.setCompletionPrefix("")
            self._completer.complete()
        else:
            super().keyPressEvent(event)


class TextField(QPlainTextEdit):
    """A field of several lines; Tab leaves it."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTabChangesFocus(True)


class FieldBlock(QWidget):
    """A label above an editor; below it the help, replaced by a warning or an error.

    beside: a button at the end of the editor's line.
    """

    def __init__(
        self,
        label: str,
        editor: QWidget,
        help: str = "",  # noqa: A002 - the word of the look
        *,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.editor = editor
        self._help = help
        self._error = ""
        self._warning = ""
        name = Text(label, style=TextStyle.SMALL, strong=True)
        name.setBuddy(editor)
        self._note = Text(style=TextStyle.SMALL, role="text-3", wrap=True)
        editor.setAccessibleName(label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(name)
        line = QHBoxLayout()
        line.setSpacing(S)
        line.addWidget(editor, 1)
        if beside is not None:
            line.addWidget(beside)
        column.addLayout(line)
        column.addWidget(self._note)
        column.addStretch(1)
        self._show_note()

    def set_error(self, text: str) -> None:
        """Show what is wrong with the value, and have a screen reader say it; "" for nothing."""
        if text == self._error:
            return
        self._error = text
        self.editor.setProperty("refused", bool(text))
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)
        self._show_note()
        announce(self.editor, text)

    def set_warning(self, text: str) -> None:
        """Show what is odd about a value that is accepted, "" for nothing."""
        self._warning = text
        self._show_note()

    def set_help(self, text: str) -> None:
        self._help = text
        self._show_note()

    def _show_note(self) -> None:
        text = self._error or self._warning or self._help
        self._note.setText(text)
        role = "bad" if self._error else "warn" if self._warning else "text-3"
        self._note.set_role(role)
        self._note.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
