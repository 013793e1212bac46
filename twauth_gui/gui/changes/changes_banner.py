"""The banner above the list that says how many accounts have changed since they were looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.account_changes import AccountChange, Trend
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.theme.metrics import M, S
from twauth_gui.gui.time_format import format_since_day


class ChangesBanner(QWidget):
    """Shown while there are changes that nobody has seen; its button opens them."""

    def __init__(self, context: AppContext, show_changes: Callable[[], object]) -> None:
        super().__init__()
        self._context = context
        self._said = ""
        self._banner = Banner(Severity.UNKNOWN, "")
        self._banner.pressed.connect(show_changes)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, 0, M, S)
        column.addWidget(self._banner)
        context.snapshots.changed.connect(self._show)
        context.ticker.ticked.connect(self._show)
        self._show()

    def _show(self) -> None:
        changes = self._context.snapshots.current.changes
        self.setVisible(bool(changes))
        if not changes:
            self._said = ""
            return
        title, text = word_changes(changes)
        since = format_since_day(min(one.at for one in changes), self._context.now())
        severity = Severity.ATTENTION if text else Severity.UNKNOWN
        self._banner.set_severity(severity)
        self._banner.set_texts(f"{title} since {since}", text, "Show")
        if title != self._said:  # said once, not at each tick
            self._said = title
            announce(self._banner, f"{title}. {text}")


def word_changes(changes: tuple[AccountChange, ...]) -> tuple[str, str]:
    """Return how many accounts have changed, and how many of them for the worse; "" for none."""
    changed = {one.account_id for one in changes}
    worse = {one.account_id for one in changes if one.trend is Trend.WORSE}
    title = f"{pluralize(len(changed), 'account')} changed"
    if not worse:
        return title, ""
    verb = "needs" if len(worse) == 1 else "need"
    return title, f"{len(worse):,} {verb} attention."
