"""The delegate that paints the rows of a choice table."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from twauth_gui.gui.parts.choice_table_model import ROW_ROLE, Column
from twauth_gui.gui.parts.choice_table_row import RowStatus, TableRow
from twauth_gui.gui.parts.choices import paint_check
from twauth_gui.gui.parts.item_views import ModelIndex
from twauth_gui.gui.theme.look import Look, look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CARD,
    RADIUS_CONTROL,
    XS,
    L,
    M,
    S,
    TextStyle,
    line_height,
    scale_control_height,
    scale_height,
    scale_icon,
    text_font,
)
from twauth_gui.gui.theme.shapes import paint_outline, paint_rounded

_ROW_HEIGHT = 52
_STACKED_HEIGHT = 104
_SHORT_HEIGHT = 76
_CHECK = 16
_ICON = 14
_CHEVRON = 14
_CHOICE_HEIGHT = 28
_BAR_WIDTH, _BAR_HEIGHT = 3, 20
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_MIDDLE, _RIGHT = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
_State = QStyle.StateFlag


@dataclass(frozen=True, slots=True)
class CellLayout:
    """Where the parts of a row are in one cell; empty rectangles for what is in another one."""

    check: QRect
    title: QRect
    place: QRect
    app: QRect
    word: QRect
    reason: QRect


@dataclass(frozen=True, slots=True)
class TableForm:
    """What a table shows: is_stacked: all in its first column; has_choices: boxes and apps."""

    is_stacked: bool = False
    has_choices: bool = True

    @property
    def text_left(self) -> int:
        """Where the text of the first column begins, in pixels."""
        return L + scale_icon(_CHECK) + M if self.has_choices else L

    @property
    def row_height(self) -> int:
        """The height in pixels of every row."""
        if not self.is_stacked:
            return scale_height(_ROW_HEIGHT, TextStyle.BODY, TextStyle.SMALL)
        if not self.has_choices:
            return scale_height(_SHORT_HEIGHT, TextStyle.BODY, TextStyle.SMALL, TextStyle.BODY)
        lines = (TextStyle.BODY, TextStyle.SMALL, TextStyle.SMALL, TextStyle.BODY)
        return scale_height(_STACKED_HEIGHT, *lines)


def lay_out_cell(area: QRect, column: int, form: TableForm) -> CellLayout:
    """Return where the parts are in the cell of this column; all are in the first if stacked."""
    none = QRect()
    title, small = line_height(TextStyle.BODY), line_height(TextStyle.SMALL)
    top = area.top() + (area.height() - title - small) // 2
    if column == Column.ITEM:
        side = scale_icon(_CHECK)
        check = QRect(area.left() + L, area.center().y() - side // 2 + 1, side, side)
        text = area.adjusted(form.text_left, 0, -L, 0)
        if form.is_stacked:
            return _lay_out_stack(check, text, form)
        first = QRect(text.left(), top, text.width(), title)
        return CellLayout(check, first, first.translated(0, title), none, none, none)
    if column == Column.APP:
        height = scale_control_height(_CHOICE_HEIGHT)
        app = area.adjusted(0, (area.height() - height) // 2, -M, 0)
        app.setHeight(height)
        return CellLayout(none, none, none, app, none, none)
    word = QRect(area.left(), top, area.width() - M, title)
    reason = QRect(area.left(), top + title, area.width() - M, small)
    return CellLayout(none, none, none, none, word, reason)


def _lay_out_stack(check: QRect, text: QRect, form: TableForm) -> CellLayout:
    title, small = line_height(TextStyle.BODY), line_height(TextStyle.SMALL)
    choice = scale_control_height(_CHOICE_HEIGHT) if form.has_choices else 0
    top = text.top() + (text.height() - title - small - choice - title) // 2
    lines: list[QRect] = []
    for height in (title, small, choice, title):
        lines.append(QRect(text.left(), top, text.width(), height))
        top += height
    first, place, app, word = lines
    box = QRect(check.left(), first.center().y() - check.height() // 2 + 1, *check.size().toTuple())
    return CellLayout(box, first, place, app, word, QRect())


class ChoiceTableDelegate(QStyledItemDelegate):
    """Paints check box, title and place; the app; the status and its reason.

    Attributes:
        form: of the table.
        hovered_row: the row under the pointer; -1 for none.
    """

    form = TableForm()
    hovered_row = -1

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        return QSize(0, self.form.row_height)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, TableRow):
            return
        area: QRect = option.rect
        look = look_of(option.widget)
        painter.save()
        painter.setClipRect(area)
        self._paint_background(painter, option, index)
        cell = lay_out_cell(area, index.column(), self.form)
        if index.column() == Column.ITEM:
            self._paint_item(painter, cell, row, look)
        if not cell.app.isEmpty():
            self._paint_app(painter, cell.app, row, look)
        if not cell.word.isEmpty():
            _paint_status(painter, cell, row.status, look)
        painter.restore()

    def _paint_background(
        self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex
    ) -> None:
        view: object = option.widget
        area: QRect = option.rect
        if not isinstance(view, QAbstractItemView):
            return
        look = look_of(view)
        width = view.viewport().width()
        whole = QRect(XS, area.top(), width - 2 * XS, area.height())
        state: QStyle.StateFlag = option.state
        is_current = index.row() == view.currentIndex().row()
        if state & _State.State_Selected:
            is_active = view.isActiveWindow()
            fill = "accent-soft" if is_active else "hover-side"
            paint_rounded(painter, whole, RADIUS_CARD, look.colour(fill))
            if is_active:
                top = whole.center().y() - _BAR_HEIGHT // 2
                bar = QRect(whole.left(), top, _BAR_WIDTH, _BAR_HEIGHT)
                paint_rounded(painter, bar, 1.5, look.colour("accent-text"))
        elif index.row() == self.hovered_row:
            paint_rounded(painter, whole, RADIUS_CARD, look.colour("hover"))
        if is_current and view.hasFocus() and not state & _State.State_Selected:
            paint_outline(painter, whole, RADIUS_CARD, look.colour("accent-text"), width=2)

    def _paint_item(self, painter: QPainter, cell: CellLayout, row: TableRow, look: Look) -> None:
        if row.is_checkable or row.has_app_choice:
            ratio = painter.device().devicePixelRatioF()
            on, off = row.is_checked, not row.is_checkable
            paint_check(painter, cell.check, look, checked=on, disabled=off, dpr=ratio)
        _paint_line(
            painter,
            cell.title,
            row.title,
            (TextStyle.BODY, look.colour("text"), _RIGHT),
            strong=True,
        )
        _paint_line(
            painter, cell.place, row.place, (TextStyle.SMALL, look.colour("text-2"), _MIDDLE)
        )

    def _paint_app(self, painter: QPainter, area: QRect, row: TableRow, look: Look) -> None:
        if not row.has_app_choice:
            _paint_line(
                painter, area, row.app_text, (TextStyle.BODY, look.colour("text-2"), _RIGHT)
            )
            return
        fill, line = look.colour("base"), look.colour("field-line")
        paint_rounded(painter, area, RADIUS_CONTROL, fill, line=line)
        side = scale_icon(_CHEVRON)
        end = area.right() - S - side
        ratio = painter.device().devicePixelRatioF()
        chevron = look.pixmap("chevron-down", "text-3", side, dpr=ratio)
        painter.drawPixmap(QPoint(end, area.center().y() - side // 2 + 1), chevron)
        words = QRect(area.left() + M, area.top(), end - XS - area.left() - M, area.height())
        _paint_line(painter, words, row.app_text, (TextStyle.SMALL, look.colour("text"), _RIGHT))


def _paint_status(painter: QPainter, cell: CellLayout, status: RowStatus, look: Look) -> None:
    line = cell.word
    is_below = not cell.reason.isEmpty()
    if is_below and not status.reason:
        line = line.united(cell.reason)  # so that the word alone is in the middle
    ratio = painter.device().devicePixelRatioF()
    side = scale_icon(_ICON)
    icon = look.pixmap(status.icon, status.role, side, dpr=ratio)
    painter.drawPixmap(QPoint(line.left(), line.center().y() - side // 2 + 1), icon)
    words = line.adjusted(side + S, 0, 0, 0)
    _paint_line(painter, words, status.word, (TextStyle.BODY, look.colour(status.role), _RIGHT))
    if not status.reason:
        return
    used = QFontMetrics(text_font()).horizontalAdvance(status.word) + M
    rest = cell.reason.adjusted(side + S, 0, 0, 0) if is_below else words.adjusted(used, 0, 0, 0)
    _paint_line(painter, rest, status.reason, (TextStyle.SMALL, look.colour("text-2"), _RIGHT))


def _paint_line(
    painter: QPainter,
    area: QRect,
    text: str,
    style: tuple[TextStyle, QColor, Qt.TextElideMode],
    *,
    strong: bool = False,
) -> None:
    """Paint one line, cut with an ellipsis if the area is too narrow.

    style: text style, colour, and where the line is cut.
    """
    text_style, colour, elide = style
    painter.setFont(text_font(text_style, strong=strong))
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, elide, area.width())
    painter.drawText(area, int(_LEFT), shown)
