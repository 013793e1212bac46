"""Scenes of the stage: several selected accounts, menus, questions about many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.journeys.stage_steps import press, wait_idle
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.action_menu import request_menu
from twauth_gui.gui.failed_accounts_dialog import FailedAccountsDialog
from twauth_gui.gui.window import MainWindow
from twauth_gui.gui.workspace.sidebar import SidebarItem
from twauth_gui.services.bulk_run import AccountProblem


def selection_scenes(window: MainWindow) -> dict[str, Callable[[], None]]:
    """Return the scenes about several accounts by name."""

    def several(then: Callable[[], None] = lambda: None) -> None:
        window.findChildren(AccountListView)[0].selectAll()
        wait_idle(window)
        then()

    def row_menu() -> None:
        window.findChildren(AccountListView)[0].setFocus()
        request_menu()

    def open_details() -> None:
        view = window.findChildren(AccountListView)[0]
        view.opened.emit(view.selected_ids()[0])

    def remove() -> None:
        open_details()
        press(window, "Remove…")

    def app_menu() -> None:
        items = window.findChildren(SidebarItem)
        next(one for one in items if one.text() == "Newsroom").setFocus()
        request_menu()

    return {
        "selected": several,
        "selected-alone": partial(several, open_details),
        "selected-menu": partial(several, row_menu),
        "row-menu": row_menu,
        "app-menu": app_menu,
        "selected-remove": partial(several, remove),
        "failed": partial(_show_failures, window),
    }


def _show_failures(window: MainWindow) -> None:
    accounts = window.context.services.store.accounts.list_all()
    problems = [_invent_problem(one) for one in accounts[:3]]
    stop = Diagnosis(ProblemKind.TIMED_OUT, "X does not answer in time.", "")
    dialog = FailedAccountsDialog("5 of 11 accounts were not revoked", problems, stop, 2)
    dialog.offer_retry(5)
    window.context.dialogs.open(dialog)


def _invent_problem(account: Account) -> AccountProblem:
    title = f"X did not revoke the credentials of {account.at_handle}."
    advice = (
        "X does not answer in time. They still work. To revoke them by hand, sign in to x.com as "
        f"{account.at_handle}, open Connected apps, choose Newsroom and revoke its permissions."
    )
    return AccountProblem(account, Diagnosis(ProblemKind.TIMED_OUT, title, advice))
