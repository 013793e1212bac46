"""One explanation as a card: the diagnosis, what tells of it, and what else was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.diagnosis_view import DiagnosisView
from twauth_gui.gui.parts.link_button import LinkButton
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import XS, L, M, S, Type
from twauth_gui.services.explain_error import Explanation


class ExplanationCard(Card):
    """The first explanation in full, the others with a line each.

    Signals:
        account_wanted: show this account; carries its id.
    """

    account_wanted = Signal(str)

    def __init__(self, first: Explanation, others: Sequence[Explanation]) -> None:
        super().__init__()
        self.setAccessibleName("Explanation")
        self.add_row(self._first(first))
        if others:
            self.add_row(_rest(others))

    def _first(self, one: Explanation) -> QWidget:
        row, column = _row()
        column.addWidget(DiagnosisView(one.diagnosis, with_title=True))
        details = QVBoxLayout()
        details.setSpacing(XS)
        for words in _details(one):
            details.addWidget(Text(words, type=Type.SMALL, role="text-3", wrap=True))
        column.addLayout(details)
        if one.account is not None:
            account = one.account
            link = LinkButton(f"Show {account.at_handle}")
            link.clicked.connect(lambda: self.account_wanted.emit(account.id))
            column.addWidget(link)
        return row


def _details(one: Explanation) -> Iterator[str]:
    yield from one.hints
    if one.account is not None:
        yield f"About {one.account.at_handle} under {one.account.app}"
    elif one.app:
        yield f"About the app {one.app}"
    if one.said:
        yield f"X said: {one.said}"
    if one.facts:
        yield f"Understood: {one.facts}"


def _rest(others: Sequence[Explanation]) -> QWidget:
    row, column = _row(XS)
    column.addWidget(Text("Also in the text", type=Type.SMALL, strong=True))
    for one in others:
        facts = f" ({one.facts})" if one.facts else ""
        words = f"{one.diagnosis.title.rstrip('.')}{facts}"
        column.addWidget(Text(words, type=Type.SMALL, role="text-2", wrap=True))
    return row


def _row(spacing: int = S) -> tuple[QWidget, QVBoxLayout]:
    row = QWidget()
    column = QVBoxLayout(row)
    column.setContentsMargins(L, M, L, M)
    column.setSpacing(spacing)
    return row, column
