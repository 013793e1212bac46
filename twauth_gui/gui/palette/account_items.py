"""The palette's accounts and their tags, with what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountAction, AccountActions
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.palette.fuzzy_search import SearchText
from twauth_gui.gui.palette.palette_items import (
    ItemMark,
    ItemSource,
    PaletteAction,
    PaletteItem,
    PaletteItemKind,
)
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.vault_dialogs import needs_vault
from twauth_gui.services.export_service import choose_copy_preset
from twauth_gui.transfer.export_presets import ExportPreset

ALTERNATE_SHORTCUT = "Ctrl+Return"
"""Makes an account active, or copies it where Enter makes it active."""

_FIELD_KEYS = "Del"  # deletes a letter of what is typed


class AccountItems:
    """Makes the items of accounts and tags.

    Args:
        context: the window's context.
        actions: on accounts.
        ranks: of recent items, by their keys.
        switching: whether Enter makes an account active, instead of copying it.
    """

    def __init__(
        self,
        context: AppContext,
        actions: AccountActions,
        ranks: Mapping[str, int],
        *,
        switching: bool,
    ) -> None:
        self.context = context
        self._actions = actions
        self._switching = switching
        self._snapshot = context.snapshots.current
        self._ranks = ranks
        self._presets: Sequence[ExportPreset] = ()
        self._last_preset = ""
        self._copy_titles: dict[bool, str] = {}

    def take_presets(self, presets: Sequence[ExportPreset], last: str) -> None:
        """Copy with these from now on. last: the id of the one used last; "" if there is none."""
        self._presets, self._last_preset = presets, last
        self._copy_titles.clear()

    def make_source(self) -> ItemSource:
        """Return all accounts."""
        subjects = self._sort_subjects()
        label_of = self._snapshot.label_of
        texts = [
            SearchText(one.at_handle, _keywords(one, label_of(one.app_id))) for one in subjects
        ]
        keys = [_account_key(one) for one in subjects]
        return ItemSource(
            PaletteItemKind.ACCOUNT, keys, texts, lambda number: self._make_item(subjects[number])
        )

    def make_tagged_source(self) -> ItemSource:
        """Return the accounts that have tags, found by them alone."""
        tagged = [one for one in self._sort_subjects() if one.tags]
        texts = [SearchText(" ".join(one.tags)) for one in tagged]

        def make(number: int) -> PaletteItem:
            account = tagged[number]
            return self._make_item(account, " ".join(f"#{tag}" for tag in account.tags))

        return ItemSource(
            PaletteItemKind.ACCOUNT, [_account_key(one) for one in tagged], texts, make
        )

    def _sort_subjects(self) -> list[Account]:
        """Return the active account, the recent ones, favourites, then the rest; each by handle."""
        active, last = self._snapshot.active_account_id, len(self._ranks)

        def order(account: Account) -> tuple[bool, int, bool, str]:
            rank = self._ranks.get(_account_key(account), last)
            name = account.handle.casefold()
            return account.id != active, rank, not account.is_favourite, name

        return sorted(self._snapshot.accounts.values(), key=order)

    def _make_item(self, account: Account, detail: str = "") -> PaletteItem:
        label = self._snapshot.label_of(account.app_id)
        is_active = account.id == self._snapshot.active_account_id
        is_checking = account.id in self._actions.checks.running_account_ids
        row = AccountRow(account, label, is_active, is_checking)
        return PaletteItem(
            PaletteItemKind.ACCOUNT,
            _account_key(account),
            account.at_handle,
            self._offer_switch(account) if self._switching else self._offer_copy(account),
            detail or label,
            mark=ItemMark(row.letters, row.hue),
            severity=row.severity,
            status=row.status_word,
            is_starred=is_active,
            keywords=_keywords(account, label),
            more=partial(self._list_more, account),
        )

    def _offer_switch(self, account: Account) -> PaletteAction:
        if account.id == self._snapshot.active_account_id:
            return PaletteAction("keep", "Active account", "star", ignore)
        activate = partial(self._actions.perform, AccountAction.ACTIVATE, [account])
        return PaletteAction("activate", "Make active", "star", activate)

    def _offer_copy(self, account: Account) -> PaletteAction:
        title = self._copy_title(account)
        label = f"Copy as {title}" if title else "Copy"
        copy = partial(self._actions.copy_all, account, ignore)
        return PaletteAction("copy", label, "copy", copy)

    def _copy_title(self, account: Account) -> str:
        """Return what an account is copied as: the same for all with the same credentials."""
        has_oauth1 = account.has_oauth1
        if has_oauth1 not in self._copy_titles and self._presets:
            chosen = choose_copy_preset(self._last_preset, self._presets, [account])
            self._copy_titles[has_oauth1] = chosen.title
        return self._copy_titles.get(has_oauth1, "")

    def _list_more(self, account: Account) -> list[PaletteAction]:
        """Return all that can be done with an account besides what Enter does."""
        actions = self.list_actions(account)
        activate = next(one for one in actions if one.id == AccountAction.ACTIVATE.value)
        actions.remove(activate)
        second = self._offer_copy(account) if self._switching else activate
        copies = [
            PaletteAction(
                f"copy-as-{preset.id}",
                f"Copy as {preset.title}",
                "file-text",
                partial(self.copy_as, account, preset),
                is_searched_only=True,
            )
            for preset in self._presets
            if not preset.makes_folder(1)
        ]
        return [replace(second, shortcut=ALTERNATE_SHORTCUT), *actions, *copies]

    def list_actions(self, account: Account) -> list[PaletteAction]:
        """Return the actions on an account that its menu has, and to show it."""
        found = self._list_actions_on([account])
        found.sort(key=lambda one: one.id != AccountAction.EXPORT.value)  # it comes first
        show = partial(self.context.window.select_account, account.id)
        return [*found, PaletteAction("show", "Show in the list", "eye", show)]

    def _list_actions_on(self, accounts: list[Account]) -> list[PaletteAction]:
        """Return the actions on accounts; a locked vault is no obstacle: it is unlocked first."""
        is_locked = self.context.vault.is_locked
        return [
            PaletteAction(
                offer.id,
                offer.label,
                offer.icon,
                partial(self._actions.perform, AccountAction(offer.id), accounts),
                "" if offer.shortcut == _FIELD_KEYS else offer.shortcut,
                "" if is_locked else offer.why_not,
            )
            for offer in self._actions.offers(accounts)
        ]

    @needs_vault
    def copy_as(self, account: Account, preset: ExportPreset) -> None:
        """Copy an account with a preset, which is the one to copy with from now on."""
        exporter = self.context.services.exporter

        def work(_job: Job) -> Secret:
            exporter.remember_preset(preset.id)
            return exporter.export_text([account.id], preset, copied=True)

        def done(text: Secret) -> None:
            _ = self._actions.copy_secret(text)

        # OAuth 2.0 tokens near their end are renewed first, which asks X.
        run = self.context.run_over_network if preset.names_oauth2 else self.context.run_in_store
        _ = run(self._actions, work, done)

    def list_tags(self) -> list[PaletteItem]:
        """Return the items of all tags, by name."""
        tagged: dict[str, list[Account]] = {}
        for account in self._snapshot.accounts.values():
            for tag in account.tags:
                tagged.setdefault(tag, []).append(account)
        return [self._make_tag_item(tag, tagged[tag]) for tag in sorted(tagged, key=str.casefold)]

    def _make_tag_item(self, tag: str, accounts: list[Account]) -> PaletteItem:
        show = partial(self.context.window.show_tag, tag)
        return PaletteItem(
            PaletteItemKind.TAG,
            f"tag:{tag}",
            f"#{tag}",
            PaletteAction("show", "Show its accounts", "users-round", show),
            pluralize(len(accounts), "account"),
            "hash",
            more=partial(self._list_actions_on, accounts),
        )


def _account_key(account: Account) -> str:
    return f"account:{account.id}"


def _keywords(account: Account, label: str) -> str:
    note = " ".join(account.note.split())
    parts = (account.name, label, *account.tags, note, account.known_user_id)
    return " · ".join([part for part in parts if part])
