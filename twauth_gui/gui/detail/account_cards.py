"""Cards of an account's page: health, information, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.check_cost import CREDITS_NOT_CHECKED
from twauth_gui.domain.health import Health, HealthState, Severity
from twauth_gui.gui.action_menu import ActionOffer, menu_place, open_action_menu
from twauth_gui.gui.detail.credential_values import ValueName
from twauth_gui.gui.parts.accessibility import FocusRing, announce, scroll_into_view
from twauth_gui.gui.parts.badges import HealthMark, IconLabel
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import ButtonKind, ButtonSize, secondary_button
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.metrics import TextStyle, scale_height
from twauth_gui.gui.time_format import format_ago, format_ago_spoken, format_day


class InformationCard(Card):
    """User ID, sign-in, access, app and API host, to read and copy."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, Text] = {}
        self._labels: dict[str, Text] = {}
        grid = QGridLayout()
        grid.setContentsMargins(16, 11, 16, 11)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for line, name in enumerate(("User ID", "Signed in", "Access", "App", "API host")):
            label = ValueName(name)
            grid.addWidget(label, line, 0)
            value = ElidedLabel("")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(value, line, 1)
            self._values[name] = value
            self._labels[name] = label
        holder = QWidget()
        holder.setLayout(grid)
        self.body.addWidget(holder)

    def show_account(self, account: Account, app_label: str, host: str, now: datetime) -> None:
        """Fill in the values; an empty one is left out."""
        access = _capitalize(account.access.label) if account.access else "Not known yet"
        texts = {
            "User ID": account.known_user_id or "Not known yet",
            "Signed in": f"{_capitalize(format_day(account.signed_in_at, now))}, "
            f"{account.method.phrase}",
            "Access": access,
            "App": app_label,
            "API host": host,
        }
        for name, text in texts.items():
            self._values[name].setText(text)
            self._values[name].setVisible(bool(text))
            self._labels[name].setVisible(bool(text))


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


_TITLES = {
    HealthState.READ_ONLY: "This sign-in can only read",
    HealthState.REVOKED: "X no longer accepts these credentials",
    HealthState.SUSPENDED: "X has suspended this account",
    HealthState.LOCKED_BY_X: "X has locked this account",
    HealthState.APP_PROBLEM: "X refuses the app of this account",
    HealthState.CREDENTIAL_MISSING: "The credentials are not in the keychain",
}
_ADVICE = {
    HealthState.SUSPENDED: "Sign in on x.com as {handle} to see why, and to appeal.",
    HealthState.LOCKED_BY_X: "Sign in on x.com as {handle} and do what X asks there.",
    HealthState.APP_PROBLEM: "Checking the app shows what to change.",
}


class HealthFix(Enum):
    """What helps in a state of health, by the text of its button."""

    CHECK = "Check now"
    SIGN_IN = "Sign in again"
    OPEN_X = "Open x.com"
    CHECK_APP = "Check this app"


_FIXES = {
    HealthState.READ_ONLY: HealthFix.SIGN_IN,
    HealthState.REVOKED: HealthFix.SIGN_IN,
    HealthState.CREDENTIAL_MISSING: HealthFix.SIGN_IN,
    HealthState.SUSPENDED: HealthFix.OPEN_X,
    HealthState.LOCKED_BY_X: HealthFix.OPEN_X,
    HealthState.APP_PROBLEM: HealthFix.CHECK_APP,
}


