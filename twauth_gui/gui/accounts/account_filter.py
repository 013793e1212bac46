"""The account list filtered by section and search words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel
from typing_extensions import override

from twauth_gui.gui.accounts.account_list_model import AccountListModel
from twauth_gui.gui.accounts.account_row import AccountRow


class SectionKind(Enum):
    ALL = "all"
    ATTENTION = "attention"
    SIGNING_IN = "signing-in"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the sidebar."""

    kind: SectionKind
    app_id: str = ""

    def includes(self, row: AccountRow) -> bool:
        if self.kind is SectionKind.ATTENTION:
            return row.needs_attention
        if self.kind is SectionKind.SIGNING_IN:
            return row.pending_sign_in is not None
        return self.kind is SectionKind.ALL or row.app_id == self.app_id


ALL = Section(SectionKind.ALL)
ATTENTION = Section(SectionKind.ATTENTION)
SIGNING_IN = Section(SectionKind.SIGNING_IN)


def app_section(app_id: str) -> Section:
    """Return the section of one app."""
    return Section(SectionKind.APP, app_id)


class AccountFilter(QSortFilterProxyModel):
    """Shows the rows of a section that contain every search word, in any case.

    The order is the source's: sorting 10,000 rows there takes one Python sort, sorting here
    would take a call back into Python for each comparison.
    """

    def __init__(self, source: AccountListModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._section = ALL
        self._words: tuple[str, ...] = ()
        self.setSourceModel(source)

    def set_search(self, text: str) -> None:
        words = tuple(text.casefold().split())
        if words != self._words:
            self.beginFilterChange()
            self._words = words
            self.endFilterChange()

    def set_section(self, section: Section) -> None:
        if section != self._section:
            self.beginFilterChange()
            self._section = section
            self.endFilterChange()

    def index_of(self, row_id: str) -> QModelIndex:
        """Return the index of an id; an invalid one if it is not shown."""
        place = self._source.row_number_of(row_id)
        if place < 0:
            return QModelIndex()
        return self.mapFromSource(self._source.index(place))

    @property
    def section(self) -> Section:
        return self._section

    def has_account(self) -> bool:
        """Whether an account is shown; pending sign-ins do not count."""
        rows = self._source.rows
        return any(row.account is not None and self._accepts(row) for row in rows)

    def visible_rows(self) -> list[AccountRow]:
        """Return the shown rows from top to bottom, without a call into Qt for each."""
        return [row for row in self._source.rows if self._accepts(row)]

    @override
    def filterAcceptsRow(
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex, /
    ) -> bool:
        return self._accepts(self._source.rows[source_row])

    def _accepts(self, row: AccountRow) -> bool:
        if not self._section.includes(row):
            return False
        return all(word in row.search_text for word in self._words)
