"""The card at the top of the sidebar: the active account, and a menu to change it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.gui.library import Snapshot
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.focus_ring import FocusRing
from twauth_gui.gui.parts.text import ElidedLabel
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_CARD, Type, fit

_MENU_LIMIT = 30


class ActiveSwitch(QAbstractButton):
    """Shows the active account; a click lists the others.

    Signals:
        chosen: another account is to be the active one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot = Snapshot()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._avatar = Avatar("", 0, 24)
        self._handle = ElidedLabel("", strong=True)
        self._what = ElidedLabel("", type=Type.MICRO, role="text-3")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self._handle)
        texts.addWidget(self._what)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 0, 28, 0)
        row.setSpacing(10)
        row.addWidget(self._avatar)
        row.addLayout(texts, 1)
        for part in (self._avatar, self._handle, self._what):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ring = FocusRing(self)
        self.clicked.connect(self._open_menu)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show who is active now."""
        self._snapshot = snapshot
        active = snapshot.accounts.get(snapshot.active) if snapshot.active else None
        self.setEnabled(bool(snapshot.accounts))
        if active is None:
            self._avatar.set_identity("?", 0)
            self._handle.setText("No active account")
            self._what.setText("Choose one" if snapshot.accounts else "None yet")
            self.setAccessibleName("No active account")
            return
        self._avatar.set_identity(avatar_letters(active.handle), hue_of(active.user_id))
        self._handle.setText(active.at_handle)
        self._what.setText("Active account")
        self.setAccessibleName(f"Active account {active.at_handle}")

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        accounts = sorted(self._snapshot.accounts.values(), key=lambda one: one.handle.casefold())
        for account in accounts[:_MENU_LIMIT]:
            self._add(menu, account)
        if len(accounts) > _MENU_LIMIT:
            menu.addSeparator()
            more = menu.addAction(f"{len(accounts) - _MENU_LIMIT} more in the list")
            more.setEnabled(False)
        menu.setMinimumWidth(self.width())
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _add(self, menu: QMenu, account: Account) -> None:
        action = menu.addAction(f"{account.at_handle}   {self._snapshot.label_of(account.app_id)}")
        action.setCheckable(True)
        action.setChecked(account.id == self._snapshot.active)
        chosen: AccountId = account.id
        action.triggered.connect(lambda: self.chosen.emit(chosen))

    @override
    def sizeHint(self) -> QSize:
        return QSize(190, fit(44, Type.BODY, Type.MICRO))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.colour("line"))
        painter.setBrush(look.colour("hover" if self.underMouse() else "card"))
        frame = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS_CARD, RADIUS_CARD)
        arrows = look.pixmap("chevrons-up-down", "text-3", 14, dpr=self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 24, (self.height() - 14) // 2, arrows)
