"""The account list filtered by section and search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import QModelIndex, QObject, QSortFilterProxyModel

from twauth_gui.gui.accounts.account_list_model import AccountListModel
from twauth_gui.gui.accounts.account_query import (
    AccountQuery,
    QueryOperator,
    QueryTerm,
    make_exact_term,
)
from twauth_gui.gui.accounts.account_row import AccountRow


class SectionKind(Enum):
    """The sections of the sidebar."""

    ALL = "all"
    ATTENTION = "attention"
    SIGNING_IN = "signing-in"
    APP = "app"
    SAVED = "saved filter"


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the sidebar. name, query: of a saved filter."""

    kind: SectionKind
    app_id: str = ""
    name: str = ""
    query: AccountQuery = field(default_factory=AccountQuery)

    def select(self, rows: Iterable[AccountRow]) -> list[AccountRow]:
        """Return the rows that belong to the section, in their order."""
        if self.kind is SectionKind.ATTENTION:
            return [row for row in rows if row.needs_attention]
        if self.kind is SectionKind.SIGNING_IN:
            return [row for row in rows if row.pending_sign_in is not None]
        if self.kind is SectionKind.APP:
            return [row for row in rows if row.app_id == self.app_id]
        return self.query.select(rows)


ALL = Section(SectionKind.ALL)
ATTENTION = Section(SectionKind.ATTENTION)
SIGNING_IN = Section(SectionKind.SIGNING_IN)


def app_section(app_id: str) -> Section:
    """Return the section of one app."""
    return Section(SectionKind.APP, app_id)


def saved_section(name: str, query: AccountQuery) -> Section:
    """Return the section of a saved filter."""
    return Section(SectionKind.SAVED, name=name, query=query)


class AccountFilter(QSortFilterProxyModel):
    """What the view shows: the rows of a section that match a search.

    The source selects and sorts: for 10,000 rows that is one pass in Python. This class passes
    the rows through unchanged, so that a view that lays out all of them calls no Python.
    """

    def __init__(self, source: AccountListModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._section = ALL
        self._query = AccountQuery()
        self._section_rows: tuple[Sequence[AccountRow], list[AccountRow]] = ((), [])
        self.setSourceModel(source)
        source.select_rows(self._select)

    @property
    def section(self) -> Section:
        return self._section

    @property
    def query(self) -> AccountQuery:
        return self._query

    def set_query(self, query: AccountQuery) -> None:
        if query != self._query:
            self._query = query
            self._source.select_rows(self._select)

    def set_section(self, section: Section) -> None:
        if section != self._section:
            self._section = section
            self._section_rows = ((), [])
            self._source.select_rows(self._select)

    def index_of(self, row_id: str) -> QModelIndex:
        """Return the index of an id; an invalid one if it is not shown."""
        place = self._source.row_number_of(row_id)
        return QModelIndex() if place < 0 else self.index(place, 0)

    def visible_rows(self) -> Sequence[AccountRow]:
        """Return the shown rows from top to bottom."""
        return self._source.rows

    def has_account(self) -> bool:
        """Whether an account is shown; pending sign-ins do not count."""
        return any(row.account is not None for row in self._source.rows)

    def combined_query(self) -> AccountQuery:
        """Return the query that finds, among all accounts, what is shown."""
        section = self._section
        if section.kind is SectionKind.APP:
            labels = [row.app_label for row in self._rows_of_section(self._source.all_rows)[:1]]
            terms = tuple(make_exact_term(QueryOperator.APP, label) for label in labels)
            return AccountQuery(terms=terms).joined_with(self._query)
        states = {SectionKind.ATTENTION: "attention", SectionKind.SIGNING_IN: "signing-in"}
        if section.kind in states:
            term = QueryTerm(QueryOperator.IS, states[section.kind])
            return AccountQuery(terms=(term,)).joined_with(self._query)
        return section.query.joined_with(self._query)

    def section_size(self) -> int:
        """Return how many rows the section has, whether they match the search or not."""
        return len(self._rows_of_section(self._source.all_rows))

    def _select(self, rows: Sequence[AccountRow]) -> list[AccountRow]:
        return self._query.select(self._rows_of_section(rows))

    def _rows_of_section(self, rows: Sequence[AccountRow]) -> list[AccountRow]:
        """Return them; while a search is typed they stay the same."""
        if self._section_rows[0] is not rows:
            self._section_rows = (rows, self._section.select(rows))
        return self._section_rows[1]
