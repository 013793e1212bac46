"""The view of the account list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView
from typing_extensions import override

from twauth_gui.gui.accounts.account_delegate import AccountDelegate
from twauth_gui.gui.accounts.account_filter import AccountFilter
from twauth_gui.gui.accounts.account_list_model import AccountRole
from twauth_gui.gui.accounts.row_style import Density

_EDGE = 4


class AccountListView(QListView):
    """The list of accounts.

    Signals:
        selection_changed: carries the selected ids.
        opened: a row was double-clicked, or Enter was pressed on it; carries its id.
        menu_requested: open the menu of the selected rows; carries its place on the screen.
    """

    selection_changed = Signal(list)
    opened = Signal(str)
    menu_requested = Signal(QPoint)

    def __init__(self, rows: AccountFilter) -> None:
        super().__init__()
        self._filter = rows
        self._selected: list[str] = []
        self._delegate = AccountDelegate(self)
        self.setModel(rows)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Accounts"))
        self._configure()
        self.selectionModel().selectionChanged.connect(self._emit_selection)
        # After the selection's own slot, which forgets it.
        rows.modelReset.connect(self._restore_selection)
        self.activated.connect(self._emit_opened)

    @property
    def row_height(self) -> int:
        return self._delegate.row_height()

    def set_density(self, density: Density) -> None:
        anchor = self._anchor_row()
        self._delegate.set_density(density)
        self._delegate.update_stacking(self.viewport().width())
        self._lay_out(anchor)

    def selected_ids(self) -> list[str]:
        """Return the ids of the selected rows, from top to bottom."""
        chosen = sorted(self.selectionModel().selectedIndexes(), key=QModelIndex.row)
        return [str(index.data(AccountRole.ID)) for index in chosen]

    def select_row(self, row_id: str) -> bool:
        """Select one row alone and scroll to it; return whether it is in the list."""
        index = self._filter.index_of(row_id)
        if not index.isValid():
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)
        return True

    def select_first(self) -> None:
        """Select the first row, and scroll to the top."""
        rows = self._filter.visible_rows()
        if rows:
            self.select_row(rows[0].id)
            self.scrollToTop()

    def set_highlight(self, words: Sequence[str]) -> None:
        """Mark these case-folded words wherever a row has them."""
        self._delegate.set_highlight(words)
        self.viewport().update()

    def select_rows(self, row_ids: Sequence[str]) -> None:
        """Select these rows alone, as far as they are in the list, and scroll to the first."""
        indexes = [self._filter.index_of(one) for one in row_ids]
        found = QItemSelection()
        for index in indexes:
            if index.isValid():
                found.select(index, index)
        if not found.isEmpty():
            self.selectionModel().select(found, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            first = min(found.indexes(), key=QModelIndex.row)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)

    def scroll_to_selected(self) -> None:
        """Scroll to the selected row, after others have come or gone."""
        index = self._selected_index()
        if index.isValid():
            self.scrollTo(index)

    def select_near(self, row_number: int) -> None:
        """Select the row that has this number now, else the last one; headings count."""
        rows = self._filter.visible_rows()
        places = [self._filter.index_of(row.id).row() for row in rows]
        near = next((i for i, place in enumerate(places) if place >= row_number), len(rows) - 1)
        if rows:
            self.select_row(rows[near].id)

    @override
    def dataChanged(
        self,
        topLeft: QModelIndex | QPersistentModelIndex,
        bottomRight: QModelIndex | QPersistentModelIndex,
        /,
        roles: Sequence[int] = (),
    ) -> None:
        # QListView's own lays out every row again, and paints all that are visible, for each
        # change anywhere. The rows are equally high whatever they contain.
        QAbstractItemView.dataChanged(self, topLeft, bottomRight, roles)

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        anchor = self._anchor_row()
        changed = self._delegate.update_stacking(self.viewport().width())
        super().resizeEvent(event)
        if changed:
            self._lay_out(anchor)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            if self.indexAt(event.pos()).isValid():
                self.menu_requested.emit(event.globalPos())
            return
        index = self._selected_index()
        if index.isValid():
            self.scrollTo(index)
            corner = self.visualRect(index).bottomLeft()
            self.menu_requested.emit(self.viewport().mapToGlobal(corner))

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {
            QEvent.Type.ApplicationFontChange,
            QEvent.Type.ApplicationPaletteChange,
            QEvent.Type.StyleChange,
        }:
            self._refresh()

    def _configure(self) -> None:
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(0, _EDGE, 0, _EDGE)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _refresh(self) -> None:
        anchor = self._anchor_row()
        self._delegate.refresh()
        self._delegate.update_stacking(self.viewport().width())
        self._lay_out(anchor)

    # -- keeping a row in place when the row height changes ----------------------------------------

    def _selected_index(self) -> QModelIndex:
        """Return the current row if it is selected, else the first selected one."""
        current = self.currentIndex()
        if self.selectionModel().isSelected(current):
            return current
        return next(iter(self.selectionModel().selectedIndexes()), QModelIndex())

    def _anchor_row(self) -> tuple[QModelIndex, int]:
        """Return the selected row if visible, else the uppermost, and its top in pixels."""
        index = self._selected_index()
        if not self.viewport().rect().intersects(self.visualRect(index)):
            index = self.indexAt(self.viewport().rect().topLeft())
        return index, self.visualRect(index).top()

    def _lay_out(self, anchor: tuple[QModelIndex, int]) -> None:
        """Lay out all rows again, and scroll so that the anchor row stays in place."""
        index, top = anchor
        self.doItemsLayout()
        if index.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).top() - top)
            if self.selectionModel().isSelected(index):
                self.scrollTo(index)
        self.viewport().update()

    def _emit_selection(self) -> None:
        selected = self.selected_ids()
        if selected != self._selected:
            self._selected = selected
            self.selection_changed.emit(selected)

    def _restore_selection(self) -> None:
        """Select again, after a search, what was selected and is still shown."""
        indexes = [self._filter.index_of(row_id) for row_id in self._selected]
        selection = QItemSelection()
        for index in indexes:
            if index.isValid():
                selection.select(index, index)
        if selection.isEmpty():
            if self._selected:
                self._emit_selection()
            return
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(selection.indexes()[0], flags.NoUpdate)
        self.selectionModel().select(selection, flags.Select)

    def _emit_opened(self, index: QModelIndex) -> None:
        self.opened.emit(str(index.data(AccountRole.ID)))
