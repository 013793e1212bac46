"""The link to the sign-in page, to open or to copy."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button, secondary_button
from twauth_gui.gui.parts.copy_line import CopyLine


class LinkLine(QWidget):
    """Shows the beginning of the link.

    Signals:
        open_wanted, copy_wanted: what was pressed.
    """

    open_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, open_text: str) -> None:
        super().__init__()
        open_button = quiet_button(open_text, size=ButtonSize.TINY)
        open_button.clicked.connect(self.open_wanted)
        copy_button = secondary_button("Copy link", "copy", size=ButtonSize.SMALL)
        copy_button.clicked.connect(self.copy_wanted)
        self.setFocusProxy(copy_button)
        self._line = CopyLine("", [open_button, copy_button])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._line)

    def show_link(self, url: Secret) -> None:
        """Show host, path and the first letters of the token."""
        self._line.set_text(_beginning(url.reveal()))


def _beginning(url: str) -> str:
    bare = url.split("://", 1)[-1]
    head, mark, tail = bare.partition("oauth_token=")
    return f"{head}{mark}{tail[:6]}…" if mark else bare
