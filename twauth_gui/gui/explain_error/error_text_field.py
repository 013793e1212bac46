"""The field for the text that a bot printed: typed, pasted or dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor, QTextOption
from typing_extensions import override

from twauth_gui.gui.parts.fields import TextField
from twauth_gui.gui.theme.metrics import TextStyle, line_height, text_font

_LINES, _LINES_BESIDE_RESULT = 8, 4
_EDGES = 24
_EXAMPLES = """A traceback, a log, JSON or a page. You can also drop a file here.

tweepy.errors.Forbidden: 403 Forbidden …
{"errors":[{"code":187,"message":"…"}]}
ApiResponseError: Request failed with code 403 …"""


class ErrorTextField(TextField):
    """Keeps at most max_length characters, of a longer text the end: there a log says what failed.

    Signals:
        file_dropped: a file was dropped or pasted; carries its path.
        text_replaced: the whole text was replaced; carries whether its beginning was cut off.
    """

    file_dropped = Signal(Path)
    text_replaced = Signal(bool)

    def __init__(self, max_length: int) -> None:
        super().__init__(_EXAMPLES)
        self._max_length = max_length
        self.setAccessibleName("What the bot printed")
        # As terminals do. Wrapping at words takes Qt seconds for one line of 256 KB.
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self._lines = _LINES
        self._update_look()

    def make_room(self, *, result: bool) -> None:
        """Show fewer lines while there is a result below."""
        self._lines = _LINES_BESIDE_RESULT if result else _LINES
        self._update_look()

    def replace_text(self, text: str) -> None:
        """Replace everything by this text, or by its end, and scroll to the end."""
        cut = len(text) > self._max_length
        self.setPlainText(text[-self._max_length :])
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.text_replaced.emit(cut)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._update_look()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.ensureCursorVisible()

    def _update_look(self) -> None:
        font = text_font(TextStyle.MONO)
        if font != self.font():
            self.setFont(font)
        self.setFixedHeight(self._lines * line_height(TextStyle.MONO) + _EDGES)

    @override
    def canInsertFromMimeData(self, source: QMimeData, /) -> bool:
        return source.hasUrls() or source.hasText()

    @override
    def insertFromMimeData(self, source: QMimeData, /) -> None:
        """Insert what was pasted or dropped: Qt sends both here."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        text = source.text()
        if files:
            self.file_dropped.emit(Path(files[0]))
        elif len(text) + len(self.toPlainText()) > self._max_length:
            self.replace_text(text)
        else:
            super().insertFromMimeData(source)