class HealthCard(QWidget):
    """The account's health: a card while all is well, a banner if something has to be done.

    Signals:
        fix_requested: a button was pressed; carries its HealthFix.
    """

    fix_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = HealthMark(Severity.UNKNOWN, 16)
        self._title = Text("", strong=True)
        self._line = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._note = Text("", style=TextStyle.SMALL, role="text-3", wrap=True)
        self._check = secondary_button("Check now", size=ButtonSize.SMALL)
        self._check.clicked.connect(partial(self.fix_requested.emit, HealthFix.CHECK))
        self._check_again = secondary_button("Check now", size=ButtonSize.SMALL)
        self._check_again.clicked.connect(partial(self.fix_requested.emit, HealthFix.CHECK))
        self._fix = HealthFix.SIGN_IN
        self._checking: AccountId | None = None
        self._banner = Banner(Severity.BROKEN, "", second=self._check_again)
        self._banner.button.set_kind(ButtonKind.PRIMARY)
        self._banner.pressed.connect(lambda: self.fix_requested.emit(self._fix))
        self._calm = self._build_calm()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._calm)
        column.addWidget(self._banner)

    def _build_calm(self) -> Card:
        card = Card()
        card.setMinimumHeight(scale_height(60, TextStyle.BODY, TextStyle.SMALL))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._title)
        texts.addWidget(self._line)
        texts.addWidget(self._note)
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addLayout(texts, 1)
        row.addWidget(self._check)
        card.body.addLayout(row)
        return card

    def set_check_possible(self, *, possible: bool) -> None:
        """Hide or disable what needs the keychain while that cannot be read."""
        self._check.setVisible(possible)
        self._check_again.setEnabled(possible)
        self._banner.button.setEnabled(possible or self._fix is HealthFix.OPEN_X)

    def show_account(self, account: Account, now: datetime, cost: str, *, checking: bool) -> None:
        """Show what the last check found, when, and what to do.

        cost: what X charges for a check, in words.
        """
        health = account.health
        calm = health.state not in _TITLES
        self._calm.setVisible(calm)
        self._banner.setVisible(not calm)
        if calm:
            self._mark.set_severity(Severity.BUSY if checking else health.severity)
            self._title.setText("Checking" if checking else health.label)
            self._line.setText(_calm_text(account, now))
            works = health.state is HealthState.WORKING
            note = f"{CREDITS_NOT_CHECKED if works else ''} {cost}".strip()
            self._note.setText(note)
            self._note.setVisible(bool(note))
        else:
            self._show_banner(account, now, checking=checking)
        self._announce_result(account.id, checking=checking)

    def _announce_result(self, account_id: AccountId, *, checking: bool) -> None:
        """Have a screen reader say what a check has found, once it has ended."""
        if self._checking == account_id and not checking:
            calm = f"{self._title.text()}. {self._line.text()}"
            announce(self, calm if self._calm.isVisibleTo(self) else self._banner.accessibleName())
        self._checking = account_id if checking else None

    def _show_banner(self, account: Account, now: datetime, *, checking: bool) -> None:
        health = account.health
        self._fix = _FIXES[health.state]
        advice = _ADVICE.get(health.state, "").format(handle=account.at_handle)
        noticed = f"Noticed {format_ago_spoken(health.at, now)}." if health.at else ""
        failed = _failed_check_text(health, now).strip()
        texts = (health.reason, advice, noticed, failed)
        self._banner.set_severity(health.severity)
        self._banner.set_texts(
            _TITLES[health.state],
            "Asking X now." if checking else " ".join(one for one in texts if one),
            self._fix.value,
        )


def _calm_text(account: Account, now: datetime) -> str:
    health = account.health
    failed = _failed_check_text(health, now)
    if health.at is None:
        return failed.strip() or "Check it once to see what it may do."
    checked = f"Checked {format_ago_spoken(health.at, now)}.{failed}"
    if health.state is HealthState.CANNOT_TELL:
        return f"{health.reason} {checked}".strip()
    can = (
        f"Can {account.access.label.replace('read only', 'only read')}. " if account.access else ""
    )
    return f"{can}{checked}"


def _failed_check_text(health: Health, now: datetime) -> str:
    """Say that a later check did not reach X, and why; "" if there was none."""
    failed = health.failed_check
    if failed is None:
        return ""
    return f" The last check, {format_ago_spoken(failed.at, now)}, failed: {failed.reason}"


_EVENT_ICONS = {
    AccountEventKind.SIGNED_IN: "log-in",
    AccountEventKind.SIGNED_IN_AGAIN: "log-in",
    AccountEventKind.IMPORTED: "download",
    AccountEventKind.CHECKED: "rotate-cw",
    AccountEventKind.REVEALED: "eye",
    AccountEventKind.COPIED: "copy",
    AccountEventKind.EXPORTED: "upload",
    AccountEventKind.REVOKED: "unlink",
    AccountEventKind.RENEWED: "refresh-cw",
    AccountEventKind.CHANGED: "info",
}


