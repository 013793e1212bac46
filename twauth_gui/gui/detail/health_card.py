"""The card that says how the account is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.check_cost import NOT_ABOUT_CREDITS
from twauth_gui.domain.health import Health, HealthState, Severity
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.health_mark import HealthMark
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type, fit
from twauth_gui.gui.when import ago_spoken

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
    """A quiet card while all is well, a banner where something needs a person.

    Signals:
        check_wanted, sign_in_wanted: the button was pressed.
    """

    check_wanted = Signal()
    sign_in_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = HealthMark(Severity.UNKNOWN, 16)
        self._title = Text("", strong=True)
        self._line = Text("", type=Type.SMALL, role="text-2", wrap=True)
        self._note = Text("", type=Type.SMALL, role="text-3", wrap=True)
        self._check = secondary_button("Check now", size=ButtonSize.SMALL)
        self._check.clicked.connect(self.check_wanted)
        self._fix = "check"
        self._banner = Banner(Severity.BROKEN, "")
        self._banner.pressed.connect(self._pressed)
        self._calm = self._build_calm()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._calm)
        column.addWidget(self._banner)

    def _build_calm(self) -> Card:
        card = Card()
        card.setMinimumHeight(fit(60, Type.BODY, Type.SMALL))
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
        """Take the button away while the keychain gives nothing out."""
        self._check.setVisible(possible)
        self._banner.button.setEnabled(possible)

    def show_account(self, account: Account, now: datetime, cost: str, *, checking: bool) -> None:
        """Say what the last check showed, when, and what to do.

        cost: what X bills for a check, in words.
        """
        health = account.health
        calm = health.state not in _TITLES
        self._calm.setVisible(calm)
        self._banner.setVisible(not calm)
        if calm:
            self._mark.set_severity(Severity.BUSY if checking else health.severity)
            self._title.setText("Checking" if checking else health.word)
            self._line.setText(_calm_line(account, now))
            works = health.state is HealthState.WORKING
            note = f"{NOT_ABOUT_CREDITS if works else ''} {cost}".strip()
            self._note.setText(note)
            self._note.setVisible(bool(note))
        else:
            self._show_banner(account, now, checking=checking)

    def _show_banner(self, account: Account, now: datetime, *, checking: bool) -> None:
        health = account.health
        self._fix = "sign-in" if health.state in _SIGN_IN_FIXES else "check"
        button = "Sign in again" if self._fix == "sign-in" else "Check now"
        noticed = f" Noticed {ago_spoken(health.at, now)}." if health.at else ""
        self._banner.set_severity(health.severity)
        self._banner.set_texts(
            _TITLES[health.state],
            "Asking X now."
            if checking
            else f"{health.reason}{noticed}{failed_check(health, now)}".strip(),
            button,
        )

    def _pressed(self) -> None:
        (self.sign_in_wanted if self._fix == "sign-in" else self.check_wanted).emit()


def _calm_line(account: Account, now: datetime) -> str:
    health = account.health
    failed = failed_check(health, now)
    if health.at is None:
        return failed.strip() or "Check it once to see what it may do."
    checked = f"Checked {ago_spoken(health.at, now)}.{failed}"
    if health.state is HealthState.CANNOT_TELL:
        return f"{health.reason} {checked}".strip()
    can = (
        f"Can {account.access.words.replace('read only', 'only read')}. " if account.access else ""
    )
    return f"{can}{checked}"


def failed_check(health: Health, now: datetime) -> str:
    """Say that a later check did not reach X, and why; "" where there was none."""
    failed = health.failed_check
    if failed is None:
        return ""
    return f" The last check, {ago_spoken(failed.at, now)}, failed: {failed.reason}"
