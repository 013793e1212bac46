"""What stands in place of the list if it has no rows: why, and the way on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.accounts.account_filter import Section, SectionKind
from twauth_gui.gui.accounts.account_query import AccountQuery
from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XXXL, M, S


class WayOn(Enum):
    """What the button does; the value: its text."""

    CLEAR_SEARCH = "Clear search"
    SEARCH_ALL = "Search all accounts"
    SHOW_ALL = "Show all accounts"
    ADD_ACCOUNT = "Add an account"


@dataclass(frozen=True, slots=True)
class EmptyReason:
    """One sentence on what is so, one line on why, and what the button does."""

    title: str
    text: str
    way_on: WayOn


_REASONS = {
    SectionKind.ATTENTION: EmptyReason(
        "Nothing needs attention.",
        "Accounts come here when a check finds a problem.",
        WayOn.SHOW_ALL,
    ),
    SectionKind.SIGNING_IN: EmptyReason(
        "No sign-in is waiting.",
        "A sign-in stays here from its beginning until X has approved it.",
        WayOn.ADD_ACCOUNT,
    ),
    SectionKind.APP: EmptyReason(
        "This app has no account yet.", "Sign a bot in to see it here.", WayOn.ADD_ACCOUNT
    ),
    SectionKind.ALL: EmptyReason(
        "There are no accounts yet.", "Sign a bot in to see it here.", WayOn.ADD_ACCOUNT
    ),
}


def explain_empty_list(section: Section, query: AccountQuery, text: str) -> EmptyReason:
    """Return why a list is empty. text: the search as typed, without its filters."""
    if section.kind is SectionKind.SAVED and not query:
        return EmptyReason(
            "No account matches this filter.", f"It asks for {section.query}.", WayOn.SHOW_ALL
        )
    if not query:
        return _REASONS[section.kind]
    wanted = text.strip() if text.strip() and not query.terms else str(query)
    if section.kind is SectionKind.ALL:
        why = "A search looks at handles, names, apps, tags, notes and user IDs."
        return EmptyReason(f"No account matches “{wanted}”.", why, WayOn.CLEAR_SEARCH)
    thing = "sign-in" if section.kind is SectionKind.SIGNING_IN else "account"
    why = "Only this part of the list was searched."
    return EmptyReason(f"No {thing} here matches “{wanted}”.", why, WayOn.SEARCH_ALL)


class EmptyList(QWidget):
    """The reason, with a button.

    Signals:
        chosen: the button was pressed; carries the WayOn.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._way_on = WayOn.SHOW_ALL
        self._title = Text("", strong=True, wrap=True, heading=True)
        self._text = Text("", role="text-2", wrap=True)
        self.button = secondary_button("")
        self.button.clicked.connect(lambda: self.chosen.emit(self._way_on))
        column = QVBoxLayout(self)
        column.setContentsMargins(XXXL, XXXL, XXXL, XXXL)
        column.setSpacing(0)
        column.addStretch(1)
        for text in (self._title, self._text):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(text)
            column.addSpacing(S)
        column.addSpacing(M - S)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def show_reason(self, reason: EmptyReason) -> None:
        self._title.setText(reason.title)
        self._text.setText(reason.text)
        self._way_on = reason.way_on
        self.button.setText(reason.way_on.value)