_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class HistoryCard(Card):
    """The account's last events, newest first: one Tab stop, with arrow keys from row to row.

    Signals:
        copy_requested: carries the lines to copy.
    """

    copy_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__("History")
        self._events: list[AccountEvent] = []
        self._now = datetime.now().astimezone()
        self._rows: list[_HistoryRow] = []
        self._shown: list[tuple[AccountEventKind, str, str]] | None = None
        self.body.setContentsMargins(0, 0, 0, 8)

    def show_events(self, events: Sequence[AccountEvent], now: datetime) -> None:
        """Show these events in the rows that exist: new ones would be styled and laid out again."""
        texts = [(event.kind, event.text, format_ago(event.at, now)) for event in events]
        self._events, self._now = list(events), now
        if texts == self._shown:
            return  # a snapshot comes every second while all accounts are checked
        self._shown = texts
        while len(self._rows) < len(texts):
            row = _HistoryRow(is_tab_stop=not self._rows)
            row.menu_requested.connect(partial(self._open_menu, len(self._rows)))
            row.moved.connect(partial(self._move_focus, len(self._rows)))
            self._rows.append(row)
            self.body.addWidget(row)
        for row, words in zip(self._rows, texts, strict=False):
            row.show_event(*words)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(texts))
        if self._rows and not any(row.is_tab_stop for row in self._rows[: len(texts)]):
            self._rows[0].set_tab_stop(on=True)
        self.setVisible(bool(texts))

    def _move_focus(self, number: int, step: int) -> None:
        if 0 <= number + step < len(self._events):
            self._rows[number].set_tab_stop(on=False)
            self._rows[number + step].set_tab_stop(on=True)
            self._rows[number + step].setFocus(Qt.FocusReason.OtherFocusReason)
            scroll_into_view(self._rows[number + step])

    def _open_menu(self, number: int, place: QPoint) -> None:
        lines = [self._line(event) for event in self._events]
        copy_one = partial(self.copy_requested.emit, lines[number])
        copy_all = partial(self.copy_requested.emit, "\n".join(lines))
        offers = [
            ActionOffer("copy", "Copy line", "Copy line", "copy", copy_one),
            ActionOffer("copy-all", "Copy all lines", "Copy all lines", "file-text", copy_all),
        ]
        open_action_menu(self._rows[number], "Actions on the history", offers, place)

    def _line(self, event: AccountEvent) -> str:
        return f"{event.at.astimezone(self._now.tzinfo):%Y-%m-%d %H:%M}  {event.text}"


class _HistoryRow(QFrame):
    """One event: its icon, what happened, and when.

    Signals:
        menu_requested: carries the menu's place on the screen.
        moved: an arrow key was pressed; carries 1 or -1 rows.
    """

    menu_requested = Signal(QPoint)
    moved = Signal(int)

    def __init__(self, *, is_tab_stop: bool) -> None:
        super().__init__()
        self.set_tab_stop(on=is_tab_stop)
        self._ring = FocusRing(self)
        self._icon = IconLabel("", "text-3", 14)
        self._what = ElidedLabel("")
        self._when = Text("", style=TextStyle.SMALL, role="text-3")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._what, 1)
        row.addWidget(self._when)

    @property
    def is_tab_stop(self) -> bool:
        return self.focusPolicy() is Qt.FocusPolicy.StrongFocus

    def set_tab_stop(self, *, on: bool) -> None:
        """Let Tab reach this row, or the arrow keys alone."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)

    def show_event(self, kind: AccountEventKind, what: str, when: str) -> None:
        self._icon.set_icon(_EVENT_ICONS[kind])
        self._what.setText(what)
        self._when.setText(when)
        self.setAccessibleName(f"{what}, {when}")

    @override
    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        self.menu_requested.emit(menu_place(self, event))

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(step)
