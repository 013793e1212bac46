"""The searchable list of export presets."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.buttons import ButtonSize, IconButton, quiet_button
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.item_views import ModelIndex, paint_elided
from twauth_gui.gui.parts.text import escape_tooltip
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CARD,
    TextStyle,
    line_height,
    scale_height,
    scale_icon,
    text_font,
)
from twauth_gui.services.preset_service import PresetProblem
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.preset_files import OWN_GROUP

_ROW_HEIGHT = 44
_GROUP_HEIGHT = 32
_WARNING = 14


class PresetRole(IntEnum):
    """What the model of presets has for each row beside its text."""

    ID = Qt.ItemDataRole.UserRole + 1
    SUBTITLE = Qt.ItemDataRole.UserRole + 2
    SEARCH = Qt.ItemDataRole.UserRole + 3
    IS_GROUP = Qt.ItemDataRole.UserRole + 4
    PROBLEM = Qt.ItemDataRole.UserRole + 5


class PresetModel(QAbstractListModel):
    """Presets and damaged files under the names of their groups; the user's own come first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[str | ExportPreset | PresetProblem] = []

    def set_presets(
        self, presets: Sequence[ExportPreset], problems: Sequence[PresetProblem]
    ) -> None:
        """Show these; those of one group together, groups in the order of their first preset."""
        own = [preset for preset in presets if preset.is_own]
        groups: dict[str, list[ExportPreset | PresetProblem]] = {}
        if own or problems:
            groups[OWN_GROUP] = [*own, *problems]
        for preset in presets:
            if not preset.is_own:
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
            return row if shown else True if role == PresetRole.IS_GROUP else None
        return _preset_data(row, role) if isinstance(row, ExportPreset) else _file_data(row, role)


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


def _file_data(problem: PresetProblem, role: int) -> object:
    reason = "Cannot be used"
    values: dict[int, object] = {
        Qt.ItemDataRole.DisplayRole: problem.path.name,
        Qt.ItemDataRole.AccessibleTextRole: f"{problem.path.name}, {reason}: {problem.text}",
        Qt.ItemDataRole.ToolTipRole: escape_tooltip(problem.text),
        PresetRole.SUBTITLE: reason,
        PresetRole.SEARCH: f"{problem.path.name} {OWN_GROUP}",
        PresetRole.IS_GROUP: False,
        PresetRole.PROBLEM: problem,
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
        if index.data(PresetRole.PROBLEM) is not None:
            ratio = option.widget.devicePixelRatioF()
            side = scale_icon(_WARNING)
            mark = look.pixmap("triangle-alert", "warn", side, dpr=ratio)
            painter.drawPixmap(inner.left(), top + (title - side) // 2, mark)
            inner.setLeft(inner.left() + side + 6)
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
        problem_chosen: a file that cannot be used was selected; carries its PresetProblem.
        new_requested: the button below the list was pressed.
        menu_requested: carries where on the screen the menu of the selected preset opens.
        confirmed: Enter was pressed in the search.
        edit_requested, delete_requested: F2 or Delete was pressed on the selected preset.
    """

    chosen = Signal(str)
    problem_chosen = Signal(object)
    new_requested = Signal()
    menu_requested = Signal(QPoint)
    confirmed = Signal()
    edit_requested = Signal()
    delete_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._filter, self._model = PresetFilter(self), PresetModel(self)
        self._filter.setSourceModel(self._model)
        self.search = LineField("Search presets", is_search=True, icon="search")
        self.search.setAccessibleDescription("Down goes to the list")
        self.search.textChanged.connect(self._search_presets)
        self.search.installEventFilter(self)
        self._view = QListView()
        self._view.setObjectName("presetList")
        self._view.setAccessibleName("Presets")
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setMouseTracking(True)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setItemDelegate(PresetDelegate(self._view))
        self._view.setModel(self._filter)
        self._view.selectionModel().currentChanged.connect(self._emit_choice)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._view.customContextMenuRequested.connect(self._request_menu)
        for key, signal in (
            (Qt.Key.Key_F2, self.edit_requested),
            (Qt.Key.Key_Delete, self.delete_requested),
        ):
            shortcut = QShortcut(QKeySequence(key), self._view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(signal)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 12, 0)
        column.setSpacing(4)
        holder = QVBoxLayout()
        holder.setContentsMargins(12, 0, 12, 0)
        holder.addWidget(self.search)
        column.addLayout(holder)
        column.addWidget(self._view, 1)
        column.addLayout(self._build_buttons())

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        """Let Down go from the search to the list; Enter would press the dialog's button."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Down:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.confirmed.emit()
            return True
        return False

    def _build_buttons(self) -> QHBoxLayout:
        new = quiet_button("New preset…", "plus", size=ButtonSize.SMALL)
        new.clicked.connect(self.new_requested)
        self._more = IconButton("ellipsis", "More about presets")
        self._more.clicked.connect(
            lambda: self.menu_requested.emit(self._more.mapToGlobal(self._more.rect().bottomLeft()))
        )
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 8, 8)
        row.addWidget(new)
        row.addStretch(1)
        row.addWidget(self._more)
        return row

    def _request_menu(self, place: QPoint) -> None:
        """Open the menu where the pointer is, or from the keyboard at the selected preset."""
        row = self._view.visualRect(self._view.currentIndex())
        if not row.contains(place):
            place = row.center()
        self.menu_requested.emit(self._view.viewport().mapToGlobal(place))

    def show_presets(
        self, presets: Sequence[ExportPreset], problems: Sequence[PresetProblem] = ()
    ) -> None:
        """Replace the presets; none is selected then."""
        self._model.set_presets(presets, problems)
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
        problem: object = current.data(PresetRole.PROBLEM)
        if isinstance(preset_id, str):
            self.chosen.emit(preset_id)
        elif problem is not None:
            self.problem_chosen.emit(problem)
