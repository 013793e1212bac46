"""The banner above the list that tells of a newer version."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.theme.metrics import M, S


class UpdateBanner(QWidget):
    """Shown while there is a newer version that was not dismissed; it opens its page."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._said = ""
        dismiss = secondary_button("Skip this version", size=ButtonSize.SMALL)
        dismiss.clicked.connect(self._dismiss)
        self._banner = Banner(Severity.UNKNOWN, "", second=dismiss)
        self._banner.pressed.connect(self._open_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, 0, M, S)
        column.addWidget(self._banner)
        context.updates.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        notice = self._context.updates.notice
        self.setVisible(notice is not None)
        if notice is None:
            return
        title = f"Twauth {notice.version} is available"
        self._banner.set_texts(title, notice.summary, "Open its page")
        if title != self._said:
            self._said = title
            announce(self._banner, f"{title}. {notice.summary}")

    def _open_page(self) -> None:
        notice = self._context.updates.notice
        if notice is not None:
            _ = self._context.window.open_address(notice.page)

    def _dismiss(self) -> None:
        notice = self._context.updates.notice
        if notice is not None:
            self._context.updates.dismiss(notice)
