"""The history says what happened; its lines are reworded, not made anew."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QWidget

from tests.gui.sample_rows import NOW
from tests.support.qt import PartWindow
from twauth_gui.domain.accounts import AccountEvent, AccountEventKind, AccountId
from twauth_gui.gui.detail.account_cards import HistoryCard
from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def an_event(kind: AccountEventKind, text: str, minutes: int) -> AccountEvent:
    return AccountEvent(AccountId("one"), kind, NOW - timedelta(minutes=minutes), text)


def lines(card: HistoryCard) -> list[str]:
    named = [one for one in card.findChildren(QWidget) if ", " in one.accessibleName()]
    return [one.accessibleName() for one in named if one.isVisibleTo(card)]


def test_lines_follow_the_events(look: Look, qtbot: QtBot) -> None:
    card = HistoryCard()
    window = PartWindow(look, card)
    qtbot.addWidget(window)
    card.show_events([], NOW)
    assert card.isHidden()
    signed_in = an_event(AccountEventKind.SIGNED_IN, "Signed in", 5)
    checked = an_event(AccountEventKind.CHECKED, "Checked: working", 0)
    card.show_events([checked, signed_in], NOW)
    assert lines(card) == ["Checked: working, Just now", "Signed in, 5 min ago"]
    before = card.findChildren(QLabel)
    card.show_events([checked, signed_in], NOW + timedelta(minutes=2))
    assert lines(card) == ["Checked: working, 2 min ago", "Signed in, 7 min ago"]
    assert card.findChildren(QLabel) == before
    card.show_events([signed_in], NOW)
    assert lines(card) == ["Signed in, 5 min ago"]
