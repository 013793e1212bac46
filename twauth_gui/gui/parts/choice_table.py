"""A table of what can be done: check boxes, apps to choose, one height for every row."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.choice_table_delegate import (
    ChoiceTableDelegate,
    TableForm,
    lay_out_cell,
)
from twauth_gui.gui.parts.choice_table_model import ROW_ROLE, ChoiceTableModel, Column
from twauth_gui.gui.parts.choice_table_row import TableRow
from twauth_gui.gui.parts.item_views import paint_elided
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    L,
    M,
    S,
    TextStyle,
    line_height,
    scale_height,
    text_font,
)

_LONGEST_PLACE = 240
_DETAIL_LINES = 2
_HEADER_HEIGHT = 36
_APP_SHARE, _STATUS_SHARE, _REASON_SHARE = 0.24, 0.34, 0.5
_STACK_BELOW = 76  # in characters
_SHOWN_ROWS = 4
_Key = Qt.Key
_CHOICE_KEYS = {_Key.Key_Return, _Key.Key_Enter, _Key.Key_F2}


_SelectionFlag = QItemSelectionModel.SelectionFlag
_ONLY_THIS_ROW = _SelectionFlag.ClearAndSelect | _SelectionFlag.Rows


class ChoiceTableHeader(QHeaderView):
    """The titles of the columns. text_left: where the first one begins, in pixels."""

    def __init__(self, parent: QWidget, text_left: int) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.text_left = text_left
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(0)
        self.viewport().setAutoFillBackground(False)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int, /) -> None:
        look = look_of(self)
        painter.save()
        edge = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(edge, look.colour("line"))
        painter.setFont(text_font(TextStyle.SMALL, strong=True))
        painter.setPen(look.colour("text-2"))
        left = self.text_left if logicalIndex == Column.ITEM else 0
        title = self.model().headerData(logicalIndex, Qt.Orientation.Horizontal)
        paint_elided(painter, rect.adjusted(left, 0, -M, 0), str(title))
        painter.restore()


class ChoiceTable(QTableView):
    """Rows to choose from. Space toggles check boxes, Enter opens the choice of app.

    has_choices: whether its rows have check boxes and apps.

    Signals:
        choice_requested: an app is to be chosen for the selected rows; carries where the current
            one has its app, on screen.
        row_changed: another row is the current one; carries it, or None.
    """

    choice_requested = Signal(QRect)
    row_changed = Signal(object)

    def __init__(self, rows: ChoiceTableModel, name: str, *, has_choices: bool = True) -> None:
        super().__init__()
        self.rows = rows
        self._has_choices = has_choices
        self._delegate = ChoiceTableDelegate(self)
        self.setAccessibleName(name)
        self.setItemDelegate(self._delegate)
        self.setHorizontalHeader(
            ChoiceTableHeader(self, TableForm(has_choices=has_choices).text_left)
        )
        self.setModel(rows)
        self._configure()
        self.selectionModel().currentRowChanged.connect(self._emit_row)
        rows.modelReset.connect(self._on_reset)
        rows.dataChanged.connect(self._emit_row)

    def selected_rows(self) -> list[TableRow]:
        """Return the selected rows, from the top."""
        indexes = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        return [self.rows.rows[index.row()] for index in indexes]

    def current_row(self) -> TableRow | None:
        row = self.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, TableRow) else None

    def select_number(self, number: int) -> None:
        """Make the row with this number the current and only selected one."""
        if 0 <= number < len(self.rows.rows):
            # selectRow() would add to the selection while Ctrl or Shift is held, as in Ctrl+V.
            self.selectionModel().setCurrentIndex(
                self.rows.index(number, Column.ITEM), _ONLY_THIS_ROW
            )

    def select_row(self, row: TableRow) -> None:
        """Make a row the current and only selected one, and scroll to it."""
        self.select_number(self.rows.number_of(row))

    def show_choice(self) -> None:
        """Ask for the app of the selected rows, below the current one."""
        area = self.choice_area(self.currentIndex().row())
        area.moveTo(self.viewport().mapToGlobal(area.topLeft()))
        self.choice_requested.emit(area)

    def choice_area(self, number: int) -> QRect:
        """Return where the app of a row is, in the viewport's pixels."""
        column = Column.ITEM if self._delegate.form.is_stacked else Column.APP
        area = self.visualRect(self.rows.index(number, column))
        return lay_out_cell(area, column, self._delegate.form).app

    def _configure(self) -> None:
        behaviour = QAbstractItemView
        self.setSelectionBehavior(behaviour.SelectionBehavior.SelectRows)
        self.setSelectionMode(behaviour.SelectionMode.ExtendedSelection)
        self.setEditTriggers(behaviour.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(behaviour.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.viewport().setAutoFillBackground(False)  # it is on a card
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        self.setPalette(palette)  # else the style paints the selection, too
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._lay_out()

    # -- geometry ----------------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange}:
            self._lay_out()

    def _lay_out(self) -> None:
        """Share the width among the columns, or put everything into the first one."""
        width = self.viewport().width()
        self._lay_out_in(width)
        if self.viewport().width() != width:  # a scroll bar came or went, which Qt does not tell
            self._lay_out_in(self.viewport().width())

    def _lay_out_in(self, width: int) -> None:
        characters = width / max(1, self.fontMetrics().averageCharWidth())
        stacked = characters < _STACK_BELOW
        form = self._delegate.form = TableForm(stacked, self._has_choices)
        self.setColumnHidden(Column.APP, stacked or not self._has_choices)
        self.setColumnHidden(Column.STATUS, stacked)
        self.horizontalHeader().setVisible(not stacked)
        self.horizontalHeader().setFixedHeight(scale_height(_HEADER_HEIGHT, TextStyle.SMALL))
        height = form.row_height
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(height)
        app = 0 if stacked or not self._has_choices else round(width * _APP_SHARE)
        share = _STATUS_SHARE if self._has_choices else _REASON_SHARE
        status = 0 if stacked else round(width * share)
        self.setColumnWidth(Column.ITEM, width - app - status)
        self.setColumnWidth(Column.APP, app)
        self.setColumnWidth(Column.STATUS, status)
        self.setMinimumHeight(min(_SHOWN_ROWS * height, 240))
        self.viewport().update()

    # -- mouse and keyboard ------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        row = self.current_row()
        alt_down = (
            event.key() == _Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if event.key() == _Key.Key_Space:
            self._toggle_selected()
        elif row is not None and row.has_app_choice and (alt_down or event.key() in _CHOICE_KEYS):
            self.show_choice()
        else:
            super().keyPressEvent(event)

    @override
    def moveCursor(
        self,
        cursorAction: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
        /,
    ) -> QModelIndex:
        """Go to the first and the last row with Home and End, as in a list."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self.rows.rowCount() - 1,
        }
        if cursorAction in ends:
            return self.rows.index(ends[cursorAction], self.currentIndex().column())
        return super().moveCursor(cursorAction, modifiers)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            self._click(index, event.position().toPoint())

    def _click(self, index: QModelIndex, place: QPoint) -> None:
        row = self.rows.rows[index.row()]
        column = Column(index.column())
        cell = lay_out_cell(self.visualRect(index), column, self._delegate.form)
        if row.has_app_choice and cell.app.contains(place):
            self.show_choice()
        elif row.is_checkable and cell.check.adjusted(-M, -M, M, M).contains(place):
            self.rows.check([row], on=not row.is_checked)

    def _toggle_selected(self) -> None:
        """Check the selected rows, or clear them if the current one is checked."""
        row = self.current_row()
        if row is None:
            return
        if row.has_app_choice and not row.is_checkable:
            self.show_choice()
            return
        chosen = [one for one in self.selected_rows() if one.is_checkable]
        self.rows.check(chosen, on=not row.is_checked)

    @override
    def viewportEvent(self, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._hover(-1)
        elif isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseMove:
            self._hover(self.indexAt(event.position().toPoint()).row())
        return super().viewportEvent(event)

    def _hover(self, number: int) -> None:
        if number != self._delegate.hovered_row:
            self._delegate.hovered_row = number
            self.viewport().update()

    def _on_reset(self) -> None:
        self._delegate.hovered_row = -1
        self._lay_out()
        self._emit_row()

    def _emit_row(self, *_: object) -> None:
        self.row_changed.emit(self.current_row())


class ChoiceTableCard(Card):
    """A table with the line of a card around it; below it, all of what its row cuts off."""

    def __init__(self, table: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.addWidget(table, 1)
        self._detail = Text(style=TextStyle.SMALL, role="text-2", wrap=True)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._detail.setMinimumHeight(_DETAIL_LINES * line_height(TextStyle.SMALL))
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(L, S, L, S)
        column.addWidget(self._detail)
        self.add_row(foot)

    def show_row(self, row: TableRow | None) -> None:
        """Show the place and the reason of a row in full."""
        if row is None:
            self._detail.clear()
            return
        lines = (_shorten(row.place), f"{row.status.reason} {row.notes}".strip())
        self._detail.setText("\n".join(line for line in lines if line))


def _shorten(place: str) -> str:
    if len(place) <= _LONGEST_PLACE:
        return place
    half = _LONGEST_PLACE // 2
    return f"{place[:half]}…{place[-half:]}"
