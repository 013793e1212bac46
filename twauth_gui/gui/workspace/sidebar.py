"""The left pane: the active account, the sections, the apps."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.account_filter import ALL, ATTENTION, SIGNING_IN, Section, app_section
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import FocusRing
from twauth_gui.gui.parts.avatar import Avatar, Chip, avatar_letters, hue_of
from twauth_gui.gui.parts.buttons import IconButton
from twauth_gui.gui.parts.text import ElidedLabel, Text, escape_tooltip
from twauth_gui.gui.snapshot_store import Snapshot
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_CARD,
    RADIUS_CONTROL,
    TextStyle,
    scale_control_height,
    scale_height,
    scale_icon,
    text_font,
)
from twauth_gui.gui.vault.vault_dialogs import OpenVaultEnabler
from twauth_gui.gui.workspace.main_menu import SETTINGS_SHORTCUT, open_settings, show_main_menu

_PADDING = 10
_ICON = 16
_ARROWS = 14
_GAP = 10


class SidebarItem(QAbstractButton):
    """A line with an icon or an app's chip, a text, and a count at the right."""

    def __init__(self, text: str, *, icon: str = "", chip: Chip | None = None) -> None:
        super().__init__()
        self._icon = icon
        self._chip = chip
        self._count = ""
        self._is_warning = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if chip is not None:
            chip.setParent(self)
        self._ring = FocusRing(self)

    def set_count(self, count: int | None, *, is_warning: bool = False) -> None:
        """Show a number at the right; None shows nothing."""
        text, is_warning = "" if count is None else f"{count:,}", is_warning and bool(count)
        if text == self._count and is_warning == self._is_warning:
            return  # a snapshot comes every second while all are checked
        self._count = text
        self._is_warning = is_warning
        spoken = f"{self.text()}, {self._count}" if self._count else self.text()
        self.setAccessibleName(spoken)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(160, scale_control_height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(96, scale_control_height())

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = look_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("hover-side"))
            painter.drawRoundedRect(self.rect(), RADIUS_CONTROL, RADIUS_CONTROL)
        left = self._paint_icon(painter)
        right = self._paint_count(painter)
        painter.setFont(text_font(strong=self.isChecked()))
        painter.setPen(look.colour("text"))
        room = QRect(left, 0, right - left, self.height())
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_icon(self, painter: QPainter) -> int:
        side = scale_icon(_ICON)
        if self._chip is not None:
            self._chip.move(_PADDING, (self.height() - self._chip.height()) // 2)
        elif self._icon:
            role = "text" if self.isChecked() else "text-2"
            pixmap = look_of(self).pixmap(self._icon, role, side, dpr=self.devicePixelRatioF())
            painter.drawPixmap(_PADDING, (self.height() - side) // 2, pixmap)
        return _PADDING + side + _GAP

    def _paint_count(self, painter: QPainter) -> int:
        right = self.width() - _PADDING
        if not self._count:
            return right
        painter.setFont(text_font(TextStyle.SMALL, strong=self._is_warning))
        role = "warn" if self._is_warning else "text-2" if self.isChecked() else "text-3"
        painter.setPen(look_of(self).colour(role))
        width = painter.fontMetrics().horizontalAdvance(self._count)
        room = QRect(right - width, 0, width, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._count)
        return right - width - _GAP


_MENU_LIMIT = 30


class ActiveAccountButton(QAbstractButton):
    """Shows the active account; a click lists the others.

    Signals:
        chosen: the user chose another active account; carries its id.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = Snapshot()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._avatar = Avatar("", 0, 24)
        self._handle = ElidedLabel("", strong=True)
        self._caption = ElidedLabel("", style=TextStyle.MICRO, role="text-3")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self._handle)
        texts.addWidget(self._caption)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 0, scale_icon(_ARROWS) + 14, 0)
        row.setSpacing(10)
        row.addWidget(self._avatar)
        row.addLayout(texts, 1)
        for part in (self._avatar, self._handle, self._caption):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ring = FocusRing(self)
        self.clicked.connect(self._open_menu)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the active account of this snapshot."""
        self._snapshot = snapshot
        active = (
            snapshot.accounts.get(snapshot.active_account_id)
            if snapshot.active_account_id
            else None
        )
        self.setEnabled(bool(snapshot.accounts))
        if active is None:
            self._avatar.set_identity("?", 0)
            self._handle.setText("No active account")
            self._caption.setText("Choose one" if snapshot.accounts else "None yet")
            self.setAccessibleName("No active account")
            return
        self._avatar.set_identity(avatar_letters(active.handle), hue_of(active.user_id))
        self._handle.setText(active.at_handle)
        self._caption.setText("Active account")
        self.setAccessibleName(f"Active account {active.at_handle}")

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        accounts = sorted(self._snapshot.accounts.values(), key=lambda one: one.handle.casefold())
        for account in accounts[:_MENU_LIMIT]:
            self._add_account(menu, account)
        if len(accounts) > _MENU_LIMIT:
            menu.addSeparator()
            more = menu.addAction(f"{len(accounts) - _MENU_LIMIT} more in the list")
            more.setEnabled(False)
        menu.setMinimumWidth(self.width())
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _add_account(self, menu: QMenu, account: Account) -> None:
        action = menu.addAction(f"{account.at_handle}   {self._snapshot.label_of(account.app_id)}")
        action.setCheckable(True)
        action.setChecked(account.id == self._snapshot.active_account_id)
        chosen: AccountId = account.id
        action.triggered.connect(lambda: self.chosen.emit(chosen))

    @override
    def sizeHint(self) -> QSize:
        return QSize(190, scale_height(44, TextStyle.BODY, TextStyle.MICRO))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = look_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.colour("line"))
        painter.setBrush(look.colour("hover" if self.underMouse() else "card"))
        frame = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS_CARD, RADIUS_CARD)
        side = scale_icon(_ARROWS)
        arrows = look.pixmap("chevrons-up-down", "text-3", side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(self.width() - _PADDING - side, (self.height() - side) // 2, arrows)


class Sidebar(QWidget):
    """Lists the sections and apps, one of which the list shows.

    Signals:
        section_chosen: carries the Section.
    """

    section_chosen = Signal(object)

    def __init__(
        self, context: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._section: Section = ALL
        self._traps_focus = False
        self._apps: tuple[App, ...] = ()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._active_account = ActiveAccountButton()
        self._active_account.chosen.connect(actions.set_active)
        self._all = SidebarItem("All accounts", icon="users-round")
        self._attention = SidebarItem("Needs attention", icon="triangle-alert")
        self._signing_in = SidebarItem("Signing in", icon="log-in")
        self._group = QButtonGroup(self)
        self._app_items: dict[AppId, SidebarItem] = {}
        self._build()
        self._add_section(self._all, ALL)
        self._add_section(self._attention, ATTENTION)
        self._add_section(self._signing_in, SIGNING_IN)
        self._all.setChecked(True)

    def take_focus(self) -> None:
        """Focus the section that is shown."""
        chosen = self._group.checkedButton() or self._all
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def trap_focus(self, *, enabled: bool) -> None:
        """Keep Tab within the sidebar while it is a drawer over the other panes."""
        self._traps_focus = enabled

    @override
    def focusNextPrevChild(self, onward: bool, /) -> bool:
        if not self._traps_focus:
            return super().focusNextPrevChild(onward)
        stops = [one for one in self.findChildren(QWidget) if _is_tab_stop(one)]
        stops.sort(key=lambda one: (one.mapTo(self, QPoint()).y(), one.mapTo(self, QPoint()).x()))
        current = next((number for number, one in enumerate(stops) if one.hasFocus()), -1)
        reason = Qt.FocusReason.TabFocusReason if onward else Qt.FocusReason.BacktabFocusReason
        stops[(current + (1 if onward else -1)) % len(stops)].setFocus(reason)
        return True

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 9, 12)
        column.setSpacing(0)
        column.addWidget(self._active_account)
        column.addSpacing(16)
        for item in (self._all, self._attention, self._signing_in):
            column.addWidget(item)
        column.addSpacing(20)
        head = QHBoxLayout()
        head.setContentsMargins(10, 0, 2, 0)
        head.addWidget(Text("Apps", style=TextStyle.SMALL, role="text-3", strong=True), 1)
        add = IconButton("plus", "Add app", icon_size=14, side=24)
        add.setToolTip("Add an app")
        add.clicked.connect(lambda: self._context.window.add_app())
        OpenVaultEnabler(self._context.vault, add)
        head.addWidget(add)
        column.addLayout(head)
        self._app_column = QVBoxLayout()
        self._app_column.setSpacing(0)
        column.addLayout(self._app_column)
        column.addStretch(1)
        sandbox = SidebarItem("Pretend X", icon="flask-conical")
        sandbox.setToolTip("A pretend X on this computer, for trying things out")
        sandbox.clicked.connect(lambda: self._context.window.open_sandbox())
        column.addWidget(sandbox)
        column.addLayout(self._make_footer())

    def _make_footer(self) -> QHBoxLayout:
        settings = SidebarItem("Settings", icon="settings")
        settings.setToolTip(f"Settings ({SETTINGS_SHORTCUT})")
        settings.clicked.connect(lambda: open_settings(self._context))
        more = IconButton("ellipsis", "Menu", side=28)
        more.clicked.connect(lambda: show_main_menu(self._context, more))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(settings, 1)
        row.addWidget(more)
        return row

    def _add_section(self, item: SidebarItem, section: Section) -> None:
        item.setCheckable(True)
        self._group.addButton(item)
        item.clicked.connect(lambda: self.select_section(section))

    def select_section(self, section: Section) -> None:
        """Show this section of the list."""
        self._section = section
        self.section_chosen.emit(section)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Update names and counts."""
        self._active_account.show_snapshot(snapshot)
        # As the list counts its rows: pending sign-ins are among them.
        accounts, pending_sign_ins = snapshot.accounts.values(), snapshot.pending_sign_ins.values()
        self._all.set_count(len(accounts) + len(pending_sign_ins))
        attention = sum(account.health.needs_attention for account in accounts)
        attention += sum(pending.needs_attention for pending in pending_sign_ins)
        self._attention.set_count(attention or None, is_warning=True)
        self._signing_in.set_count(len(snapshot.pending_sign_ins) or None)
        self._show_apps(tuple(snapshot.apps.values()))
        counts = Counter([one.app_id for one in accounts])
        counts.update(one.app_id for one in pending_sign_ins)
        for app_id, item in self._app_items.items():
            item.set_count(counts[app_id])

    @property
    def selected_app(self) -> AppId | None:
        """The app whose accounts are shown; None if another section is selected."""
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
        self._app_items = {app.id: self._make_app_item(app) for app in apps}
        self._apps = apps
        if focused is not None:
            self._app_items.get(focused, self._all).setFocus(Qt.FocusReason.OtherFocusReason)
        if chosen is not None and chosen in self._app_items:
            self._app_items[chosen].setChecked(True)
        elif chosen is not None:
            self._all.setChecked(True)
            self.select_section(ALL)

    def _make_app_item(self, app: App) -> SidebarItem:
        item = SidebarItem(app.label, chip=Chip(app.label, app.id))
        item.setToolTip(escape_tooltip(f"{app.label}\n{app.hosts.api}"))
        item.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        item.customContextMenuRequested.connect(lambda: self._open_app_menu(app, item))
        self._add_section(item, app_section(app.id))
        self._app_column.addWidget(item)
        return item

    def _open_app_menu(self, app: App, item: SidebarItem) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Add account…").triggered.connect(
            lambda: self._context.window.add_account(app.id)
        )
        menu.addAction("Change app…").triggered.connect(
            lambda: self._context.window.edit_app(app.id)
        )
        menu.popup(item.mapToGlobal(item.rect().bottomLeft()))


def _is_tab_stop(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled()
