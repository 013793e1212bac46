"""The searchable list of export presets."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_CARD, Type, fit, line_height, type_font
from twauth_gui.transfer.presets import Preset

Index = QModelIndex | QPersistentModelIndex

_ROW = 44
_HEAD = 32


class PresetRole(IntEnum):
    ID = Qt.ItemDataRole.UserRole + 1
    SUBTITLE = Qt.ItemDataRole.UserRole + 2
    SEARCH = Qt.ItemDataRole.UserRole + 3
    IS_GROUP = Qt.ItemDataRole.UserRole + 4


class PresetModel(QAbstractListModel):
    """Presets under the names of their groups."""

    def __init__(self, presets: Sequence[Preset], parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[str | Preset] = []
        for preset in presets:
            if preset.group not in self._lines:
                self._lines.append(preset.group)
            self._lines.append(preset)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self._lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if isinstance(line, str):
            shown = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
            return line if shown else role == PresetRole.IS_GROUP
        return _preset_data(line, role)


def _preset_data(preset: Preset, role: int) -> object:
    values: dict[int, object] = {
        Qt.ItemDataRole.DisplayRole: preset.title,
        Qt.ItemDataRole.AccessibleTextRole: f"{preset.title}, {preset.subtitle}",
        Qt.ItemDataRole.ToolTipRole: preset.subtitle,
        PresetRole.ID: preset.id,
        PresetRole.SUBTITLE: preset.subtitle,
        PresetRole.SEARCH: f"{preset.title} {preset.subtitle} {preset.group} {preset.id}",
        PresetRole.IS_GROUP: False,
    }
    return values.get(role)


class PresetFilter(QSortFilterProxyModel):
    """Keeps what matches; the groups' names only while nothing is searched."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wanted = ""

    def set_search(self, text: str) -> None:
        self.beginFilterChange()
        self._wanted = text.strip().casefold()
        self.endFilterChange()

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        index = self.sourceModel().index(source_row, 0, source_parent)
        if index.data(PresetRole.IS_GROUP):
            return not self._wanted
        text: object = index.data(PresetRole.SEARCH)
        return isinstance(text, str) and self._wanted in text.casefold()


class PresetDelegate(QStyledItemDelegate):
    """Title above the names of the values."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(PresetRole.IS_GROUP):
            return QSize(120, fit(_HEAD, Type.SMALL))
        return QSize(120, fit(_ROW, Type.BODY, Type.SMALL))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = current_look()
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(PresetRole.IS_GROUP):
            painter.setFont(type_font(Type.SMALL, strong=True))
            painter.setPen(look.colour("text-3"))
            room = rect.adjusted(12, 0, -12, -4)
            bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(room, bottom, str(index.data()))
        else:
            state: QStyle.StateFlag = option.state
            self._paint_preset(painter, rect, index, state)
        painter.restore()

    def _paint_preset(
        self, painter: QPainter, rect: QRect, index: Index, state: QStyle.StateFlag
    ) -> None:
        look = current_look()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent-soft" if selected else "hover"))
            painter.drawRoundedRect(rect, RADIUS_CARD, RADIUS_CARD)
        if selected:
            painter.setBrush(look.colour("accent-text"))
            painter.drawRoundedRect(QRect(rect.left(), rect.center().y() - 9, 3, 20), 1.5, 1.5)
        inner = rect.adjusted(12, 0, -12, 0)
        title, small = line_height(Type.BODY), line_height(Type.SMALL)
        top = inner.top() + (inner.height() - title - small) // 2
        painter.setFont(type_font(strong=selected))
        painter.setPen(look.colour("text"))
        _write(painter, QRect(inner.left(), top, inner.width(), title), str(index.data()))
        painter.setFont(type_font(Type.SMALL))
        painter.setPen(look.colour("text-2" if selected else "text-3"))
        below = QRect(inner.left(), top + title, inner.width(), small)
        _write(painter, below, str(index.data(PresetRole.SUBTITLE)))


def _write(painter: QPainter, room: QRect, text: str) -> None:
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)


class PresetList(QWidget):
    """Search field above the list.

    Signals:
        chosen: carries the preset's id.
    """

    chosen = Signal(str)

    def __init__(self, presets: Sequence[Preset]) -> None:
        super().__init__()
        self._filter = PresetFilter(self)
        self._filter.setSourceModel(PresetModel(presets, self))
        self.search = LineField(f"Search {len(presets)} presets", find=True, icon="search")
        self.search.textChanged.connect(self._search_changed)
        self._view = QListView()
        self._view.setObjectName("presetList")
        self._view.setAccessibleName("Presets")
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setMouseTracking(True)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setItemDelegate(PresetDelegate(self._view))
        self._view.setModel(self._filter)
        self._view.selectionModel().currentChanged.connect(self._current_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 12, 0)
        column.setSpacing(4)
        holder = QVBoxLayout()
        holder.setContentsMargins(12, 0, 12, 0)
        holder.addWidget(self.search)
        column.addLayout(holder)
        column.addWidget(self._view, 1)

    def select(self, preset_id: str) -> None:
        """Select a preset by its id."""
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, 0)
            if index.data(PresetRole.ID) == preset_id:
                self._view.setCurrentIndex(index)
                return

    def _search_changed(self, text: str) -> None:
        self._filter.set_search(text)
        current = self._view.currentIndex()
        if not current.isValid() and self._filter.rowCount():
            self._view.setCurrentIndex(self._filter.index(0, 0))

    def _current_changed(self, current: QModelIndex) -> None:
        preset_id: object = current.data(PresetRole.ID)
        if isinstance(preset_id, str):
            self.chosen.emit(preset_id)
