"""The list of a backup's items, with check boxes for those that differ from what is here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.choices import paint_check
from twauth_gui.gui.parts.item_views import ModelIndex, paint_elided
from twauth_gui.gui.parts.text import escape_tooltip
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CARD,
    L,
    M,
    TextStyle,
    line_height,
    scale_height,
    scale_icon,
    text_font,
)
from twauth_gui.gui.theme.shapes import paint_outline, paint_rounded
from twauth_gui.services.backups import RestoreLine
from twauth_gui.store.restore_plan import RestoreChange, RestoreChoice

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
_CHECKED = Qt.CheckState.Checked
_ROW_HEIGHT = 48
_MARK_SIZE = 16
_CHANGE_ICONS = {
    RestoreChange.ADD: ("plus", "text-2"),
    RestoreChange.SAME: ("check", "text-3"),
    RestoreChange.UNUSABLE: ("triangle-alert", "warn"),
    RestoreChange.REFUSED: ("triangle-alert", "bad"),
}


class RestoreModel(QAbstractListModel):
    """The items of a backup. A checked one replaces what is here."""

    def __init__(self, lines: Sequence[RestoreLine], parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = list(lines)
        self._replaced_keys: set[str] = set()

    def decisions(self) -> dict[str, RestoreChoice]:
        """Return the decisions by key; items without one stay as they are here."""
        return dict.fromkeys(self._replaced_keys, RestoreChoice.BACKUP)

    def decide_all(self, *, replace: bool) -> None:
        """Decide the same for all items that differ."""
        keys = {line.key for line in self._lines if line.change is RestoreChange.CONFLICT}
        self._replaced_keys = keys if replace else set()
        last = self.index(len(self._lines) - 1, 0)
        self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.CheckStateRole])

    @override
    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    @override
    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._lines[index.row()].change is RestoreChange.CONFLICT:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    @override
    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        is_replaced = line.key in self._replaced_keys
        choice = ""
        state = None
        if line.change is RestoreChange.CONFLICT:
            choice = "the backup replaces it" if is_replaced else "stays as it is here"
            state = _CHECKED if is_replaced else Qt.CheckState.Unchecked
        spoken = ", ".join(part for part in (line.title, line.note, choice) if part)
        values: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: line.title,
            Qt.ItemDataRole.AccessibleTextRole: spoken,
            Qt.ItemDataRole.ToolTipRole: escape_tooltip(line.note),
            Qt.ItemDataRole.CheckStateRole: state,
            LINE_ROLE: line,
        }
        return values.get(role)

    @override
    def setData(
        self, index: ModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self._replaced_keys ^= {self._lines[index.row()].key}
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        return True


class RestoreDelegate(QStyledItemDelegate):
    """Paints a mark or a check box, the title, and below it what would happen."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        return QSize(160, scale_height(_ROW_HEIGHT, TextStyle.BODY, TextStyle.SMALL))

    @override
    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: ModelIndex,
    ) -> bool:
        """Toggle with a click anywhere in the row, or with Space."""
        if not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if event.type() is QEvent.Type.MouseButtonRelease or space:
            return model.setData(index, None, Qt.ItemDataRole.CheckStateRole)
        return False

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        line: object = index.data(LINE_ROLE)
        if not isinstance(line, RestoreLine):
            return
        look = look_of(option.widget)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_MouseOver:
            paint_rounded(painter, rect, RADIUS_CARD, look.colour("hover"))
        if state & QStyle.StateFlag.State_HasFocus:
            ring = rect.adjusted(1, 1, -1, -1)
            paint_outline(painter, ring, RADIUS_CARD, look.colour("accent-text"), width=2)
        self._paint_mark(painter, option, line, index)
        self._paint_texts(painter, option, line)
        painter.restore()

    def _paint_mark(
        self, painter: QPainter, option: QStyleOptionViewItem, line: RestoreLine, index: ModelIndex
    ) -> None:
        look = look_of(option.widget)
        rect: QRect = option.rect
        side = scale_icon(_MARK_SIZE)
        place = QRect(rect.left() + M, rect.center().y() - side // 2 + 1, side, side)
        ratio = painter.device().devicePixelRatioF()
        if line.change is RestoreChange.CONFLICT:
            on = index.data(Qt.ItemDataRole.CheckStateRole) == _CHECKED
            paint_check(painter, place, look, checked=on, disabled=False, dpr=ratio)
            return
        icon, role = _CHANGE_ICONS[line.change]
        painter.drawPixmap(place, look.pixmap(icon, role, side, dpr=ratio))

    def _paint_texts(
        self, painter: QPainter, option: QStyleOptionViewItem, line: RestoreLine
    ) -> None:
        look = look_of(option.widget)
        rect: QRect = option.rect
        area = rect.adjusted(M + scale_icon(_MARK_SIZE) + M, 0, -M, 0)
        title, small = line_height(TextStyle.BODY), line_height(TextStyle.SMALL)
        top = area.top() + (area.height() - title - small) // 2
        painter.setFont(text_font(strong=line.change is RestoreChange.CONFLICT))
        painter.setPen(look.colour("text"))
        paint_elided(painter, QRect(area.left(), top, area.width(), title), line.title)
        painter.setFont(text_font(TextStyle.SMALL))
        painter.setPen(look.colour("text-2"))
        paint_elided(painter, QRect(area.left(), top + title, area.width(), small), line.note)


class RestoreList(QListView):
    """The list; Space or a click decides about an item that differs."""

    def __init__(self, lines: Sequence[RestoreLine]) -> None:
        super().__init__()
        self.lines = RestoreModel(lines, self)
        self.setObjectName("backupLines")
        self.setAccessibleName("Contents of the backup")
        self.setModel(self.lines)
        self.setItemDelegate(RestoreDelegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setCurrentIndex(self.lines.index(0, 0))
        shown = min(len(lines), 6)
        self.setMinimumHeight(
            scale_height(_ROW_HEIGHT, TextStyle.BODY, TextStyle.SMALL) * shown + L
        )
