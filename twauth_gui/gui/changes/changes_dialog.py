"""The dialog that lists what has changed since it was looked at last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.account_changes import (
    AccountChange,
    ChangedAspect,
    ChangeGroup,
    Trend,
    group_changes,
)
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.check_controller import CheckController
from twauth_gui.gui.parts.accessibility import FocusRing, click_on_enter, preserve_focus
from twauth_gui.gui.parts.avatar import Avatar, Chip
from twauth_gui.gui.parts.badges import HealthMark
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import RADIUS_CONTROL, L, M, TextStyle
from twauth_gui.gui.theme.shapes import paint_rounded
from twauth_gui.gui.time_format import format_ago, format_clock, format_date

_MAX_ROWS = 100
_SEVERITIES = {
    Trend.WORSE: Severity.ATTENTION,
    Trend.BETTER: Severity.OK,
    Trend.NEUTRAL: Severity.UNKNOWN,
}


class ChangesDialog(Dialog):
    """Lists the accounts that have changed. A row opens or selects its own; all can be checked."""

    def __init__(self, context: AppContext, checks: CheckController) -> None:
        super().__init__("What has changed", width=DialogWidth.W640)
        self._context = context
        self._checks = checks
        self._shown: list[AccountId] = []
        self._changes: tuple[AccountChange, ...] = ()
        self._newest = 0
        self._check = secondary_button("Check again", "rotate-cw")
        self._check.clicked.connect(self._check_again)
        self._close = close = secondary_button("Close")
        close.clicked.connect(self.dismiss)
        self._seen = primary_button("Mark as seen")
        self._seen.clicked.connect(self._mark_seen)
        self.add_left(self._check)
        self.add_right(close)
        self.add_right(self._seen)
        context.snapshots.changed.connect(self._on_snapshot)
        checks.changed.connect(self._show_buttons)
        self._show()

    def _on_snapshot(self) -> None:
        """Show other changes, if there are any; snapshots come every second during checks."""
        if self._context.snapshots.current.changes != self._changes:
            with preserve_focus(self, self._close.setFocus):
                self._show()

    def _show(self) -> None:
        snapshot = self._context.snapshots.current
        self._changes, self._newest = snapshot.changes, snapshot.newest_change
        rows = group_changes(snapshot.changes, snapshot.accounts)
        self._shown = list(dict.fromkeys(one.id for row in rows for one in row.accounts))
        body, column = make_dialog_body()
        if not rows:
            column.addWidget(Text("Nothing has changed since you looked.", role="text-2"))
        else:
            card = Card()
            for group in rows[:_MAX_ROWS]:
                app = snapshot.apps[group.accounts[0].app_id]
                row = ChangeRow(group, app, self._context.now())
                row.clicked.connect(partial(self._open, [one.id for one in group.accounts]))
                card.add_row(row)
            column.addWidget(card)
        more = len(rows) - _MAX_ROWS
        if more > 0:
            column.addWidget(Text(f"And {more:,} more.", style=TextStyle.SMALL, role="text-2"))
        self.set_body(body)
        self._show_buttons()

    def _show_buttons(self) -> None:
        can_check = self._context.vault.is_open and not self._checks.running_account_ids
        cost = self._checks.cost_of(self._shown).summary
        self._check.setEnabled(bool(self._shown) and can_check)
        self._check.setToolTip(cost)
        self._check.setAccessibleDescription(cost)
        self._seen.setEnabled(bool(self._shown))

    def _open(self, account_ids: Sequence[AccountId]) -> None:
        self.close_dialog()
        if len(account_ids) == 1:
            self._context.window.select_account(account_ids[0])
        else:
            self._context.window.select_accounts(account_ids)

    def _check_again(self) -> None:
        self._checks.check(self._shown)

    def _mark_seen(self) -> None:
        context, newest, count = self._context, self._newest, len(self._shown)
        changes, at = context.services.store.account_changes, context.services.now()

        def restore() -> None:
            context.run_in_store(
                context.snapshots,
                lambda _job: changes.restore_unseen(at),
                lambda _nothing: context.snapshots.reload(),
            )

        def done(_nothing: None) -> None:
            context.watch.forget_broken()
            context.snapshots.reload()
            words = f"Marked the changes of {pluralize(count, 'account')} as seen"
            context.window.offer_undo(words, restore)

        context.run_in_store(context.snapshots, lambda _job: changes.mark_seen(newest, at), done)
        self.close_dialog()


class ChangeRow(QAbstractButton):
    """What has changed of an account, or of several of one app; pressed, it shows them."""

    def __init__(self, group: ChangeGroup, app: App, now: datetime) -> None:
        super().__init__()
        account, several = group.accounts[0], len(group.accounts) > 1
        title = account.at_handle
        if several:
            title = f"{app.label}: {pluralize(len(group.accounts), 'account')}"
        lines = [_describe(one, account, now) for one in group.changes]
        when = format_ago(group.at, now)
        self.setAccessibleName(f"{title}. {'. '.join(lines)}. {when}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.ring = FocusRing(self, RADIUS_CONTROL)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Text(title, strong=True, wrap=several))
        for line in lines:
            texts.addWidget(Text(line, style=TextStyle.SMALL, role="text-2", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(L, 8, L, 8)
        row.setSpacing(M)
        mark = Avatar.of(account.handle, account.known_user_id)
        row.addWidget(Chip(app.label, str(app.id), 32) if several else mark)
        row.addLayout(texts, 1)
        row.addWidget(Text(when, style=TextStyle.SMALL, role="text-3"))
        row.addWidget(HealthMark(_severity_of(account, group.changes), 12))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else QSize()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not click_on_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        if self.isDown() or self.underMouse():
            look = look_of(self)
            fill = look.colour("pressed" if self.isDown() else "hover")
            area = self.rect().adjusted(4, 4, -4, -4)
            paint_rounded(QPainter(self), area, RADIUS_CONTROL, fill)


def _severity_of(account: Account, changes: Sequence[AccountChange]) -> Severity:
    if any(one.aspect is ChangedAspect.HEALTH for one in changes):
        return account.health.severity
    return _SEVERITIES[changes[0].trend]


def _describe(change: AccountChange, account: Account, now: datetime) -> str:
    words = change.describe(lambda at: _format_end(at, now))
    is_health = change.aspect is ChangedAspect.HEALTH
    return f"{words}. {account.health.reason}".strip() if is_health else words


def _format_end(at: datetime, now: datetime) -> str:
    """Return "at 14:20" today, else "on 3 March"; it may be to come."""
    is_today = at.astimezone(now.tzinfo).date() == now.date()
    return f"at {format_clock(at, now)}" if is_today else f"on {format_date(at, now)}"
