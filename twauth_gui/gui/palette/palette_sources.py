"""Sources of the palette: accounts, actions, apps, settings, presets, places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.placements import PlacementKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.gui.account_actions import AccountAction, AccountActions
from twauth_gui.gui.accounts.account_filter import ALL, ATTENTION, SIGNING_IN, app_section
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.palette.fuzzy_search import SearchText
from twauth_gui.gui.palette.palette_items import (
    ItemKind,
    ItemMark,
    ItemSource,
    PaletteAction,
    PaletteItem,
)
from twauth_gui.gui.parts.avatar import hue_of
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.places_card import PLACE_ICONS
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.vault_dialogs import needs_vault
from twauth_gui.gui.workspace.main_menu import MENU_ENTRIES, open_settings
from twauth_gui.services.export_service import LAST_PRESET, choose_copy_preset
from twauth_gui.services.placements import PlaceStatus, TrackedPlace
from twauth_gui.transfer.export_presets import ExportPreset

ALTERNATE_SHORTCUT = "Ctrl+Return"
"""Makes an account active, or copies it where Enter makes it active."""

SETTINGS = (
    ("appearance", "Appearance", ("Colours", "Row height")),
    ("keychain", "Keychain", ()),
    ("lock", "Lock", ("When idle", "When you leave")),
    ("clipboard", "Clipboard", ("Clear after",)),
    ("watch", "Watch", ("Check accounts", "Which accounts", "Notification")),
    ("network", "Network", ("Proxy", "Trusted certificates", "Time limit")),
    ("backup", "Backup", ("Back up", "Restore")),
    ("about", "About", ("Twauth", "Diagnose")),
)
"""Key and title of each section, and the titles of the settings in it."""


@dataclass(frozen=True, slots=True)
class StoredChoices:
    """What the palette reads from the disk when it opens.

    last_preset: the id of the preset copied last; "" if there is none.
    """

    presets: Sequence[ExportPreset] = ()
    last_preset: str = ""
    places: Sequence[TrackedPlace] = ()


def read_choices(context: AppContext) -> StoredChoices:
    """Read presets and places; called on a worker."""
    services = context.services
    places = {one.placement.place: one for one in reversed(services.placements.list_places())}
    return StoredChoices(
        services.presets.list_all().presets,
        services.store.settings.get(LAST_PRESET) or "",
        tuple(reversed(places.values())),
    )


class PaletteSources:
    """Everything the palette finds, as it was when it was opened or the store changed.

    Args:
        context: the window's context.
        actions: on accounts.
        chosen: the account that presets are used with; None if there is none.
        recent: keys of items, the latest first; equally good ones are listed in this order.
        choices: what was read from the disk.
        switching: whether Enter makes an account active, instead of copying it.
    """

    def __init__(
        self,
        context: AppContext,
        actions: AccountActions,
        chosen: Account | None,
        *,
        recent: Sequence[str],
        choices: StoredChoices,
        switching: bool,
    ) -> None:
        self.context = context
        self._actions = actions
        self._chosen = chosen
        self._switching = switching
        self._snapshot = snapshot = context.snapshots.current
        active_id = snapshot.active_account_id
        self._active = snapshot.accounts.get(active_id) if active_id is not None else None
        self._ranks = {key: rank for rank, key in enumerate(recent)}
        self._copy_titles: dict[bool, str] = {}
        self._copy_presets: list[ExportPreset] = []
        self.all: dict[ItemKind, ItemSource] = {
            ItemKind.ACCOUNT: self._make_account_source(),
            ItemKind.ACTION: self._make_item_source(ItemKind.ACTION, self._list_actions()),
            ItemKind.APP: self._make_item_source(ItemKind.APP, self._list_apps()),
            ItemKind.SETTING: self._make_item_source(ItemKind.SETTING, self._list_settings()),
        }
        self.take_choices(choices)

    def take_choices(self, choices: StoredChoices) -> None:
        """Offer these presets and places from now on."""
        self._choices = choices
        self._copy_titles.clear()
        self._copy_presets = [one for one in choices.presets if not one.makes_folder(1)]
        for kind, items in (
            (ItemKind.PRESET, self._list_presets()),
            (ItemKind.PLACE, self._list_places()),
        ):
            self.all[kind] = self._make_item_source(kind, items)

    def _make_item_source(self, kind: ItemKind, items: Sequence[PaletteItem]) -> ItemSource:
        last = len(self._ranks)
        items = sorted(items, key=lambda item: self._ranks.get(item.key, last))
        texts = [SearchText(item.title, item.detail) for item in items]
        return ItemSource(kind, [item.key for item in items], texts, items.__getitem__)

    # -- accounts ----------------------------------------------------------------------------------

    def _make_account_source(self) -> ItemSource:
        subjects = self._sort_subjects()
        label_of = self._snapshot.label_of
        texts = [
            SearchText(one.at_handle, _keywords(one, label_of(one.app_id))) for one in subjects
        ]
        keys = [_account_key(one) for one in subjects]
        return ItemSource(
            ItemKind.ACCOUNT, keys, texts, lambda number: self._make_account_item(subjects[number])
        )

    def make_tag_source(self) -> ItemSource:
        """Return the accounts that have tags, found by them alone."""
        tagged = [one for one in self._sort_subjects() if one.tags]
        texts = [SearchText(" ".join(one.tags)) for one in tagged]

        def make(number: int) -> PaletteItem:
            account = tagged[number]
            return self._make_account_item(account, " ".join(f"#{tag}" for tag in account.tags))

        return ItemSource(ItemKind.ACCOUNT, [_account_key(one) for one in tagged], texts, make)

    def _sort_subjects(self) -> list[Account]:
        """The active account first, then the recent ones, then by handle."""
        active, last = self._snapshot.active_account_id, len(self._ranks)

        def order(account: Account) -> tuple[bool, int, str]:
            rank = self._ranks.get(_account_key(account), last)
            return account.id != active, rank, account.handle.casefold()

        return sorted(self._snapshot.accounts.values(), key=order)

    def _make_account_item(self, account: Account, detail: str = "") -> PaletteItem:
        label = self._snapshot.label_of(account.app_id)
        is_active = account.id == self._snapshot.active_account_id
        is_checking = account.id in self._actions.checks.running_account_ids
        row = AccountRow(account, label, is_active, is_checking)
        return PaletteItem(
            ItemKind.ACCOUNT,
            _account_key(account),
            account.at_handle,
            self._offer_switch(account) if self._switching else self._offer_copy(account),
            detail or label,
            mark=ItemMark(row.letters, row.hue),
            severity=row.severity,
            status=row.status_word,
            is_starred=is_active,
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
        if has_oauth1 not in self._copy_titles and self._choices.presets:
            last, presets = self._choices.last_preset, self._choices.presets
            self._copy_titles[has_oauth1] = choose_copy_preset(last, presets, [account]).title
        return self._copy_titles.get(has_oauth1, "")

    def _list_more(self, account: Account) -> list[PaletteAction]:
        """Return all that can be done with an account besides what Enter does."""
        actions = self._list_account_actions(account)
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
            for preset in self._copy_presets
        ]
        return [replace(second, shortcut=ALTERNATE_SHORTCUT), *actions, *copies]

    def _list_account_actions(self, account: Account) -> list[PaletteAction]:
        """Return the actions on one account; a locked vault is no obstacle: it is unlocked."""
        is_locked = self.context.vault.is_locked
        found = [
            PaletteAction(
                offer.id,
                offer.label,
                offer.icon,
                partial(self._actions.perform, AccountAction(offer.id), [account]),
                offer.shortcut,
                "" if is_locked else offer.why_not,
            )
            for offer in self._actions.offers([account])
        ]
        found.sort(key=lambda one: one.id != AccountAction.EXPORT.value)  # it comes first
        show = partial(self.context.window.select_account, account.id)
        return [*found, PaletteAction("show", "Show in the list", "eye", show)]

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

    # -- actions and apps --------------------------------------------------------------------------

    def _list_actions(self) -> list[PaletteItem]:
        menu = [
            PaletteAction(
                one.label, one.label, one.icon, partial(one.open_dialog, self.context), one.shortcut
            )
            for one in MENU_ENTRIES
            if one is not None
        ]
        items = [_make_action_item(one) for one in (*self._list_main_actions(), *menu)]
        items += [self._make_sign_in_item(one) for one in self._snapshot.pending_sign_ins.values()]
        chosen = self._chosen or self._active
        if chosen is not None:
            actions = self._list_account_actions(chosen)
            items += [_make_action_item(one, chosen.at_handle) for one in actions]
        return items

    def _list_main_actions(self) -> list[PaletteAction]:
        window, accounts = self.context.window, list(self._snapshot.accounts)
        sections = (
            ("all", "Show all accounts", "users-round", ALL),
            ("attention", "Show what needs attention", "triangle-alert", ATTENTION),
            ("signing-in", "Show pending sign-ins", "log-in", SIGNING_IN),
        )
        return [
            PaletteAction("add", "Add account…", "plus", window.add_account, "Ctrl+N"),
            PaletteAction("add-app", "Add app…", "app-window", window.add_app),
            PaletteAction(
                "check-all",
                "Check all accounts",
                "refresh-cw",
                lambda: self._actions.checks.check(accounts),
                why_not="" if accounts else "There are no accounts to check.",
            ),
            *(
                PaletteAction(name, label, icon, partial(window.show_section, section))
                for name, label, icon, section in sections
            ),
            PaletteAction("sandbox", "Pretend X", "flask-conical", window.open_sandbox),
        ]

    def _make_sign_in_item(self, pending: PendingSignIn) -> PaletteItem:
        row = AccountRow(pending, self._snapshot.label_of(pending.app_id))
        window = self.context.window
        return PaletteItem(
            ItemKind.ACTION,
            f"sign-in:{pending.id}",
            f"Continue sign-in of {row.title}",
            PaletteAction(
                "resume", "Continue", "log-in", partial(window.resume_sign_in, pending.id)
            ),
            row.app_label,
            "log-in",
            severity=row.severity,
            status=row.status_word,
        )

    def _list_apps(self) -> list[PaletteItem]:
        counts = Counter([one.app_id for one in self._snapshot.accounts.values()])
        apps = sorted(self._snapshot.apps.values(), key=lambda app: app.label.casefold())
        return [self._make_app_item(app, counts[app.id]) for app in apps]

    def _make_app_item(self, app: App, count: int) -> PaletteItem:
        window = self.context.window
        show = partial(window.show_section, app_section(app.id))
        return PaletteItem(
            ItemKind.APP,
            f"app:{app.id}",
            app.label,
            PaletteAction("show", "Show its accounts", "users-round", show),
            pluralize(count, "account"),
            mark=ItemMark(app.label.strip()[:1].upper() or "?", hue_of(app.id)),
            more=lambda: [
                PaletteAction("add", "Add account…", "plus", partial(window.add_account, app.id)),
                PaletteAction("edit", "Change app…", "pencil", partial(window.edit_app, app.id)),
            ],
        )

    # -- settings, presets, places -----------------------------------------------------------------

    def _list_settings(self) -> list[PaletteItem]:
        items: list[PaletteItem] = []
        for key, title, rows in SETTINGS:
            items.append(self._make_setting_item(key, title, "Settings"))
            items += [self._make_setting_item(key, row, title, row) for row in rows]
        return items

    def _make_setting_item(
        self, section: str, title: str, detail: str, row: str = ""
    ) -> PaletteItem:
        run = partial(_open_setting, self.context, section, row)
        offer = PaletteAction("open", "Open settings", "settings", run)
        key = f"setting:{section}/{row}"
        return PaletteItem(ItemKind.SETTING, key, title, offer, detail, "settings")

    def _list_presets(self) -> list[PaletteItem]:
        return [self._make_preset_item(preset) for preset in self._choices.presets]

    def _make_preset_item(self, preset: ExportPreset) -> PaletteItem:
        accounts = {one.id: one for one in (self._chosen, self._active) if one is not None}
        offers = [
            offer for account in accounts.values() for offer in self._offer_preset(preset, account)
        ]
        if not offers:
            why_not = "No account is selected or active."
            offers = [PaletteAction("copy", "Copy", "copy", ignore, why_not=why_not)]
        return PaletteItem(
            ItemKind.PRESET,
            f"preset:{preset.id}",
            preset.title,
            offers[0],
            preset.subtitle,
            "file-text",
            more=lambda: offers[1:],
        )

    def _offer_preset(self, preset: ExportPreset, account: Account) -> list[PaletteAction]:
        handle = account.at_handle
        export = PaletteAction(
            f"export-{account.id}",
            f"Export {handle}…",
            "upload",
            partial(self._export_with, account, preset),
        )
        if preset.makes_folder(1):
            return [export]
        copy = PaletteAction(
            f"copy-{account.id}", f"Copy {handle}", "copy", partial(self.copy_as, account, preset)
        )
        return [copy, export]

    def _export_with(self, account: Account, preset: ExportPreset) -> None:
        """Open the export dialog, which begins with the preset chosen last."""
        exporter = self.context.services.exporter
        self.context.run_in_store(
            self._actions,
            lambda _job: exporter.remember_preset(preset.id),
            lambda _nothing: self.context.window.open_export([account.id]),
        )

    def _list_places(self) -> list[PaletteItem]:
        found = (self._make_place_item(place) for place in self._choices.places)
        return [item for item in found if item is not None]

    def _make_place_item(self, place: TrackedPlace) -> PaletteItem | None:
        kind, account_id = place.placement.place.kind, place.placement.account_id
        account = self._snapshot.accounts.get(account_id) if account_id is not None else None
        offers = self._offer_place(place, account)
        if kind in _PASSING or not offers:
            return None
        return PaletteItem(
            ItemKind.PLACE,
            f"place:{place.placement.id}",
            place.label,
            offers[0],
            account.at_handle if account is not None else "",
            PLACE_ICONS[kind],
            status="" if place.status is PlaceStatus.CURRENT else place.status.value,
            more=lambda: offers[1:],
        )

    def _offer_place(self, place: TrackedPlace, account: Account | None) -> list[PaletteAction]:
        kind, path = place.placement.place.kind, place.placement.place.path
        offers: list[PaletteAction] = []
        if kind in _LOCAL and place.status not in {PlaceStatus.GONE, PlaceStatus.ELSEWHERE}:
            folder = path if kind is PlacementKind.FOLDER else path.parent
            offers.append(
                PaletteAction("open", "Open folder", "external-link", partial(self._open, folder))
            )
        if account is not None:
            show = partial(self.context.window.select_account, account.id)
            offers.append(PaletteAction("show", f"Show {account.at_handle}", "eye", show))
        return offers

    def _open(self, folder: Path) -> None:
        if not self.context.window.open_address(folder.as_uri()):
            self.context.window.show_status("The folder could not be opened")


_PASSING = frozenset({PlacementKind.CLIPBOARD, PlacementKind.STANDARD_OUTPUT})
_LOCAL = frozenset({PlacementKind.FILE, PlacementKind.FOLDER})


def _account_key(account: Account) -> str:
    return f"account:{account.id}"


def _keywords(account: Account, label: str) -> str:
    tags = " ".join(account.tags)
    return f"{account.name} {label} {tags} {account.note} {account.known_user_id}"


def _make_action_item(action: PaletteAction, handle: str = "") -> PaletteItem:
    """Return the item of an action. handle: of the account that it acts on; "" if on none."""
    key = f"account-action:{action.id}" if handle else f"action:{action.id}"
    enter = replace(action, label="")
    return PaletteItem(ItemKind.ACTION, key, action.label, enter, handle, action.icon)


def _open_setting(context: AppContext, section: str, title: str) -> None:
    """Open the settings at a section; focus one setting of it, if a title is given."""
    open_settings(context, section)
    dialog = context.dialogs.top()
    if dialog is None or not title:
        return
    rows = dialog.findChildren(SettingRow)
    row = next((one for one in rows if one.title_label.text() == title), None)
    if row is not None:
        # Once the dialog has its size: before, there is nothing to scroll.
        QTimer.singleShot(0, row, lambda: dialog.scroll_to_part(row))
        row.title_label.buddy().setFocus(Qt.FocusReason.OtherFocusReason)
