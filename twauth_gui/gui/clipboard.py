"""The clipboard for secrets: marked as such, and cleared again."""

from __future__ import annotations

import os

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard

from twauth_gui.domain.secret import Secret
from twauth_gui.services.settings import DEFAULT_CLIPBOARD_SECONDS

# What the clipboard managers of each system look at in order to leave an entry alone.
_SECRET_HINTS = {
    "x-kde-passwordManagerHint": b"secret",
    "ExcludeClipboardContentFromMonitorProcessing": bytes(4),
    "CanIncludeInClipboardHistory": bytes(4),
    "CanUploadToCloudClipboard": bytes(4),
}


class CopiedItem(QObject):
    """Tells which of several things lies on the clipboard, as long as it does.

    There is one such thing in the whole window at most: what is copied later takes the mark off.

    Signals:
        changed: what is another thing, or nothing any more.
    """

    changed = Signal()

    def __init__(self, clipboard: SecretClipboard, parent: QObject) -> None:
        super().__init__(parent)
        self._item: object = None
        clipboard.copied.connect(self._forget)
        clipboard.cleared.connect(self._forget)

    def set_item(self, what: object) -> None:
        """Mark what was copied just now; None marks nothing."""
        if what != self._item:
            self._item = what
            self.changed.emit()

    def is_item(self, what: object) -> bool:
        return what is not None and what == self._item

    def _forget(self, _seconds: int = 0) -> None:
        self.set_item(None)


class SecretClipboard(QObject):
    """Puts one secret on the clipboard, and takes it off where it is still there.

    Only a salted hash of the text is kept for the comparison. seconds: how long it stays.

    Signals:
        copied: a secret lies on the clipboard from now on, for so many seconds.
        cleared: it is gone: cleared by us, or replaced by somebody else.
    """

    copied = Signal(int)
    cleared = Signal()

    def __init__(self, clipboard: QClipboard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self.seconds = DEFAULT_CLIPBOARD_SECONDS
        self._salt = os.urandom(16)
        self._copied_hash: bytes | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        clipboard.dataChanged.connect(self._on_changed)

    def copy(self, secret: Secret) -> None:
        """Copy the secret as plain text, marked, for the time that is set."""
        data = QMimeData()
        data.setText(secret.reveal())
        for name, value in _SECRET_HINTS.items():
            data.setData(name, value)
        self._copied_hash = self._hash(secret.reveal())
        self._clipboard.setMimeData(data)
        self._timer.start(self.seconds * 1000)
        self.copied.emit(self.seconds)

    def copy_plain(self, text: str) -> None:
        """Copy something that is no secret; it stays."""
        self._clipboard.setText(text)

    def read_text(self) -> str:
        """Read what lies there."""
        return self._clipboard.text()

    def clear(self) -> None:
        """Take the secret off the clipboard, unless something else lies there by now."""
        self._timer.stop()
        if self._copied_hash is None:
            return
        still_there = self._hash(self._clipboard.text()) == self._copied_hash
        self._copied_hash = None
        if still_there:
            self._clipboard.clear()
        self.cleared.emit()

    def _on_changed(self) -> None:
        if (
            self._copied_hash is not None
            and self._hash(self._clipboard.text()) != self._copied_hash
        ):
            self.clear()

    def _hash(self, text: str) -> bytes:
        import hashlib  # noqa: PLC0415 - loads OpenSSL, and most windows copy nothing at first

        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._salt).digest()
