"""The palette's list: groups of items, with what Enter does beside the current one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from twauth_gui.domain.health import Severity
from twauth_gui.gui.palette.fuzzy_search import find_positions, split_terms
from twauth_gui.gui.palette.palette_items import PaletteItem
from twauth_gui.gui.palette.palette_parts import key_text, paint_key_cap, scale_mark
from twauth_gui.gui.parts.item_views import ModelIndex, paint_elided
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CARD,
    L,
    M,
    S,
    TextStyle,
    line_height,
    scale_height,
    text_font,
)
from twauth_gui.gui.theme.shapes import paint_avatar, paint_chip, paint_mark, paint_rounded

ROW_HEIGHT = 40
GROUP_HEIGHT = 36
_ICON, _MARK, _STAR = 16, 12, 12  # pixels with normal text
_BAR = QSize(3, 20)
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_STATUS_COLOURS = {Severity.ATTENTION: "warn", Severity.BROKEN: "bad", Severity.BUSY: "busy"}


@dataclass(frozen=True, slots=True)
class Group:
    """Items below the name of their group."""

    title: str
    items: Sequence[PaletteItem]


class PaletteRole(IntEnum):
    """What the palette's model has for each row beside its text."""

    ITEM = Qt.ItemDataRole.UserRole + 1


class PaletteModel(QAbstractListModel):
    """The groups' names and items. query: its letters are highlighted in the titles."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[str | PaletteItem] = []
        self.query = ""

    def set_groups(self, groups: Sequence[Group], query: str) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.query = query
        self._rows = []
        for group in groups:
            self._rows += [group.title, *group.items]
        self.endResetModel()

    def item_at(self, row: int) -> PaletteItem | None:
        """Return the item of a row; None for a group's name, and beyond the ends."""
        found = self._rows[row] if 0 <= row < len(self._rows) else ""
        return None if isinstance(found, str) else found

    @override
    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        if self.item_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if isinstance(row, str):
            shown = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
            return row if shown else None
        values: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: row.title,
            Qt.ItemDataRole.AccessibleTextRole: row.spoken,
            PaletteRole.ITEM: row,
        }
        return values.get(role)


class PaletteView(QListView):
    """Shows the rows; the keys go to the field, which moves the current row.

    Signals:
        chosen: an item was clicked; carries it.
        current_changed: another row became the current one, or none.
    """

    chosen = Signal(object)
    current_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._model = PaletteModel(self)
        self.setObjectName("paletteView")
        self.setModel(self._model)
        self.setItemDelegate(PaletteDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self.current_changed)
        self.clicked.connect(self._on_clicked)

    @property
    def items(self) -> list[PaletteItem]:
        """All items, from the top."""
        rows = range(self._model.rowCount())
        return [item for row in rows if (item := self._model.item_at(row)) is not None]

    @property
    def current_item(self) -> PaletteItem | None:
        return self._model.item_at(self.currentIndex().row())

    def show_groups(self, groups: Sequence[Group], query: str, current_key: str = "") -> None:
        """Show these, with the item of this key as the current one, else the first."""
        self._model.set_groups([group for group in groups if group.items], query)
        self.updateGeometry()
        rows = [row for row in range(self._model.rowCount()) if self._model.item_at(row)]
        same = (row for row in rows if current_key and self._key_at(row) == current_key)
        if not rows:
            self.current_changed.emit()
            return
        self._set_current(next(same, rows[0]))
        if self.currentIndex().row() == rows[0]:
            self.scrollToTop()

    def _key_at(self, row: int) -> str:
        item = self._model.item_at(row)
        return item.key if item is not None else ""

    def select_key(self, key: str) -> None:
        """Make the item of this key the current one, if it is shown."""
        rows = range(self._model.rowCount())
        row = next((row for row in rows if self._key_at(row) == key), None)
        if row is not None:
            self._set_current(row)

    def move_current(self, steps: int) -> None:
        """Move by so many items; one step beyond an end leads to the other."""
        rows = [row for row in range(self._model.rowCount()) if self._model.item_at(row)]
        if not rows:
            return
        at = rows.index(self.currentIndex().row()) if self.current_item is not None else -1
        target = at + steps
        target = target % len(rows) if abs(steps) == 1 else max(0, min(target, len(rows) - 1))
        self._set_current(rows[target])
        if target == 0:
            self.scrollToTop()  # with the name of its group

    def page_size(self) -> int:
        """Return how many items fit into the view."""
        return max(1, self.viewport().height() // _row_height() - 1)

    def _set_current(self, row: int) -> None:
        self.setCurrentIndex(self._model.index(row, 0))

    def _on_clicked(self, index: QModelIndex) -> None:
        item = self._model.item_at(index.row())
        if item is not None:
            self.chosen.emit(item)

    @override
    def sizeHint(self) -> QSize:
        """As high as all rows."""
        count = self._model.rowCount()
        items = len(self.items)
        height = items * _row_height() + (count - items) * _group_height()
        return QSize(320, height + S if count else 0)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, min(self.sizeHint().height(), 2 * _row_height()))


