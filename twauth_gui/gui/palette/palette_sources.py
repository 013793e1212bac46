"""What the palette finds: accounts, actions, apps, settings, presets, places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

from PySide6.QtCore import Qt, QTimer

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.placements import PlacementKind
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.gui.account_actions import AccountAction, AccountActions
from twauth_gui.gui.accounts.account_filter import ALL, ATTENTION, SIGNING_IN, app_section
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.app_actions import make_app_offers
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.palette.account_items import AccountItems
from twauth_gui.gui.palette.fuzzy_search import SearchText
from twauth_gui.gui.palette.palette_items import (
    ItemMark,
    ItemSource,
    PaletteAction,
    PaletteItem,
    PaletteItemKind,
)
from twauth_gui.gui.parts.avatar import hue_of
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.places_card import PLACE_ICONS
from twauth_gui.gui.workspace.main_menu import MENU_ENTRIES, open_settings
from twauth_gui.services.export_service import LAST_PRESET
from twauth_gui.services.placements import PlaceStatus, TrackedPlace
from twauth_gui.transfer.export_presets import ExportPreset

SETTINGS = (
    ("appearance", "Appearance", ("Colours", "Row height")),
    ("keychain", "Keychain", ()),
    ("lock", "Lock", ("When idle", "When you leave")),
    ("clipboard", "Clipboard", ("Clear after",)),
    ("watch", "Watch", ("Check accounts", "Which accounts", "Notification")),
    ("tray", "Tray", ("Tray icon", "Closing the window")),
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
        self._snapshot = snapshot = context.snapshots.current
        active_id = snapshot.active_account_id
        self._active = snapshot.accounts.get(active_id) if active_id is not None else None
        self._ranks = {key: rank for rank, key in enumerate(recent)}
        self._accounts = AccountItems(context, actions, self._ranks, switching=switching)
        self.all: dict[PaletteItemKind, ItemSource] = {
            PaletteItemKind.ACCOUNT: self._accounts.make_source(),
            PaletteItemKind.ACTION: self._make_item_source(
                PaletteItemKind.ACTION, self._list_actions()
            ),
            PaletteItemKind.APP: self._make_item_source(PaletteItemKind.APP, self._list_apps()),
            PaletteItemKind.TAG: self._make_item_source(
                PaletteItemKind.TAG, self._accounts.list_tags()
            ),
            PaletteItemKind.SETTING: self._make_item_source(
                PaletteItemKind.SETTING, self._list_settings()
            ),
        }
        self.take_choices(choices)

    def take_choices(self, choices: StoredChoices) -> None:
        """Offer these presets and places from now on."""
        self._choices = choices
        self._accounts.take_presets(choices.presets, choices.last_preset)
        for kind, items in (
            (PaletteItemKind.PRESET, self._list_presets()),
            (PaletteItemKind.PLACE, self._list_places()),
        ):
            self.all[kind] = self._make_item_source(kind, items)

    def make_tagged_source(self) -> ItemSource:
        """Return the accounts that have tags, found by them alone."""
        return self._accounts.make_tagged_source()

    def _make_item_source(self, kind: PaletteItemKind, items: Sequence[PaletteItem]) -> ItemSource:
        last = len(self._ranks)
        items = sorted(items, key=lambda item: self._ranks.get(item.key, last))
        # The account that an action is on would make every action a result of its handle.
        has_details = kind is not PaletteItemKind.ACTION
        texts = [SearchText(item.title, item.detail if has_details else "") for item in items]
        return ItemSource(kind, [item.key for item in items], texts, items.__getitem__)

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
            actions = [one for one in self._accounts.list_actions(chosen) if not one.why_not]
            items += [_make_action_item(one, chosen.at_handle) for one in actions]
        return items

    def _list_main_actions(self) -> list[PaletteAction]:
        window, accounts = self.context.window, list(self._snapshot.accounts)
        sections = () if self._snapshot.is_empty else _SECTIONS
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
            PaletteItemKind.ACTION,
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
            PaletteItemKind.APP,
            f"app:{app.id}",
            app.label,
            PaletteAction("show", "Show its accounts", "users-round", show),
            pluralize(count, "account"),
            mark=ItemMark(app.label.strip()[:1].upper() or "?", hue_of(app.id)),
            more=partial(self._list_app_actions, app),
        )

    def _list_app_actions(self, app: App) -> list[PaletteAction]:
        return [
            PaletteAction(one.id, one.label, one.icon, one.run, one.shortcut, one.why_not)
            for one in make_app_offers(self.context, self._actions, app)
        ]

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
        return PaletteItem(PaletteItemKind.SETTING, key, title, offer, detail, "settings")

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
            PaletteItemKind.PRESET,
            f"preset:{preset.id}",
            preset.title,
            offers[0],
            preset.subtitle,
            "file-text",
            more=lambda: offers[1:],
        )

    def _offer_preset(self, preset: ExportPreset, account: Account) -> list[PaletteAction]:
        handle = account.at_handle
        open_export = partial(self.context.window.open_export, [account.id], preset_id=preset.id)
        export = PaletteAction(f"export-{account.id}", f"Export {handle}…", "upload", open_export)
        if preset.makes_folder(1):
            return [export]
        copy = PaletteAction(
            f"copy-{account.id}",
            f"Copy {handle}",
            "copy",
            partial(self._accounts.copy_as, account, preset),
        )
        return [copy, export]

    def _list_places(self) -> list[PaletteItem]:
        found = (self._make_place_item(place) for place in self._choices.places)
        return [item for item in found if item is not None]

    def _make_place_item(self, place: TrackedPlace) -> PaletteItem | None:
        kind, account_id = place.placement.place.kind, place.placement.account_id
        account = self._snapshot.accounts.get(account_id) if account_id is not None else None
        offers = self._offer_place(place, account)
        if kind in _PASSING or not offers:
            return None
        title, folder = _split_label(place)
        handle = account.at_handle if account is not None else ""
        return PaletteItem(
            PaletteItemKind.PLACE,
            f"place:{place.placement.id}",
            title,
            offers[0],
            " · ".join(part for part in (handle, folder) if part),
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
            show = partial(self._actions.perform, AccountAction.SHOW_PLACES, [account])
            offers.append(PaletteAction("show", f"Show {account.at_handle}", "eye", show))
        return offers

    def _open(self, folder: Path) -> None:
        if not self.context.window.open_address(folder.as_uri()):
            self.context.window.show_status("The folder could not be opened")


_SECTIONS = (
    ("all", "Show all accounts", "users-round", ALL),
    ("attention", "Show what needs attention", "triangle-alert", ATTENTION),
    ("signing-in", "Show pending sign-ins", "log-in", SIGNING_IN),
)
_PASSING = frozenset({PlacementKind.CLIPBOARD, PlacementKind.STANDARD_OUTPUT})
_LOCAL = frozenset({PlacementKind.FILE, PlacementKind.FOLDER})
_TITLE_PARTS = 2


def _split_label(place: TrackedPlace) -> tuple[str, str]:
    """Return the last two parts of a path, and where they are; else the label and ""."""
    if place.placement.place.kind not in _LOCAL:
        return place.label, ""
    path = PurePath(place.label)
    return str(PurePath(*path.parts[-_TITLE_PARTS:])), str(path.parent)


def _make_action_item(action: PaletteAction, handle: str = "") -> PaletteItem:
    """Return the item of an action. handle: of the account that it acts on; "" if on none."""
    key = f"account-action:{action.id}" if handle else f"action:{action.id}"
    enter = replace(action, label="")
    return PaletteItem(PaletteItemKind.ACTION, key, action.label, enter, handle, action.icon)


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
