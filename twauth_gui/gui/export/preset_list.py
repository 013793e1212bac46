"""The searchable list of export presets."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
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
from twauth_gui.gui.parts.item_views import ModelIndex, paint_elided
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CARD,
    TextStyle,
    line_height,
    scale_height,
    text_font,
)
from twauth_gui.transfer.export_presets import ExportPreset

_ROW_HEIGHT = 44
_GROUP_HEIGHT = 32


class PresetRole(IntEnum):
    ID = Qt.ItemDataRole.UserRole + 1
    SUBTITLE = Qt.ItemDataRole.UserRole + 2
    SEARCH = Qt.ItemDataRole.UserRole + 3
    IS_GROUP = Qt.ItemDataRole.UserRole + 4


class PresetModel(QAbstractListModel):
    """Presets under the names of their groups."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[str | ExportPreset] = []

    def set_presets(self, presets: Sequence[ExportPreset]) -> None:
        """Show these; those of one group together, groups in the order of their first preset."""
        groups: dict[str, list[ExportPreset]] = {}
        for preset in presets:
            groups.setdefault(preset.group, []).append(preset)
        self.beginResetModel()
        self._rows = []
        for group, members in groups.items():
            self._rows += [group, *members]
        self.endResetModel()

    @override
    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        if isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if isinstance(row, str):
            shown = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
            return row if shown else role == PresetRole.IS_GROUP
        return _preset_data(row, role)


def _preset_data(preset: ExportPreset, role: int) -> object:
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
    """Presets that match the search; names of groups only while nothing is searched."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._search = ""

    def set_search(self, text: str) -> None:
        self.beginFilterChange()
        self._search = text.strip().casefold()
        self.endFilterChange()

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: ModelIndex) -> bool:
        index = self.sourceModel().index(source_row, 0, source_parent)
        if index.data(PresetRole.IS_GROUP):
            return not self._search
        text: object = index.data(PresetRole.SEARCH)
        return isinstance(text, str) and self._search in text.casefold()


class PresetDelegate(QStyledItemDelegate):
    """Paints the title of a preset above the names of its values."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        if index.data(PresetRole.IS_GROUP):
            return QSize(120, scale_height(_GROUP_HEIGHT, TextStyle.SMALL))
        return QSize(120, scale_height(_ROW_HEIGHT, TextStyle.BODY, TextStyle.SMALL))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        look = look_of(option.widget)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(PresetRole.IS_GROUP):
            painter.setFont(text_font(TextStyle.SMALL, strong=True))
            painter.setPen(look.colour("text-3"))
            area = rect.adjusted(12, 0, -12, -4)
            bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(area, bottom, str(index.data()))
        else:
            self._paint_preset(painter, option, index)
        painter.restore()

    def _paint_preset(
        self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex
    ) -> None:
        look = look_of(option.widget)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent-soft" if selected else "hover"))
            painter.drawRoundedRect(rect, RADIUS_CARD, RADIUS_CARD)
        if selected:
            painter.setBrush(look.colour("accent-text"))
            painter.drawRoundedRect(QRect(rect.left(), rect.center().y() - 9, 3, 20), 1.5, 1.5)
        inner = rect.adjusted(12, 0, -12, 0)
        title, small = line_height(TextStyle.BODY), line_height(TextStyle.SMALL)
        top = inner.top() + (inner.height() - title - small) // 2
        painter.setFont(text_font(strong=selected))
        painter.setPen(look.colour("text"))
        paint_elided(painter, QRect(inner.left(), top, inner.width(), title), str(index.data()))
        painter.setFont(text_font(TextStyle.SMALL))
        painter.setPen(look.colour("text-2" if selected else "text-3"))
        below = QRect(inner.left(), top + title, inner.width(), small)
        paint_elided(painter, below, str(index.data(PresetRole.SUBTITLE)))


class PresetList(QWidget):
    """The presets, below a search field.

    Signals:
        chosen: carries the preset's id.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._filter = PresetFilter(self)
        self._model = PresetModel(self)
        self._filter.setSourceModel(self._model)
        self.search = LineField("Search presets", is_search=True, icon="search")
        self.search.textChanged.connect(self._search_presets)
        self._view = QListView()
        self._view.setObjectName("presetList")
        self._view.setAccessibleName("Presets")
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setMouseTracking(True)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setItemDelegate(PresetDelegate(self._view))
        self._view.setModel(self._filter)
        self._view.selectionModel().currentChanged.connect(self._emit_choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 12, 0)
        column.setSpacing(4)
        holder = QVBoxLayout()
        holder.setContentsMargins(12, 0, 12, 0)
        holder.addWidget(self.search)
        column.addLayout(holder)
        column.addWidget(self._view, 1)

    def show_presets(self, presets: Sequence[ExportPreset]) -> None:
        """Replace the presets; none is selected then."""
        self._model.set_presets(presets)
        label = f"Search {len(presets)} presets"
        self.search.setPlaceholderText(label)
        self.search.setAccessibleName(label)

    def select(self, preset_id: str) -> None:
        """Select a preset by its id."""
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, 0)
            if index.data(PresetRole.ID) == preset_id:
                self._view.setCurrentIndex(index)
                return

    def _search_presets(self, text: str) -> None:
        """Select the first preset that matches; without a search the selected one stays."""
        self._filter.set_search(text)
        if text.strip() and self._filter.rowCount():
            self._view.setCurrentIndex(self._filter.index(0, 0))

    def _emit_choice(self, current: QModelIndex) -> None:
        preset_id: object = current.data(PresetRole.ID)
        if isinstance(preset_id, str):
            self.chosen.emit(preset_id)
