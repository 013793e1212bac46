"""Cards of an account's page: health, information, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account, AccountEvent, AccountEventKind
from twauth_gui.domain.check_cost import CREDITS_NOT_CHECKED
from twauth_gui.domain.health import Health, HealthState, Severity
from twauth_gui.gui.detail.credential_values import ValueName
from twauth_gui.gui.parts.badges import HealthMark, IconLabel
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
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
_SIGN_IN_FIXES = {HealthState.REVOKED, HealthState.CREDENTIAL_MISSING, HealthState.READ_ONLY}


class HealthCard(QWidget):
    """The account's health: a card while all is well, a banner if something has to be done.

    Signals:
        check_requested, sign_in_requested: the button was pressed.
    """

    check_requested = Signal()
    sign_in_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = HealthMark(Severity.UNKNOWN, 16)
        self._title = Text("", strong=True)
        self._line = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._note = Text("", style=TextStyle.SMALL, role="text-3", wrap=True)
        self._check = secondary_button("Check now", size=ButtonSize.SMALL)
        self._check.clicked.connect(self.check_requested)
        self._fix = "check"
        self._banner = Banner(Severity.BROKEN, "")
        self._banner.pressed.connect(self._request_fix)
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
        """Hide the button while the keychain cannot be read."""
        self._check.setVisible(possible)
        self._banner.button.setEnabled(possible)

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

    def _show_banner(self, account: Account, now: datetime, *, checking: bool) -> None:
        health = account.health
        self._fix = "sign-in" if health.state in _SIGN_IN_FIXES else "check"
        button = "Sign in again" if self._fix == "sign-in" else "Check now"
        noticed = f" Noticed {format_ago_spoken(health.at, now)}." if health.at else ""
        self._banner.set_severity(health.severity)
        self._banner.set_texts(
            _TITLES[health.state],
            "Asking X now."
            if checking
            else f"{health.reason}{noticed}{_failed_check_text(health, now)}".strip(),
            button,
        )

    def _request_fix(self) -> None:
        (self.sign_in_requested if self._fix == "sign-in" else self.check_requested).emit()


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


class HistoryCard(Card):
    """The account's last events, newest first."""

    def __init__(self) -> None:
        super().__init__("History")
        self._rows: list[_HistoryRow] = []
        self._shown: list[tuple[AccountEventKind, str, str]] | None = None
        self.body.setContentsMargins(0, 0, 0, 8)

    def show_events(self, events: Sequence[AccountEvent], now: datetime) -> None:
        """Show these events in the rows that exist: new ones would be styled and laid out again."""
        texts = [(event.kind, event.text, format_ago(event.at, now)) for event in events]
        if texts == self._shown:
            return  # a snapshot comes every second while all accounts are checked
        self._shown = texts
        while len(self._rows) < len(texts):
            self._rows.append(_HistoryRow())
            self.body.addWidget(self._rows[-1])
        for row, words in zip(self._rows, texts, strict=False):
            row.show_event(*words)
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(texts))
        self.setVisible(bool(texts))


class _HistoryRow(QWidget):
    """One event: its icon, what happened, and when."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("", "text-3", 14)
        self._what = ElidedLabel("")
        self._when = Text("", style=TextStyle.SMALL, role="text-3")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._what, 1)
        row.addWidget(self._when)

    def show_event(self, kind: AccountEventKind, what: str, when: str) -> None:
        self._icon.set_icon(_EVENT_ICONS[kind])
        self._what.setText(what)
        self._when.setText(when)
        self.setAccessibleName(f"{what}, {when}")
