"""The three panes: side by side, or fewer at a time in a narrow window."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.account_filter import ALL, Section
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.detail.detail_pane import DetailPane
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import line_height
from twauth_gui.gui.theme.shapes import set_blocked
from twauth_gui.gui.workspace.list_pane import ListPane
from twauth_gui.gui.workspace.selection_commands import SelectionCommands
from twauth_gui.gui.workspace.sidebar import Sidebar
from twauth_gui.services.settings import WindowPlace

SIDEBAR_WIDTH = 208
_WIDE_WIDTH, _MEDIUM_WIDTH = 1040, 760
_LINE = 20  # pixels, of one line of normal text
_LIST_MIN, _LIST_MAX = 400, 560
_DETAIL_MIN = 320


class WidthClass(Enum):
    """How many panes the window's width has room for."""

    WIDE = "three panes"
    MEDIUM = "list and detail, the sidebar as a drawer"
    NARROW = "one pane at a time"


class Panes(QWidget):
    """Sidebar, list and detail."""

    def __init__(self, context: AppContext, actions: AccountActions) -> None:
        super().__init__()
        self._context = context
        self._width_class = WidthClass.WIDE
        self.sidebar = Sidebar(context, actions, lambda query: self.list.count_rows(query), self)
        self.list = ListPane(context, actions, self)
        self.detail = DetailPane(context, actions, self)
        self._scrim = DrawerScrim(self)
        self._shows_detail = False
        self._opened_from: QWidget | None = None
        self._build()
        self._back_shortcuts = [QShortcut(QKeySequence(keys), self) for keys in ("Esc", "Alt+Left")]
        self._connect(actions)
        self._on_section_chosen(ALL)
        self._show_snapshot()

    def _connect(self, actions: AccountActions) -> None:
        context = self._context
        self.sidebar.section_chosen.connect(self._on_section_chosen)
        self.list.selection_changed.connect(self.detail.show_selection)
        self.list.opened.connect(self._on_opened)
        self.list.view.clicked.connect(self._on_clicked)
        self.list.drawer_requested.connect(self._open_drawer)
        self.list.section_requested.connect(self.sidebar.select_section)
        self.list.search_requested.connect(self._start_search)
        self.list.save_requested.connect(self.sidebar.save_filter)
        self.sidebar.filter_saved.connect(self._on_filter_saved)
        self.list.install_shortcuts(self)
        SelectionCommands(self.list.view, context, actions, self)
        actions.removals.restored.connect(self.select_rows)
        actions.attention_requested.connect(self.sidebar.show_attention)
        actions.places_requested.connect(self._show_places)
        self.detail.back_requested.connect(self._close_detail)
        self.detail.focus_lost.connect(self._take_focus)
        context.dialogs.changed.connect(self._on_dialogs_changed)
        self._scrim.pressed.connect(self._cancel_drawer)
        for shortcut in self._back_shortcuts:
            shortcut.activated.connect(self._go_back)
        context.snapshots.changed.connect(self._show_snapshot)
        context.background_sign_ins.completed.connect(self._on_sign_in_finished)
        self.detail.left.connect(self._leave_detail)

    def _build(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._fit_sidebar()
        self._row.addWidget(self.sidebar)
        self._row.addWidget(self.list, 480)
        self._row.addWidget(self.detail, 432)
        self.list.setMinimumWidth(_LIST_MIN)
        self.list.setMaximumWidth(_LIST_MAX)
        # Else the widest page that was shown since the start would take room from the list.
        self.detail.setMinimumWidth(_DETAIL_MIN)
        self._scrim.hide()

    def _fit_sidebar(self) -> None:
        self.sidebar.setFixedWidth(SIDEBAR_WIDTH * line_height() // _LINE)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._fit_sidebar()

    def _show_snapshot(self) -> None:
        snapshot = self._context.snapshots.current
        self.list.show_snapshot(snapshot)
        self.sidebar.show_snapshot(snapshot)
        if not self.list.view.selected_ids() and snapshot.accounts:
            first = snapshot.active_account_id or next(iter(snapshot.accounts))
            self.list.view.select_row(first)
        if not self.list.view.selected_ids():
            self._close_detail()  # it has nothing left to show

    @property
    def current_place(self) -> WindowPlace:
        """What is shown, to be restored by the next window."""
        selected = self.list.view.selected_ids()
        return WindowPlace(
            section=self.sidebar.section_name,
            order=self.list.order_name,
            row_id=selected[0] if len(selected) == 1 else "",
        )

    def show_hint(self) -> None:
        """Show a hint below the list, if there is one that was not dismissed."""
        from twauth_gui.gui.help.hints import HintBar, choose_hint  # noqa: PLC0415 - seldom

        preferences = self._context.preferences
        accounts = len(self._context.snapshots.current.accounts)
        hint = choose_hint(accounts, preferences.current.dismissed_hints)
        column = self.list.layout()
        if hint is not None and column is not None:
            column.addWidget(HintBar(hint, preferences))

    def restore_place(self, place: WindowPlace) -> None:
        """Show what an earlier window showed, as far as it still exists."""
        self.list.restore_order(place.order)
        self.sidebar.restore_section(place.section)
        self.list.view.select_row(place.row_id)

    @property
    def selected_app(self) -> AppId | None:
        """The app whose accounts are shown; None if the list is not that of one app."""
        return self.sidebar.selected_app

    @property
    def selected_account(self) -> Account | None:
        """The account that is selected; None if none or several are."""
        ids = self.list.view.selected_ids()
        known = self._context.snapshots.current.accounts
        return known.get(AccountId(ids[0])) if len(ids) == 1 else None

    def _on_sign_in_finished(self, pending_id: str, account_id: str) -> None:
        """If a sign-in that completed in the background is selected, select its account."""
        if pending_id in self.list.view.selected_ids():
            self._context.snapshots.reload(on_done=lambda: self.list.select(account_id))

    def _take_focus(self) -> None:
        if self.list.isVisible():
            self.list.take_focus()
        else:
            self.detail.take_focus()

    def _on_dialogs_changed(self) -> None:
        """Take the focus if a closed dialog has left it to no widget."""
        if (
            not self._context.dialogs.count()
            and self.isVisible()
            and not QApplication.focusWidget()
        ):
            self._take_focus()

    def show_tag(self, tag: str) -> None:
        """Show the accounts that have a tag, and nothing else."""
        self.sidebar.choose_section(ALL)
        self.list.search_tag(tag)

    def select(self, row_id: str) -> None:
        """Select this row and show its details."""
        self.list.select(row_id)
        self._open_detail(Qt.FocusReason.OtherFocusReason)

    def select_rows(self, row_ids: Sequence[str]) -> None:
        """Select these rows, and show the details of a single one."""
        if len(row_ids) == 1:
            self.select(row_ids[0])
        elif row_ids:
            self.list.select_rows(row_ids)

    def _show_places(self, account_id: str) -> None:
        self.select(account_id)
        self.detail.show_places()

    def _on_section_chosen(self, section: Section) -> None:
        self.list.show_section(section, self.sidebar.section_title)
        if self._scrim.isVisible():
            self._close_drawer()
            self._take_focus()

    def _start_search(self) -> None:
        if not self.list.isVisible():
            self._close_detail()
        self.list.focus_search()

    def _on_filter_saved(self) -> None:
        """Leave the search to the section that it has become."""
        self.list.clear_search()
        self.list.take_focus()

    def _go_back(self) -> None:
        """Close the drawer, else go back from the details to the list."""
        if self._scrim.isVisible():
            self._cancel_drawer()
        else:
            self._close_detail()

    # -- widths ------------------------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        focused = QApplication.focusWidget()
        if not focused or not focused.isVisible():
            self._take_focus()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width_class = _width_class_of(event.size().width())
        if width_class is not self._width_class:
            self._width_class = width_class
            self._arrange()
        self._scrim.setGeometry(self.rect())
        if self._scrim.isVisible():
            self.sidebar.setGeometry(self._drawer_geometry())

    def _arrange(self) -> None:
        self._close_drawer()
        wide, narrow = self._width_class is WidthClass.WIDE, self._width_class is WidthClass.NARROW
        self.sidebar.setVisible(wide)
        if wide and self._row.indexOf(self.sidebar) < 0:
            self._row.insertWidget(0, self.sidebar)
        elif not wide:
            self._row.removeWidget(self.sidebar)
        self.list.set_drawer_button(visible=not wide)
        self.list.setMinimumWidth(0 if narrow else _LIST_MIN)
        self.list.setMaximumWidth(16_777_215 if narrow else _LIST_MAX)
        self.detail.set_back(visible=narrow)
        self.list.setVisible(not narrow or not self._shows_detail)
        self.detail.setVisible(not narrow or self._shows_detail)
        self._update_back_shortcuts()

    def _update_back_shortcuts(self) -> None:
        """Enable the keys that go back only if there is a way back.

        What is edited in the details takes Escape first; the pane gets it if nothing does.
        """
        alone = self._width_class is WidthClass.NARROW and self._shows_detail
        escape, back = self._back_shortcuts
        escape.setEnabled(self._scrim.isVisible())
        back.setEnabled(alone or self._scrim.isVisible())

    def _on_clicked(self, _index: QModelIndex) -> None:
        self._open_detail(Qt.FocusReason.MouseFocusReason)

    def _on_opened(self, _row_id: str) -> None:
        """Show the row's details and go there; Escape returns to the widget it was opened from."""
        self._opened_from = QApplication.focusWidget()
        self._open_detail(Qt.FocusReason.OtherFocusReason)
        if self._width_class is not WidthClass.NARROW:
            self.detail.take_focus()

    def _leave_detail(self) -> None:
        """Return to the search, if a hit of it was opened, else to the list."""
        if self._width_class is WidthClass.NARROW:
            self._close_detail()
            return
        origin = self._opened_from
        if origin is not None and isValid(origin) and self.list.isAncestorOf(origin):
            origin.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._take_focus()

    def _open_detail(self, reason: Qt.FocusReason) -> None:
        self._shows_detail = True
        if self._width_class is WidthClass.NARROW:
            self.list.hide()
            self.detail.show()
            self.detail.take_focus(reason)
        self._update_back_shortcuts()

    def _close_detail(self) -> None:
        self._shows_detail = False
        if self._width_class is WidthClass.NARROW:
            self.detail.hide()
            self.list.show()
            self.list.take_focus()
        self._update_back_shortcuts()

    # -- drawer ------------------------------------------------------------------------------------

    def _drawer_geometry(self) -> QRect:
        return QRect(0, 0, self.sidebar.width(), self.height())

    def _open_drawer(self) -> None:
        self._scrim.setGeometry(self.rect())
        self._scrim.show()
        self._scrim.raise_()
        self.sidebar.setGeometry(self._drawer_geometry())
        self.sidebar.show()
        self.sidebar.raise_()
        self._block_behind(on=True)
        self.sidebar.take_focus()

    def _close_drawer(self) -> None:
        if self._scrim.isVisible():
            self._scrim.hide()
            self._block_behind(on=False)
            self.sidebar.setVisible(self._width_class is WidthClass.WIDE)

    def _cancel_drawer(self) -> None:
        """Close it with nothing chosen, and focus its button again."""
        self._close_drawer()
        self.list.focus_drawer_button()

    def _block_behind(self, *, on: bool) -> None:
        self.sidebar.trap_focus(enabled=on)
        for pane in (self.list, self.detail):
            set_blocked(pane, on=on)
        self._update_back_shortcuts()


def _width_class_of(width: int) -> WidthClass:
    """Return the class of a width in pixels; larger text needs more room for the same panes."""
    width = width * _LINE // line_height()
    if width >= _WIDE_WIDTH:
        return WidthClass.WIDE
    return WidthClass.MEDIUM if width >= _MEDIUM_WIDTH else WidthClass.NARROW


class DrawerScrim(QWidget):
    """Darkens what is behind the drawer.

    Signals:
        pressed: the mouse was pressed beside the drawer.
    """

    pressed = Signal()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look_of(self).colour("scrim"))
