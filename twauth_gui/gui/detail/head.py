"""The head of the detail pane: who it is, and the main action."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.gui.library import Snapshot
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import PANE_HEAD, Type


class DetailHead(QWidget):
    """Avatar, handle, star, Export, and a menu.

    Signals:
        export_wanted, activate_wanted, copy_handle_wanted, back_wanted: what was pressed.
    """

    export_wanted = Signal()
    activate_wanted = Signal()
    copy_handle_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._active = False
        self.setMinimumHeight(PANE_HEAD)
        self._avatar = Avatar("", 0, 40)
        self._handle = ElidedLabel("", type=Type.HEADING, strong=True)
        self._star = Text("")
        self._star.setAccessibleName("Active account")
        self._what = ElidedLabel("", type=Type.SMALL, role="text-2")
        self.back = IconButton("arrow-left", "Back to the list", side=32)
        self.back.clicked.connect(self.back_wanted)
        self.back.hide()
        self.export = primary_button("Export…", "upload")
        self.export.clicked.connect(self.export_wanted)
        self._more = IconButton("ellipsis", "More")
        self._more.clicked.connect(self._open_menu)
        self._build()
        current_look().changed.connect(self._paint_star)
        self._paint_star()

    def _build(self) -> None:
        name_row = QHBoxLayout()
        name_row.setSpacing(6)
        name_row.addWidget(self._handle)
        name_row.addWidget(self._star)
        name_row.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addLayout(name_row)
        texts.addWidget(self._what)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 14, 0)
        row.setSpacing(12)
        row.addWidget(self.back)
        row.addWidget(self._avatar)
        row.addLayout(texts, 1)
        row.addWidget(self.export)
        row.addWidget(self._more)

    def show_account(self, account: Account, snapshot: Snapshot) -> None:
        """Show who is selected."""
        self._active = account.id == snapshot.active
        self._avatar.set_identity(avatar_letters(account.handle), hue_of(account.user_id))
        self._handle.setText(account.at_handle)
        label = snapshot.label_of(account.app_id)
        self._what.setText(f"{account.name} · {label}" if account.name else label)
        self._star.setVisible(self._active)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        activate = menu.addAction("Make active")
        activate.setEnabled(not self._active)
        activate.triggered.connect(self.activate_wanted)
        menu.addAction("Copy handle").triggered.connect(self.copy_handle_wanted)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _paint_star(self) -> None:
        dpr = self.devicePixelRatioF()
        star = current_look().pixmap("star", "accent-text", 14, filled=True, dpr=dpr)
        self._star.setPixmap(star)
