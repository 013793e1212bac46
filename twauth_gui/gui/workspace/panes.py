"""The three panes side by side, and what becomes of them where there is less room."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.apps import AppId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.filter import Section
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.detail.pane import DetailPane
from twauth_gui.gui.parts.off import veil
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import line_height
from twauth_gui.gui.workspace.list_pane import ListPane
from twauth_gui.gui.workspace.sidebar import Sidebar

SIDEBAR_WIDTH = 208
_WIDE, _MEDIUM = 1040, 760
_LINE = 20  # pixels, of one line of normal text
_LIST_MIN, _LIST_MAX = 400, 560


class Room(Enum):
    """How much there is."""

    WIDE = "three panes"
    MEDIUM = "list and detail, the sidebar as a drawer"
    NARROW = "one pane at a time"


class Panes(QWidget):
    """Sidebar, list and detail."""

    def __init__(
        self, desk: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room = Room.WIDE
        self.sidebar = Sidebar(desk, actions, self)
        self.list = ListPane(desk, actions, self)
        self.detail = DetailPane(desk, actions, self)
        self._scrim = DrawerScrim(self)
        self._showing_detail = False
        self._build()
        self.sidebar.section_chosen.connect(self._section_chosen)
        self.list.selection_changed.connect(self.detail.show_selection)
        self.list.opened.connect(self._opened)
        self.list.view.clicked.connect(self._clicked)
        self.list.drawer_wanted.connect(self._open_drawer)
        self.list.install_shortcuts(self)
        self.detail.back_wanted.connect(self._back)
        self.detail.focus_lost.connect(self._take_focus)
        desk.sheets.changed.connect(self._sheet_changed)
        self._scrim.pressed.connect(self._leave_drawer)
        self._way_back = [QShortcut(QKeySequence(keys), self) for keys in ("Esc", "Alt+Left")]
        for shortcut in self._way_back:
            shortcut.activated.connect(self._go_back)
        desk.library.changed.connect(self._show_snapshot)
        desk.pending.finished.connect(self._finished)
        self._show_snapshot()

    def _build(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.sidebar.setFixedWidth(SIDEBAR_WIDTH)
        self._row.addWidget(self.sidebar)
        self._row.addWidget(self.list, 480)
        self._row.addWidget(self.detail, 432)
        self.list.setMinimumWidth(_LIST_MIN)
        self.list.setMaximumWidth(_LIST_MAX)
        self._scrim.hide()

    def _show_snapshot(self) -> None:
        snapshot = self._desk.library.snapshot
        self.sidebar.show_snapshot(snapshot)
        self.list.show_snapshot(snapshot)
        if not self.list.view.selected_ids() and snapshot.accounts:
            first = snapshot.active or next(iter(snapshot.accounts))
            self.list.view.select_id(first)
        if not self.list.view.selected_ids():
            self._back()  # nothing is left to be seen there

    @property
    def chosen_app(self) -> AppId | None:
        """The app whose accounts are shown; None where the list is not that of one app."""
        return self.sidebar.chosen_app

    def _finished(self, attempt_id: str, account_id: str) -> None:
        """Go on showing a sign-in as the account that it became in the background."""
        if attempt_id in self.list.view.selected_ids():
            self._desk.library.reload(then=lambda: self.list.select(account_id))

    def _take_focus(self) -> None:
        if self.list.isVisible():
            self.list.take_focus()
        else:
            self.detail.take_focus()

    def _sheet_changed(self) -> None:
        """Take the keyboard where a sheet has left it to nobody."""
        if not self._desk.sheets.count() and self.isVisible() and not QApplication.focusWidget():
            self._take_focus()

    def select(self, row_id: str) -> None:
        """Show this row in list and detail."""
        self.list.select(row_id)
        self._opened(row_id)

    def _section_chosen(self, section: Section) -> None:
        self.list.show_section(section)
        if self._scrim.isVisible():
            self._close_drawer()
            self._take_focus()

    def _go_back(self) -> None:
        """Leave what lies over, or in place of, the list."""
        if self._scrim.isVisible():
            self._leave_drawer()
        else:
            self._back()

    # -- room --------------------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Larger text needs more room for the same panes.
        width = event.size().width() * _LINE // line_height()
        room = Room.WIDE if width >= _WIDE else Room.MEDIUM if width >= _MEDIUM else Room.NARROW
        if room is not self._room:
            self._room = room
            self._arrange()
        self._scrim.setGeometry(self.rect())
        if self._scrim.isVisible():
            self.sidebar.setGeometry(self._drawer_place())

    def _arrange(self) -> None:
        self._close_drawer()
        wide, narrow = self._room is Room.WIDE, self._room is Room.NARROW
        self.sidebar.setVisible(wide)
        if wide and self._row.indexOf(self.sidebar) < 0:
            self._row.insertWidget(0, self.sidebar)
        elif not wide:
            self._row.removeWidget(self.sidebar)
        self.list.set_drawer(there=not wide)
        self.list.setMinimumWidth(0 if narrow else _LIST_MIN)
        self.list.setMaximumWidth(16_777_215 if narrow else _LIST_MAX)
        self.detail.set_back(visible=narrow)
        self.list.setVisible(not narrow or not self._showing_detail)
        self.detail.setVisible(not narrow or self._showing_detail)
        self._offer_back()

    def _offer_back(self) -> None:
        """Have the keys of the way back only where there is one: Escape means more elsewhere."""
        alone = self._room is Room.NARROW and self._showing_detail
        for shortcut in self._way_back:
            shortcut.setEnabled(alone or self._scrim.isVisible())

    def _clicked(self, _index: QModelIndex) -> None:
        self._open_detail(Qt.FocusReason.MouseFocusReason)

    def _opened(self, _row_id: str) -> None:
        self._open_detail(Qt.FocusReason.OtherFocusReason)

    def _open_detail(self, reason: Qt.FocusReason) -> None:
        self._showing_detail = True
        if self._room is Room.NARROW:
            self.list.hide()
            self.detail.show()
            self.detail.take_focus(reason)
        self._offer_back()

    def _back(self) -> None:
        self._showing_detail = False
        if self._room is Room.NARROW:
            self.detail.hide()
            self.list.show()
            self.list.take_focus()
        self._offer_back()

    # -- drawer ------------------------------------------------------------------------------------

    def _drawer_place(self) -> QRect:
        return QRect(0, 0, SIDEBAR_WIDTH, self.height())

    def _open_drawer(self) -> None:
        self._scrim.setGeometry(self.rect())
        self._scrim.show()
        self._scrim.raise_()
        self.sidebar.setGeometry(self._drawer_place())
        self.sidebar.show()
        self.sidebar.raise_()
        self._veil_behind(on=True)
        self.sidebar.take_focus()

    def _close_drawer(self) -> None:
        if self._scrim.isVisible():
            self._scrim.hide()
            self._veil_behind(on=False)
            self.sidebar.setVisible(self._room is Room.WIDE)

    def _leave_drawer(self) -> None:
        """Close it with nothing chosen: the keyboard goes back to its button."""
        self._close_drawer()
        self.list.focus_drawer()

    def _veil_behind(self, *, on: bool) -> None:
        self.sidebar.keep_focus(keep=on)
        for pane in (self.list, self.detail):
            veil(pane, on=on)
        self._offer_back()


class DrawerScrim(QWidget):
    """Darkens what the drawer lies on.

    Signals:
        pressed: somewhere beside the drawer.
    """

    pressed = Signal()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current_look().colour("scrim"))
