"""Actions on accounts: one table for menus, pages, keys and the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.hosts import X_PAGE_URL
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.action_menu import ActionOffer
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.check_controller import CheckController
from twauth_gui.gui.removal_controller import RemovalController
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.vault_dialogs import needs_vault
from twauth_gui.services.placements import PlaceUpdate, describe_updates


class AccountAction(Enum):
    """What can be done with accounts; the values are the ids of the offers."""

    CHECK = "check"
    SIGN_IN_AGAIN = "sign-in-again"
    ACTIVATE = "activate"
    EXPORT = "export"
    PUSH = "push"
    COPY_HANDLE = "copy-handle"
    COPY_USER_ID = "copy-user-id"
    OPEN_PROFILE = "open-profile"
    TAG = "tag"
    NOTE = "note"
    FAVOURITE = "favourite"
    SHOW_PLACES = "show-places"
    UPDATE_PLACES = "update-places"
    REVOKE = "revoke"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class _ActionEntry:
    """One line of the table. several: the label for {n} accounts; "" if it acts on one alone."""

    action: AccountAction
    icon: str
    label: str
    several: str = ""
    shortcut: str = ""
    group: int = 0
    needs_vault: bool = True


_TABLE = (
    _ActionEntry(AccountAction.CHECK, "rotate-cw", "Check now", "Check {n} accounts", "F5"),
    _ActionEntry(
        AccountAction.SIGN_IN_AGAIN, "log-in", "Sign in again…", "Sign in {n} accounts again…"
    ),
    _ActionEntry(AccountAction.ACTIVATE, "star", "Make active", needs_vault=False),
    _ActionEntry(AccountAction.EXPORT, "upload", "Export…", "Export {n} accounts…", "Ctrl+E", 1),
    _ActionEntry(
        AccountAction.PUSH,
        "cloud-upload",
        "Push to a secret store…",
        "Push {n} accounts to a secret store…",
        group=1,
    ),
    _ActionEntry(
        AccountAction.UPDATE_PLACES,
        "refresh-cw",
        "Update old copies",
        "Update old copies of {n} accounts",
        group=1,
    ),
    _ActionEntry(
        AccountAction.COPY_HANDLE,
        "copy",
        "Copy handle",
        "Copy {n} handles",
        "Ctrl+C",
        2,
        needs_vault=False,
    ),
    _ActionEntry(
        AccountAction.COPY_USER_ID,
        "hash",
        "Copy user ID",
        "Copy {n} user IDs",
        group=2,
        needs_vault=False,
    ),
    _ActionEntry(
        AccountAction.OPEN_PROFILE,
        "external-link",
        "Open profile page",
        group=2,
        needs_vault=False,
    ),
    _ActionEntry(
        AccountAction.TAG, "tag", "Tags…", "Tags of {n} accounts…", group=3, needs_vault=False
    ),
    _ActionEntry(
        AccountAction.NOTE,
        "pencil",
        "Note…",
        "Note of {n} accounts…",
        "F2",
        3,
        needs_vault=False,
    ),
    _ActionEntry(
        AccountAction.FAVOURITE,
        "heart",
        "Add to favourites",
        "Add {n} accounts to favourites",
        group=3,
        needs_vault=False,
    ),
    _ActionEntry(
        AccountAction.SHOW_PLACES, "hard-drive", "Where is it?", group=3, needs_vault=False
    ),
    _ActionEntry(
        AccountAction.REVOKE, "unlink", "Revoke at X…", "Revoke {n} accounts at X…", group=4
    ),
    _ActionEntry(AccountAction.REMOVE, "trash-2", "Remove…", "Remove {n} accounts…", "Del", 4),
)

_NO_OLD_COPY = "No copy that Twauth knows of is old"
_NO_FAVOURITE = ("Remove from favourites", "Remove {n} accounts from favourites")

ACCOUNT_SHORTCUTS = {one.action: one.shortcut for one in _TABLE if one.shortcut}
"""The keys of the actions, which work on what is selected."""


class AccountActions(QObject):
    """Offers and performs actions on accounts. .checks checks, .removals removes and revokes.

    Signals:
        places_requested: show where the credentials of an account are; carries its id.
        attention_requested: show the accounts that need attention.
    """

    places_requested = Signal(str)
    attention_requested = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.checks = CheckController(context, self)
        self.removals = RemovalController(context, self)
        self._performers: dict[AccountAction, Callable[[list[Account]], object]] = {
            AccountAction.CHECK: lambda accounts: self.checks.check(_ids(accounts)),
            AccountAction.SIGN_IN_AGAIN: self._sign_in_again,
            AccountAction.ACTIVATE: lambda accounts: self.set_active(accounts[0].id),
            AccountAction.EXPORT: lambda accounts: context.window.open_export(_ids(accounts)),
            AccountAction.PUSH: lambda accounts: context.window.open_export(
                _ids(accounts), to_secret_store=True
            ),
            AccountAction.COPY_HANDLE: self._copy_handles,
            AccountAction.COPY_USER_ID: self._copy_user_ids,
            AccountAction.OPEN_PROFILE: lambda accounts: context.window.open_address(
                self._profile_address(accounts[0])
            ),
            AccountAction.TAG: self._open_tags,
            AccountAction.NOTE: self._open_note,
            AccountAction.FAVOURITE: self._toggle_favourite,
            AccountAction.SHOW_PLACES: lambda accounts: self.places_requested.emit(accounts[0].id),
            AccountAction.UPDATE_PLACES: self._update_places,
            AccountAction.REVOKE: self.removals.revoke,
            AccountAction.REMOVE: self.removals.remove,
        }

    # -- offers ------------------------------------------------------------------------------------

    def offers(self, accounts: Sequence[Account]) -> list[ActionOffer]:
        """Return what can be done with these accounts, in the order of a menu.

        What acts on one account alone is not among the offers for several. Each offer runs with
        these accounts, as they are now.
        """
        chosen = list(accounts)
        return [
            self._make_offer(entry, chosen)
            for entry in _TABLE
            if chosen and (len(chosen) == 1 or entry.several)
        ]

    def offer(self, action: AccountAction, accounts: Sequence[Account]) -> ActionOffer | None:
        """Return one of the offers; None if it does not act on so many accounts."""
        return next((one for one in self.offers(accounts) if one.id == action.value), None)

    def perform(self, action: AccountAction, accounts: Sequence[Account]) -> None:
        """Do it if it can be done, else say why not; a locked vault is unlocked first."""
        offer = self.offer(action, accounts)
        if offer is None:
            return
        if reason := self._obstacle(action, list(accounts)):
            self.context.window.show_status(reason)
        else:
            offer.run()

    def _make_offer(self, entry: _ActionEntry, accounts: list[Account]) -> ActionOffer:
        label = entry.several if len(accounts) > 1 else entry.label
        if entry.action is AccountAction.FAVOURITE and _are_favourites(accounts):
            label = _NO_FAVOURITE[len(accounts) > 1]
        short_label = label
        for count in (" of {n} accounts", "{n} accounts ", "{n} "):
            short_label = short_label.replace(count, "")
        why_not = self._obstacle(entry.action, accounts)
        if not why_not and entry.needs_vault and not self.context.vault.is_open:
            why_not = f"{self.context.vault.name} is not open."
        return ActionOffer(
            entry.action.value,
            label.format(n=f"{len(accounts):,}"),
            short_label,
            entry.icon,
            lambda: self._performers[entry.action](accounts),
            entry.shortcut,
            why_not,
            entry.group,
        )

    def _obstacle(self, action: AccountAction, accounts: list[Account]) -> str:
        """Say why it cannot be done, whatever the state of the vault; "" if it can."""
        if action is AccountAction.SIGN_IN_AGAIN:
            return _batch_obstacle(accounts) if len(accounts) > 1 else ""
        if action is AccountAction.OPEN_PROFILE:
            return "" if self._profile_address(accounts[0]) else "It has no profile page at X."
        if action is AccountAction.COPY_USER_ID:
            known = any(one.known_user_id for one in accounts)
            return "" if known else "X has not told the user ID yet. Check first."
        return self._state_obstacle(action, accounts)

    def _state_obstacle(self, action: AccountAction, accounts: list[Account]) -> str:
        """Say what is under way, or done already, that prevents it."""
        if action is AccountAction.CHECK:
            busy = self.checks.running_account_ids.issuperset(_ids(accounts))
            return "X is being asked already." if busy else ""
        if action in {AccountAction.REVOKE, AccountAction.REMOVE}:
            return "The last one has not ended yet." if self.removals.is_running else ""
        if action is AccountAction.ACTIVATE:
            active = self.context.snapshots.current.active_account_id
            return "It is the active account already." if accounts[0].id == active else ""
        return ""

    def show_changes(self) -> None:
        """Show what has changed since it was looked at last."""
        from twauth_gui.gui.changes.changes_dialog import ChangesDialog  # noqa: PLC0415 - seldom needed

        self.context.dialogs.open(ChangesDialog(self.context, self.checks))

    # -- simple actions ----------------------------------------------------------------------------

    def set_active(self, account_id: AccountId) -> None:
        """Make this the account that commands use if none is named."""
        self.context.run_in_store(
            self,
            lambda _job: self.context.services.store.settings.set_active_account(account_id),
            lambda _nothing: self.context.snapshots.reload(),
        )

    def _sign_in_again(self, accounts: list[Account]) -> None:
        if len(accounts) == 1:
            self.context.window.sign_in_again(accounts[0].id)
        else:
            self.context.window.sign_in_several_again(_ids(accounts))

    @needs_vault
    def _update_places(self, accounts: list[Account]) -> None:
        """Write the current values wherever these accounts' old ones are."""
        places, ids = self.context.services.placements, set(_ids(accounts))

        def work(job: Job) -> list[PlaceUpdate]:
            return places.update(places.find_outdated(account_ids=ids), job.cancel)

        def done(updates: list[PlaceUpdate]) -> None:
            self.context.window.show_status(describe_updates(updates) if updates else _NO_OLD_COPY)
            self.context.snapshots.reload()

        # Some places are written to by a destination's command, which may take long.
        _ = self.context.run_over_network(self, work, done)

    def _open_tags(self, accounts: list[Account]) -> None:
        from twauth_gui.gui.annotations.annotation_dialogs import open_tag_dialog  # noqa: PLC0415 - rare

        open_tag_dialog(self.context, accounts)

    def _open_note(self, accounts: list[Account]) -> None:
        from twauth_gui.gui.annotations.annotation_dialogs import open_note_dialog  # noqa: PLC0415 - rare

        open_note_dialog(self.context, accounts)

    def _toggle_favourite(self, accounts: list[Account]) -> None:
        from twauth_gui.gui.annotations.annotation_changes import AnnotationChanger  # noqa: PLC0415 - rare

        changer = AnnotationChanger(self.context, self)
        changer.set_favourite(accounts, is_favourite=not _are_favourites(accounts))

    def _profile_address(self, account: Account) -> str:
        """Return the address of the account's page at X; "" if there is none."""
        app = self.context.snapshots.current.apps.get(account.app_id)
        if app is None or not app.hosts.is_x:
            return ""
        if account.is_handle_known:
            return f"{X_PAGE_URL}/{account.handle}"
        return f"{X_PAGE_URL}/i/user/{account.known_user_id}" if account.known_user_id else ""

    def _copy_handles(self, accounts: list[Account]) -> None:
        self._copy_lines([one.at_handle for one in accounts], "handles")

    def _copy_user_ids(self, accounts: list[Account]) -> None:
        self._copy_lines([one.known_user_id for one in accounts if one.known_user_id], "user IDs")

    def _copy_lines(self, lines: list[str], things: str) -> None:
        self.context.clipboard.copy_plain("\n".join(lines))
        what = lines[0] if len(lines) == 1 else f"{len(lines):,} {things}"
        self.context.window.show_status(f"Copied {what}")

    # -- copying secrets ---------------------------------------------------------------------------

    @needs_vault
    def copy_all(self, account: Account, on_done: Callable[[], None]) -> None:
        """Copy the account's credentials in the preset used last, then call on_done."""

        def copied(text: Secret) -> None:
            if self.copy_secret(text):
                on_done()

        # OAuth 2.0 tokens about to expire are renewed first, which asks X.
        has_tokens = account.id in self.context.snapshots.current.tokens
        run = self.context.run_over_network if has_tokens else self.context.run_in_store
        _ = run(
            self,
            lambda _job: self.context.services.exporter.copy_with_last_preset([account.id]),
            copied,
        )

    def copy_secret(self, secret: Secret) -> bool:
        """Copy a secret and start the countdown, unless Twauth was locked meanwhile.

        Returns:
            Whether it was copied.
        """
        if self.context.vault.is_locked:
            return False
        self.context.clipboard.copy(secret)
        self.context.snapshots.reload()
        return True


def _ids(accounts: Iterable[Account]) -> list[AccountId]:
    return [one.id for one in accounts]


def _are_favourites(accounts: Sequence[Account]) -> bool:
    """Whether all of them are favourites, so that the mark can only be removed."""
    return all(one.is_favourite for one in accounts)


def _batch_obstacle(accounts: Sequence[Account]) -> str:
    """Say why these cannot be signed in one after the other; "" if they can."""
    if len({one.handle.casefold() for one in accounts}) < len(accounts):
        return "One handle is there twice."
    if not all(one.is_handle_known for one in accounts):
        return "Some handles are not known yet."
    return ""
