"""Context menu and keys that act on what is selected in the list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.gui.account_actions import ACCOUNT_SHORTCUTS, AccountAction, AccountActions
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.action_menu import open_action_menu
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.removal_controller import name_accounts

if TYPE_CHECKING:  # it loads what a sign-in needs
    from twauth_gui.gui.pending_sign_in_actions import PendingSignInActions

_LIST_ALONE = {AccountAction.REMOVE, AccountAction.COPY_HANDLE, AccountAction.NOTE}
"""Actions whose keys mean something else in other parts of the page."""


class SelectionCommands(QObject):
    """Opens the menu of the selected rows, and performs the actions behind their keys."""

    def __init__(
        self, view: AccountListView, context: AppContext, actions: AccountActions, page: QWidget
    ) -> None:
        super().__init__(page)
        self._view = view
        self._context = context
        self._actions = actions
        self._sign_in_actions: PendingSignInActions | None = None
        view.menu_requested.connect(self._open_menu)
        for action, keys in ACCOUNT_SHORTCUTS.items():
            is_list_alone = action in _LIST_ALONE
            shortcut = QShortcut(QKeySequence(keys), view if is_list_alone else page)
            if is_list_alone:
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(partial(self._perform, action))

    def _accounts(self) -> list[Account]:
        known = self._context.snapshots.current.accounts
        ids = [AccountId(one) for one in self._view.selected_ids()]
        return [known[one] for one in ids if one in known]

    def _perform(self, action: AccountAction) -> None:
        accounts = self._accounts()
        if accounts:
            self._actions.perform(action, accounts)

    def _open_menu(self, place: QPoint) -> None:
        accounts = self._accounts()
        if accounts:
            title = f"Actions on {name_accounts(accounts)}"
            open_action_menu(self._view, title, self._actions.offers(accounts), place)
            return
        from twauth_gui.gui.pending_sign_in_actions import PendingSignInActions  # noqa: PLC0415 - rare

        if self._sign_in_actions is None:
            self._sign_in_actions = PendingSignInActions(self._context, self)
        known = self._context.snapshots.current.pending_sign_ins
        ids = [PendingSignInId(one) for one in self._view.selected_ids()]
        offers = self._sign_in_actions.offers([known[one] for one in ids if one in known])
        if offers:
            open_action_menu(self._view, "Actions on the sign-in", offers, place)
