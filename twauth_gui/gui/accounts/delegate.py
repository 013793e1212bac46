"""The delegate that paints the list of accounts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from twauth_gui.gui.accounts.model import Role
from twauth_gui.gui.accounts.row import AccountRow
from twauth_gui.gui.accounts.row_painter import RowPainter, RowState
from twauth_gui.gui.accounts.row_style import Density, RowStyle
from twauth_gui.gui.theme.look import Look, current_look

_State = QStyle.StateFlag


class AccountDelegate(QStyledItemDelegate):
    """Holds one painter per look, font, density."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look: Look = current_look()
        self._density = Density.NORMAL
        self._stacked = False
        self._painter = RowPainter(self._look, RowStyle(self._density))

    def set_density(self, density: Density) -> None:
        self._density = density
        self.refresh()

    def refresh(self) -> None:
        """Forget what depends on theme or font; the view calls it when either changes."""
        self._look = current_look()
        self._painter = RowPainter(self._look, RowStyle(self._density, stacked=self._stacked))

    def fit_width(self, width: int) -> bool:
        """Stack the rows or not for a view of this width; True where that changed."""
        stacked = self._painter.style.must_stack(width)
        if stacked == self._stacked:
            return False
        self._stacked = stacked
        self.refresh()
        return True

    def row_height(self) -> int:
        return self._painter.style.height

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /
    ) -> QSize:
        return QSize(0, self._painter.style.height)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        /,
    ) -> None:
        row = index.data(Role.ROW)
        if not isinstance(row, AccountRow):
            return
        state = option.state
        met = RowState(
            hovered=bool(state & _State.State_MouseOver),
            selected=bool(state & _State.State_Selected),
            # Not State_Active: Qt clears that also where another widget of the window has focus.
            window_active=option.widget.isActiveWindow(),
            focused=bool(state & _State.State_HasFocus),
        )
        area = option.rect
        self._painter.paint(painter, area, row, when=str(index.data(Role.WHEN)), state=met)