def _row_height() -> int:
    return scale_height(ROW_HEIGHT, TextStyle.BODY)


def _group_height() -> int:
    return scale_height(GROUP_HEIGHT, TextStyle.SMALL)


class PaletteDelegate(QStyledItemDelegate):
    """Paints mark, title and detail of an item; at the end its status, or what Enter does."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        is_item = index.data(PaletteRole.ITEM) is not None
        return QSize(0, _row_height() if is_item else _group_height())

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        rect: QRect = option.rect
        look = look_of(option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        item = index.data(PaletteRole.ITEM)
        if isinstance(item, PaletteItem):
            model = index.model()
            query = model.query if isinstance(model, PaletteModel) else ""
            self._paint_item(painter, option, item, query)
        else:
            painter.setFont(text_font(TextStyle.SMALL, strong=True))
            painter.setPen(look.colour("text-3"))
            paint_elided(painter, rect.adjusted(S + M, 4, -S - M, 0), str(index.data()))
        painter.restore()

    def _paint_item(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        item: PaletteItem,
        query: str,
    ) -> None:
        look = look_of(option.widget)
        rect: QRect = option.rect
        row = rect.adjusted(S, 0, -S, 0)
        state: QStyle.StateFlag = option.state
        is_current = bool(state & QStyle.StateFlag.State_Selected)
        if is_current:
            paint_rounded(painter, row, RADIUS_CARD, look.colour("accent-soft"))
            bar = QRect(row.topLeft(), _BAR)
            bar.moveTop(row.top() + (row.height() - bar.height()) // 2)
            paint_rounded(painter, bar, 1.5, look.colour("accent-text"))
        elif state & QStyle.StateFlag.State_MouseOver:
            paint_rounded(painter, row, RADIUS_CARD, look.colour("hover"))
        inner = row.adjusted(M, 0, -M, 0)
        line = _ItemLine(painter, option.widget, item, is_current=is_current)
        left = line.paint_icon(inner)
        room = inner.adjusted(left, 0, -line.paint_end(inner) - L, 0)
        line.paint_words(room, query)


class _ItemLine:
    """The parts of one row, painted from both ends towards the middle."""

    def __init__(
        self, painter: QPainter, widget: QWidget, item: PaletteItem, *, is_current: bool
    ) -> None:
        self._painter = painter
        self._look = look_of(widget)
        self._ratio = widget.devicePixelRatioF()
        self._item = item
        self._is_current = is_current
        self._quiet = self._look.colour("text-2" if is_current else "text-3")

    def paint_icon(self, inner: QRect) -> int:
        """Paint mark or icon at the left; return how much room it takes in pixels."""
        side = 4 + line_height(TextStyle.BODY)
        box = QRect(inner.left(), inner.top() + (inner.height() - side) // 2, side, side)
        mark = self._item.mark
        if mark is not None:
            back, ink = self._look.theme.hue(mark.hue)
            colours = (QColor(back), QColor(ink))
            if len(mark.letters) > 1 or self._item.severity is not None:
                paint_avatar(self._painter, box, mark.letters, colours)
            else:
                chip = box.adjusted(3, 3, -3, -3)
                paint_chip(self._painter, chip, mark.letters, colours)
        elif self._item.icon:
            role = "text-off" if self._item.enter.why_not else "text-2"
            size = scale_mark(_ICON)
            icon = self._look.pixmap(self._item.icon, role, size, dpr=self._ratio)
            offset = (side - size) // 2
            self._painter.drawPixmap(box.left() + offset, box.top() + offset, icon)
        return side + M

    def paint_end(self, inner: QRect) -> int:
        """Paint what Enter does, else status and shortcut; return the width in pixels."""
        item, small = self._item, QFontMetrics(text_font(TextStyle.SMALL))
        words, used = item.status, 0
        if self._is_current:
            words = item.enter.why_not or item.enter.label
            if not item.enter.why_not:
                used = paint_key_cap(self._painter, self._look, inner, "Enter") + M
        elif item.enter.shortcut:
            keys = key_text(item.enter.shortcut)
            used = paint_key_cap(self._painter, self._look, inner, keys) + M
        if not words:
            return used
        width = min(small.horizontalAdvance(words) + 2, inner.width() * 3 // 5)
        if not self._is_current and item.severity is not None:
            width = max(width, small.horizontalAdvance("Never checked"))
        right = inner.adjusted(inner.width() - used - width, 0, -used, 0)
        ink = self._quiet
        if not self._is_current and item.severity is not None:
            ink = self._look.colour(_STATUS_COLOURS.get(item.severity, "text-2"))
            side = scale_mark(_MARK)
            top = inner.top() + (inner.height() - side) / 2
            box = QRectF(right.left() - side - S, top, side, side)
            paint_mark(self._painter, item.severity, box, self._look)
            used += side + S
        self._painter.setFont(text_font(TextStyle.SMALL))
        self._painter.setPen(ink)
        paint_elided(self._painter, right, words)
        return used + width

    def paint_words(self, room: QRect, query: str) -> None:
        """Paint the title with the letters that match, the star, and the detail after it."""
        item = self._item
        side = scale_mark(_STAR)
        star = side + S if item.is_starred else 0
        title = find_positions(query, item.title)
        if item.title.startswith("@") and 1 in title:
            title |= {0}
        ink = self._look.colour("text-off" if item.enter.why_not else "text")
        shown = room.adjusted(0, 0, -star, 0)
        left = room.left() + self._paint_text(shown, (item.title, title), TextStyle.BODY, ink)
        if star:
            icon = self._look.pixmap("star", "accent-text", side, filled=True, dpr=self._ratio)
            self._painter.drawPixmap(left + S, room.top() + (room.height() - side) // 2, icon)
            left += star
        rest = room.adjusted(left + M - room.left(), 0, 0, 0)
        if rest.width() > QFontMetrics(text_font(TextStyle.SMALL)).averageCharWidth() * 4:
            missing = [term for term in split_terms(query) if not find_positions(term, item.title)]
            detail = item.keywords if missing and item.keywords else item.detail
            hits = find_positions(" ".join(missing), detail)
            _ = self._paint_text(rest, (detail, hits), TextStyle.SMALL, self._quiet)

    def _paint_text(
        self, room: QRect, text: tuple[str, frozenset[int]], style: TextStyle, ink: QColor
    ) -> int:
        """Paint a text whose letters at these positions match; return its width in pixels."""
        usual, strong = text_font(style), text_font(style, strong=True)
        shown = QFontMetrics(strong).elidedText(text[0], Qt.TextElideMode.ElideRight, room.width())
        left = room.left()
        for piece, is_hit in _split_pieces(shown, text[1]):
            font = strong if is_hit else usual
            self._painter.setFont(font)
            self._painter.setPen(self._look.colour("accent-text") if is_hit else ink)
            width = QFontMetrics(font).horizontalAdvance(piece)
            self._painter.drawText(QRect(left, room.top(), width + 2, room.height()), _LEFT, piece)
            left += width
        return left - room.left()


def _split_pieces(text: str, positions: frozenset[int]) -> list[tuple[str, bool]]:
    """Return the text in pieces, each with whether its letters are among the positions."""
    pieces: list[tuple[str, bool]] = []
    for at, letter in enumerate(text):
        is_hit = at in positions
        if pieces and pieces[-1][1] is is_hit:
            pieces[-1] = (pieces[-1][0] + letter, is_hit)
        else:
            pieces.append((letter, is_hit))
    return pieces
