"""The left pane: the active account, the sections, the apps."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.apps import App, AppId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.filter import ALL, ATTENTION, SIGNING_IN, Section, of_app
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.library import Snapshot
from twauth_gui.gui.parts.avatar import Chip
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.parts.tooltip import tooltip
from twauth_gui.gui.theme.measure import Type
from twauth_gui.gui.vault.gate import WhileOpen
from twauth_gui.gui.workspace.active_switch import ActiveSwitch
from twauth_gui.gui.workspace.main_menu import SETTINGS_KEYS, open_settings, show_main_menu
from twauth_gui.gui.workspace.nav_item import NavItem


class Sidebar(QWidget):
    """Chooses what the list shows.

    Signals:
        section_chosen: carries the Section.
    """

    section_chosen = Signal(object)

    def __init__(
        self, desk: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._section: Section = ALL
        self._keeps_focus = False
        self._apps: tuple[App, ...] = ()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._switch = ActiveSwitch()
        self._switch.chosen.connect(actions.make_active)
        self._all = NavItem("All accounts", icon="users-round")
        self._attention = NavItem("Needs attention", icon="triangle-alert")
        self._signing_in = NavItem("Signing in", icon="log-in")
        self._group = QButtonGroup(self)
        self._app_items: dict[AppId, NavItem] = {}
        self._build()
        self._watch(self._all, ALL)
        self._watch(self._attention, ATTENTION)
        self._watch(self._signing_in, SIGNING_IN)
        self._all.setChecked(True)

    def take_focus(self) -> None:
        """Put the keyboard on the section that is shown."""
        chosen = self._group.checkedButton() or self._all
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep_focus(self, *, keep: bool) -> None:
        """Let Tab go round in here, where this lies over everything else."""
        self._keeps_focus = keep

    @override
    def focusNextPrevChild(self, onward: bool, /) -> bool:
        if not self._keeps_focus:
            return super().focusNextPrevChild(onward)
        stops = [one for one in self.findChildren(QWidget) if _is_stop(one)]
        stops.sort(key=lambda one: (one.mapTo(self, QPoint()).y(), one.mapTo(self, QPoint()).x()))
        here = next((place for place, one in enumerate(stops) if one.hasFocus()), -1)
        there = stops[(here + (1 if onward else -1)) % len(stops)]
        reason = Qt.FocusReason.TabFocusReason if onward else Qt.FocusReason.BacktabFocusReason
        there.setFocus(reason)
        return True

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 9, 12)
        column.setSpacing(0)
        column.addWidget(self._switch)
        column.addSpacing(16)
        for item in (self._all, self._attention, self._signing_in):
            column.addWidget(item)
        column.addSpacing(20)
        head = QHBoxLayout()
        head.setContentsMargins(10, 0, 2, 0)
        head.addWidget(Text("Apps", type=Type.SMALL, role="text-3", strong=True), 1)
        add = IconButton("plus", "Add app", icon_size=14, side=24)
        add.setToolTip("Add an app")
        add.clicked.connect(lambda: self._desk.window.add_app())
        WhileOpen(self._desk.vault, add)
        head.addWidget(add)
        column.addLayout(head)
        self._app_column = QVBoxLayout()
        self._app_column.setSpacing(0)
        column.addLayout(self._app_column)
        column.addStretch(1)
        pretend = NavItem("Pretend X", icon="flask-conical")
        pretend.setToolTip("A pretend X on this computer, for trying things")
        pretend.clicked.connect(lambda: self._desk.window.pretend_x())
        column.addWidget(pretend)
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        settings = NavItem("Settings", icon="settings")
        settings.setToolTip(f"Settings ({SETTINGS_KEYS})")
        settings.clicked.connect(lambda: open_settings(self._desk))
        more = IconButton("ellipsis", "Menu", side=28)
        more.clicked.connect(lambda: show_main_menu(self._desk, more))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(settings, 1)
        row.addWidget(more)
        return row

    def _watch(self, item: NavItem, section: Section) -> None:
        item.setCheckable(True)
        self._group.addButton(item)
        item.clicked.connect(lambda: self.choose(section))

    def choose(self, section: Section) -> None:
        """Show this section of the list."""
        self._section = section
        self.section_chosen.emit(section)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Bring names and counts up to date."""
        self._switch.show_snapshot(snapshot)
        # As the list counts its rows: sign-ins that wait are among them.
        accounts, attempts = snapshot.accounts.values(), snapshot.attempts.values()
        self._all.set_count(len(accounts) + len(attempts))
        attention = sum(account.health.needs_attention for account in accounts)
        attention += sum(attempt.needs_attention for attempt in attempts)
        self._attention.set_count(attention or None, warns=True)
        self._signing_in.set_count(len(snapshot.attempts) or None)
        self._show_apps(tuple(snapshot.apps.values()))
        counts = Counter([one.app_id for one in accounts])
        counts.update(one.app_id for one in attempts)
        for app_id, item in self._app_items.items():
            item.set_count(counts[app_id])

    @property
    def chosen_app(self) -> AppId | None:
        """The app whose accounts are shown; None where another section is chosen."""
        return AppId(self._section.app_id) if self._section.app_id else None

    def _show_apps(self, apps: tuple[App, ...]) -> None:
        apps = tuple(sorted(apps, key=lambda app: app.label.casefold()))
        if apps == self._apps:
            return
        focused = next((i for i, item in self._app_items.items() if item.hasFocus()), None)
        chosen = next((i for i, item in self._app_items.items() if item.isChecked()), None)
        for item in self._app_items.values():
            self._group.removeButton(item)
            item.setParent(None)
            item.deleteLater()
        self._app_items = {app.id: self._app_item(app) for app in apps}
        self._apps = apps
        if focused is not None:
            self._app_items.get(focused, self._all).setFocus(Qt.FocusReason.OtherFocusReason)
        if chosen is not None and chosen in self._app_items:
            self._app_items[chosen].setChecked(True)
        elif chosen is not None:
            self._all.setChecked(True)
            self.choose(ALL)

    def _app_item(self, app: App) -> NavItem:
        item = NavItem(app.label, chip=Chip(app.label, app.id))
        item.setToolTip(tooltip(f"{app.label}\n{app.hosts.api}"))
        item.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        item.customContextMenuRequested.connect(lambda: self._app_menu(app, item))
        self._watch(item, of_app(app.id))
        self._app_column.addWidget(item)
        return item

    def _app_menu(self, app: App, item: NavItem) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Add account…").triggered.connect(
            lambda: self._desk.window.add_account(app.id)
        )
        menu.addAction("Change app…").triggered.connect(lambda: self._desk.window.edit_app(app.id))
        menu.popup(item.mapToGlobal(item.rect().bottomLeft()))


def _is_stop(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled()
