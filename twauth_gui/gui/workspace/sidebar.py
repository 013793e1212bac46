"""The left pane: the active account, the sections, the apps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.domain.apps import App, AppId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.account_filter import (
    ALL,
    ATTENTION,
    SIGNING_IN,
    Section,
    app_section,
    saved_section,
)
from twauth_gui.gui.accounts.account_query import AccountQuery, parse_query
from twauth_gui.gui.action_menu import open_action_menu
from twauth_gui.gui.app_actions import CHANGE_APP_KEYS, make_app_offers
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import FocusRing, move_focus
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
from twauth_gui.gui.workspace.saved_filters import SavedFilters
from twauth_gui.services.settings import SavedFilter

_PADDING = 10
_ICON = 16
_ARROWS = 14
_GAP = 10
_MENU_SIDE = 24


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
        self._menu_button: IconButton | None = None
        self._ring = FocusRing(self)

    def add_menu_button(self, name: str) -> None:
        """Show a button under the pointer, in place of the count, that asks for the menu.

        The keyboard has the Menu key for that.
        """
        self._menu_button = IconButton("ellipsis", name, side=_MENU_SIDE)
        self._menu_button.setParent(self)
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu_button.hide()
        self._menu_button.clicked.connect(
            lambda: self.customContextMenuRequested.emit(self.rect().center())
        )

    def _show_menu_button(self, *, on: bool) -> None:
        if self._menu_button is not None:
            left = self.width() - _MENU_SIDE - 4
            self._menu_button.move(left, (self.height() - _MENU_SIDE) // 2)
            self._menu_button.setVisible(on)
        self.update()

    def set_count(self, count: int | None, *, is_warning: bool = False) -> None:
        """Show a number at the right; None shows nothing."""
        text = "" if count is None else f"{count:,}"
        self.set_trailing(text, is_warning=is_warning and bool(count))

    def set_trailing(self, text: str, *, is_warning: bool = False) -> None:
        """Show a few letters at the right."""
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
        self._show_menu_button(on=True)
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._show_menu_button(on=False)
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
        if self._menu_button is not None and self._menu_button.isVisible():
            return self._menu_button.x()
        if not self._count:
            return right
        painter.setFont(text_font(TextStyle.SMALL, strong=self._is_warning))
        role = "warn" if self._is_warning else "text-2" if self.isChecked() else "text-3"
        painter.setPen(look_of(self).colour(role))
        width = painter.fontMetrics().horizontalAdvance(self._count)
        room = QRect(right - width, 0, width, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._count)
        return right - width - _GAP


class ActiveAccountButton(QAbstractButton):
    """Shows the active account; a click opens the choice of another."""

    def __init__(self) -> None:
        super().__init__()
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

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the active account of this snapshot."""
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


