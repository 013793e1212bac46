"""Files, folders and text that are dropped on the window or pasted into it, to be imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QWindow
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import RADIUS_DIALOG, S, TextStyle, text_font
from twauth_gui.gui.theme.shapes import paint_outline

_COPY = Qt.DropAction.CopyAction
_HINT = "Drop files or folders to import what is in them"


@dataclass(frozen=True, slots=True)
class DroppedItems:
    """What was dropped or pasted. has_links: with addresses of something on the network."""

    paths: tuple[Path, ...] = ()
    text: str = ""
    has_links: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.paths or self.text.strip() or self.has_links)


def read_dropped(mime: QMimeData) -> DroppedItems:
    """Return the paths in it, else whether it has links, else its text."""
    urls: Sequence[QUrl] = mime.urls()
    paths = tuple(dict.fromkeys(_to_path(url) for url in urls if url.isLocalFile()))
    has_links = any(not url.isLocalFile() for url in urls)
    text = "" if urls else mime.text()
    return DroppedItems(paths, text, has_links)


def _to_path(url: QUrl) -> Path:
    """Return the path exactly: QUrl keeps a name that is not UTF-8 only in its encoded form."""
    if os.name == "posix" and not url.host():
        encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
        return Path(os.fsdecode(unquote_to_bytes(encoded)))
    return Path(url.toLocalFile())


class DropOverlay(QWidget):
    """Covers the window while files are dragged over it, and says what a drop does."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(_HINT)
        self.hide()

    def show_over_window(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = look_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("scrim"))
        area = self.rect().adjusted(S, S, -S, -S)
        painter.setFont(text_font(TextStyle.HEADING, strong=True))
        metrics = painter.fontMetrics()
        width = min(area.width() - 48, metrics.horizontalAdvance(_HINT) + 64)
        wrap = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        words = metrics.boundingRect(0, 0, width - 48, area.height(), wrap, _HINT)
        plate = words.adjusted(-24, -20, 24, 20)
        plate.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.colour("line-strong"))
        painter.setBrush(look.colour("base"))
        painter.drawRoundedRect(plate, RADIUS_DIALOG, RADIUS_DIALOG)
        painter.setPen(look.colour("text"))
        painter.drawText(plate.adjusted(24, 0, -24, 0), wrap, _HINT)
        paint_outline(painter, area, RADIUS_DIALOG, look.colour("accent-text"), width=2)


class DropTarget(QObject):
    """Takes files and folders that are dropped anywhere on a window, before its widgets see them.

    Text that is dropped goes to the field under the pointer if there is one that takes it.

    Args:
        window: the widget to cover while something is dragged over it.
        is_ready: whether a drop can be taken now.
        take: called with what was dropped, once the drop is over.
    """

    def __init__(
        self, window: QWidget, is_ready: Callable[[], bool], take: Callable[[DroppedItems], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._is_ready = is_ready
        self._take = take
        self._overlay = DropOverlay(window)

    def watch(self, handle: QWindow) -> None:
        """Take the drops of this native window, which has to be that of the widget."""
        handle.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.DragLeave:
            self._overlay.hide()
        elif isinstance(event, QDropEvent):  # entering and moving are of this class, too
            return self._handle(event)
        return False

    def accept(self, event: QDropEvent) -> None:
        """Accept a drag or a drop; the action is a copy, as a move would delete the files."""
        event.setDropAction(_COPY)
        event.accept()

    def take_text(self, mime: QMimeData) -> None:
        """Take text that no field wanted."""
        self._take_later(read_dropped(mime))

    def _handle(self, event: QDropEvent) -> bool:
        if not event.mimeData().hasUrls():
            return False
        if not self._is_ready() or not event.possibleActions() & _COPY:
            self._overlay.hide()
            event.ignore()
            return True
        self.accept(event)
        if event.type() is QEvent.Type.Drop:
            self._overlay.hide()
            self._take_later(read_dropped(event.mimeData()))
        elif isinstance(event, QDragEnterEvent):
            self._overlay.show_over_window()
        return True

    def _take_later(self, items: DroppedItems) -> None:
        # The program that the files come from waits for the end of this event.
        if not items.is_empty:
            QTimer.singleShot(0, self, partial(self._take, items))
