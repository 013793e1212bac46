"""The clipboard for secrets: marked for clipboard managers, cleared after a time."""

from __future__ import annotations

import os

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard

from twauth_gui.domain.secret import Secret
from twauth_gui.services.settings import DEFAULT_CLIPBOARD_SECONDS

# The formats that tell each system's clipboard managers not to record an entry.
_SECRET_HINTS = {
    "x-kde-passwordManagerHint": b"secret",
    "ExcludeClipboardContentFromMonitorProcessing": bytes(4),
    "CanIncludeInClipboardHistory": bytes(4),
    "CanUploadToCloudClipboard": bytes(4),
}


class CopiedItem(QObject):
    """Tracks which of a pane's values is on the clipboard, until it is cleared or replaced.

    A later copy anywhere in the window replaces it.

    Signals:
        changed: another value, or none, is on the clipboard now.
    """

    changed = Signal()

    def __init__(self, clipboard: SecretClipboard, parent: QObject) -> None:
        super().__init__(parent)
        self._item: object = None
        clipboard.copied.connect(self._forget)
        clipboard.cleared.connect(self._forget)

    def set_item(self, item: object) -> None:
        """Record what was just copied; None for nothing."""
        if item != self._item:
            self._item = item
            self.changed.emit()

    def is_item(self, item: object) -> bool:
        return item is not None and item == self._item

    def _forget(self, _seconds: int = 0) -> None:
        self.set_item(None)


class SecretClipboard(QObject):
    """Copies one secret at a time, and clears it later if it is still there.

    Only a salted hash of the text is kept for the comparison. seconds: how long it stays.

    Signals:
        copied: a secret was copied; carries the seconds until it is cleared.
        cleared: it is gone: cleared by Twauth, or replaced by another program.
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
        """Copy the secret as plain text, marked as secret, for .seconds."""
        data = QMimeData()
        data.setText(secret.reveal())
        for name, value in _SECRET_HINTS.items():
            data.setData(name, value)
        self._copied_hash = self._hash(secret.reveal())
        self._clipboard.setMimeData(data)
        self._timer.start(self.seconds * 1000)
        self.copied.emit(self.seconds)

    def copy_plain(self, text: str) -> None:
        """Copy text that is not secret; it is not cleared."""
        self._clipboard.setText(text)

    def read_text(self) -> str:
        """Return the text on the clipboard."""
        return self._clipboard.text()

    def clear(self) -> None:
        """Clear the clipboard, unless something else was copied meanwhile."""
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