class Sidebar(QFrame):
    """Lists the sections and apps, one of which the list shows.

    Args:
        count_rows: returns how many accounts a saved filter finds.

    Signals:
        section_chosen: carries the Section.
        filter_saved: a search was saved as a filter, which is shown now.
    """

    section_chosen = Signal(object)
    filter_saved = Signal()

    def __init__(
        self,
        context: AppContext,
        actions: AccountActions,
        count_rows: Callable[[AccountQuery], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sections and apps")
        self._count_rows = count_rows
        self._filters = SavedFilters(context, self)
        self._filters.saved.connect(self._on_filter_saved)
        self._filter_items: dict[SavedFilter, SidebarItem] = {}
        self._filter_column = QVBoxLayout()
        self._filter_part = self._make_filter_part()
        self._context = context
        self._actions = actions
        self._section: Section = ALL
        self._traps_focus = False
        self._apps: tuple[App, ...] = ()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._active_account = ActiveAccountButton()
        self._active_account.clicked.connect(lambda: context.window.open_palette(switching=True))
        self._all = SidebarItem("All accounts", icon="users-round")
        self._attention = SidebarItem("Needs attention", icon="triangle-alert")
        self._signing_in = SidebarItem("Signing in", icon="log-in")
        self._batch = self._make_batch_item()
        self._group = QButtonGroup(self)
        self._items: dict[Section, SidebarItem] = {}
        self._app_items: dict[AppId, SidebarItem] = {}
        self._build()
        self._add_section(self._all, ALL)
        self._add_section(self._attention, ATTENTION)
        self._add_section(self._signing_in, SIGNING_IN)
        self._all.setChecked(True)
        context.preferences.changed.connect(self._show_filters)

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
        return move_focus(self, onward=onward)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 9, 12)
        column.setSpacing(0)
        column.addWidget(self._active_account)
        column.addSpacing(12)
        column.addWidget(self._make_section_area(), 1)
        column.addSpacing(8)
        sandbox = SidebarItem("Pretend X", icon="flask-conical")
        sandbox.setToolTip("A pretend X on this computer, for trying things out")
        sandbox.clicked.connect(lambda: self._context.window.open_sandbox())
        column.addWidget(sandbox)
        column.addLayout(self._make_footer())

    def _make_section_area(self) -> QScrollArea:
        """Make the part with sections, filters and apps, which scrolls if they are many."""
        sections = QWidget()
        column = QVBoxLayout(sections)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        for item in (self._all, self._attention, self._signing_in, self._batch):
            column.addWidget(item)
        column.addWidget(self._filter_part)
        column.addSpacing(20)
        column.addLayout(self._make_app_head())
        self._app_column = QVBoxLayout()
        self._app_column.setSpacing(0)
        column.addLayout(self._app_column)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(sections)
        return area

    def _make_filter_part(self) -> QWidget:
        """Make the heading and the column of the saved filters."""
        part = QWidget()
        self._filter_column.setSpacing(0)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 20, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(_PADDING, 0, 2, 0)
        head.addWidget(
            Text("Filters", style=TextStyle.SMALL, role="text-3", strong=True, heading=True)
        )
        column.addLayout(head)
        column.addLayout(self._filter_column)
        part.hide()
        return part

    def _make_app_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(10, 0, 2, 0)
        head.addWidget(
            Text("Apps", style=TextStyle.SMALL, role="text-3", strong=True, heading=True), 1
        )
        add = IconButton("plus", "Add app", icon_size=14, side=24)
        add.setToolTip("Add an app")
        add.clicked.connect(lambda: self._context.window.add_app())
        OpenVaultEnabler(self._context.vault, add)
        head.addWidget(add)
        return head

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
        item.setAutoExclusive(True)  # for a screen reader: one of several
        self._group.addButton(item)
        self._items[section] = item
        item.clicked.connect(lambda: self.select_section(section))

    @property
    def section_title(self) -> str:
        """The name of the section that is shown."""
        chosen = self._group.checkedButton()
        return "" if chosen is None else chosen.text()

    def choose_section(self, section: Section) -> None:
        """Choose a section as a click on its item does; one that is gone changes nothing."""
        item = self._items.get(section)
        if item is not None:
            item.click()

    def select_section(self, section: Section) -> None:
        """Show this section of the list."""
        self._section = section
        item = self._items.get(section)
        if item is not None:
            item.setChecked(True)
        self.section_chosen.emit(section)

    @property
    def section_name(self) -> str:
        """The name of the section that is shown, for restore_section()."""
        return _name_section(self._section)

    def restore_section(self, name: str) -> None:
        """Show the section that an earlier window showed; one that is gone changes nothing."""
        item = next((item for one, item in self._items.items() if _name_section(one) == name), None)
        if item is not None:
            item.click()

    def show_attention(self) -> None:
        """Show the accounts that need attention."""
        self._attention.click()

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
        self._batch.setVisible(bool(snapshot.batch_progress))
        self._batch.set_trailing(snapshot.batch_progress)
        self._show_apps(tuple(snapshot.apps.values()))
        counts = Counter([one.app_id for one in accounts])
        counts.update(one.app_id for one in pending_sign_ins)
        for app_id, item in self._app_items.items():
            item.set_count(counts[app_id])
        self._show_filters()
        self._count_filters()

    # -- saved filters -----------------------------------------------------------------------------

    def save_filter(self, query: AccountQuery) -> None:
        """Ask for a name, then keep this query as a section."""
        self._filters.save(query)

    def _on_filter_saved(self, saved: SavedFilter) -> None:
        self.filter_saved.emit()
        self.select_section(_section_of(saved))

    def _show_filters(self) -> None:
        filters = self._filters.all
        if filters == tuple(self._filter_items):
            return
        had_focus = any(item.hasFocus() for item in self._filter_items.values())
        for saved, item in self._filter_items.items():
            del self._items[_section_of(saved)]
            self._remove_item(item)
        self._filter_items = {saved: self._make_filter_item(saved) for saved in filters}
        self._filter_part.setVisible(bool(filters))
        self._count_filters()
        self._keep_section()
        if had_focus:
            self.take_focus()

    def _keep_section(self) -> None:
        """Go on showing a filter that was renamed; show all if it was removed."""
        current = self._items.get(self._section)
        if current is not None:
            current.setChecked(True)
            return
        query = self._section.query
        renamed = (one for one in self._items if query and one.query == query)
        self.select_section(next(renamed, ALL))

    def _count_filters(self) -> None:
        for saved, item in self._filter_items.items():
            item.set_count(self._count_rows(_section_of(saved).query))

    def _make_filter_item(self, saved: SavedFilter) -> SidebarItem:
        item = SidebarItem(saved.name, icon="list-filter")
        item.setToolTip(escape_tooltip(f"{saved.name}\n{saved.query}"))
        item.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        item.customContextMenuRequested.connect(lambda: self._filters.open_menu(saved, item))
        item.add_menu_button(f"Actions on the filter {saved.name}")
        self._add_section(item, _section_of(saved))
        self._filter_column.addWidget(item)
        return item

    def _remove_item(self, item: SidebarItem) -> None:
        self._group.removeButton(item)
        item.setParent(None)
        item.deleteLater()

    # -- apps --------------------------------------------------------------------------------------

    def _make_batch_item(self) -> SidebarItem:
        item = SidebarItem("Your list", icon="list-plus")
        item.setToolTip("Continue with the list of accounts to sign in")
        item.clicked.connect(self._continue_batch)
        return item

    def _continue_batch(self) -> None:
        from twauth_gui.gui.signin.batch_sign_in import open_batch_sign_in  # noqa: PLC0415 - a dialog

        open_batch_sign_in(self._context, None, self)

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
        for app_id, item in self._app_items.items():
            del self._items[app_section(app_id)]
            self._remove_item(item)
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
        item.add_menu_button(f"Actions on {app.label}")
        change = QShortcut(QKeySequence(CHANGE_APP_KEYS), item)
        change.setContext(Qt.ShortcutContext.WidgetShortcut)
        change.activated.connect(lambda: self._context.window.edit_app(app.id))
        self._add_section(item, app_section(app.id))
        self._app_column.addWidget(item)
        return item

    def _open_app_menu(self, app: App, item: SidebarItem) -> None:
        place = item.mapToGlobal(item.rect().bottomLeft())
        open_action_menu(
            item,
            f"Actions on {app.label}",
            make_app_offers(self._context, self._actions, app),
            place,
        )


def _section_of(saved: SavedFilter) -> Section:
    return saved_section(saved.name, parse_query(saved.query))


def _name_section(section: Section) -> str:
    if section.name:
        return f"filter {section.name}"
    return section.app_id or str(section.query) or section.kind.value
