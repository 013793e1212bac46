"""Show the window with invented accounts, for looking at it and for the pictures of the README.

python -m tests.journeys.stage [--theme light|dark] [--size WxH] [--points N] [--scene NAME]
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QProxyStyle,
    QScrollArea,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from typing_extensions import override

from tests.journeys.annotation_scenes import annotation_scenes
from tests.journeys.export_scenes import export_scenes
from tests.journeys.import_scenes import import_scenes
from tests.journeys.palette_scenes import palette_scenes
from tests.journeys.selection_scenes import selection_scenes
from tests.journeys.stage_scenes import (
    BARE_SCENES,
    bare_scenes,
    keep_update,
    oauth2_scenes,
    show_changes,
    show_pin_page,
    show_suspended_app,
    show_update_settings,
    sign_in_scenes,
    vault_scenes,
)
from tests.journeys.stage_steps import lay_out_again, wait_idle
from tests.journeys.state_scenes import show_section_of_settings, state_scenes
from tests.support.vaults import MemoryVault
from tests.xapi.printed_errors import SAMPLES
from twauth_gui.app import make_application, open_window
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    Credentials,
)
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.health import FailedCheck, Health, HealthState
from twauth_gui.domain.placements import Generations, Place, Placement, PlacementKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import (
    PendingSecrets,
    PendingSignIn,
    PendingSignInId,
    RequestToken,
    SignInMethod,
)
from twauth_gui.gui.apps.sandbox_faults_dialog import SandboxFaultsDialog
from twauth_gui.gui.backup.backup_dialogs import RestoreDialog
from twauth_gui.gui.check_controller import CheckController
from twauth_gui.gui.explain_error_dialog import ExplainErrorDialog
from twauth_gui.gui.places_card import PlacesCard
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.window import MainWindow
from twauth_gui.gui.workspace.main_menu import (
    open_back_up,
    open_explain_error,
    open_guide,
    open_profiles,
    open_restore,
    open_shortcuts,
)
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import Services, open_services
from twauth_gui.store.backup import collect_backup
from twauth_gui.store.index_rebuild import RebuildResult, explain_rebuild
from twauth_gui.store.index_repair import IndexRepair

NOW = datetime(2026, 3, 9, 14, 20).astimezone()
RW, R, DM = AccessLevel.READ_WRITE, AccessLevel.READ, AccessLevel.READ_WRITE_DM
OK = HealthState.WORKING
PEOPLE = (
    ("fenair_index", "Fen Air Quality", "Alerts", RW, OK, 12),
    ("fernwick_jobs", "Fernwick Jobs", "Newsroom", R, HealthState.READ_ONLY, 130),
    ("fernwick_live", "Fernwick Live", "Newsroom", RW, OK, 130),
    ("fernwick_news", "Fernwick Daily", "Newsroom", RW, OK, 130),
    ("fernwick_quake", "Fernwick Quakes", "Alerts", RW, HealthState.REVOKED, 1600),
    ("fernwick_sport", "Fernwick Sport", "Newsroom", DM, OK, 130),
    ("ferry_delays7", "Ferry Delays", "Alerts", RW, HealthState.LOCKED_BY_X, 190),
    ("letters_desk3", "Letters Desk", "Newsroom", DM, OK, 130),
    ("oldquay_arts", "Old Quay Arts", "Newsroom", RW, OK, 130),
    ("oldquay_books", "Old Quay Books", "Newsroom", RW, HealthState.NEVER_CHECKED, 0),
    ("quaybridge_up", "Quay Bridge Status", "Alerts", RW, OK, 12),
)
_SHOWN = ("fernwick_news", "fernwick_jobs", "fernwick_quake", "ferry_delays7", "oldquay_books")
REASONS = {
    HealthState.REVOKED: "Its owner may have revoked it.",
    HealthState.READ_ONLY: "The app was read-only when it was made.",
    HealthState.LOCKED_BY_X: "X has temporarily locked this account.",
}


def _invent_secret(name: str, length: int) -> Secret:
    """Return the same value for the same name at every start, so that it looks the same."""
    return Secret((uuid.uuid5(uuid.NAMESPACE_DNS, name).hex * 3)[:length])


def fill_store(services: Services) -> None:
    """Put the invented apps, accounts and one sign-in under way into the store."""
    apps = {
        label: services.store.apps.add(
            App(AppId(uuid.uuid5(uuid.NAMESPACE_DNS, label).hex), label, NOW),
            AppKeys(
                _invent_secret(label, 25),
                _invent_secret(f"{label} secret", 50),
                client_id=_invent_secret("client", 34) if label == "Newsroom" else None,
            ),
        )
        for label in ("Newsroom", "Alerts")
    }
    for place, person in enumerate(PEOPLE):
        _add_account(services, apps, place, person)
    pending = PendingSignIn(
        PendingSignInId(uuid.uuid5(uuid.NAMESPACE_DNS, "tidal_times").hex),
        apps["Newsroom"].id,
        SignInMethod.PIN,
        NOW - timedelta(minutes=18),
        "tidal_times",
    )
    token = RequestToken(_invent_secret("token", 27), _invent_secret("secret", 32), "oob")
    services.store.pending_sign_ins.add(pending, PendingSecrets(token))


def _add_account(
    services: Services,
    apps: dict[str, App],
    place: int,
    person: tuple[str, str, str, AccessLevel, HealthState, int],
) -> None:
    handle, name, label, access, state, minutes = person
    checked = NOW - timedelta(minutes=minutes) if minutes else None
    account = Account(
        id=AccountId(uuid.uuid5(uuid.NAMESPACE_DNS, handle).hex),
        app_id=apps[label].id,
        user_id=str(1684402917350612992 + place * 7),
        handle=handle,
        signed_in_at=NOW - timedelta(days=6),
        method=SignInMethod.BROWSER,
    )
    user_token = Secret(f"{account.user_id}-{_invent_secret(handle, 30).reveal()}")
    access_secret = _invent_secret(f"{handle} secret", 45)
    added = services.store.accounts.add(account, Credentials(user_token, access_secret))
    services.store.accounts.update(
        dataclasses.replace(
            added, name=name, access=access, health=Health(state, checked, REASONS.get(state, ""))
        )
    )
    if handle == "fernwick_news":
        services.store.settings.set_active_account(added.id)
        for kind, text, age in (
            (AccountEventKind.SIGNED_IN, "Signed in in the browser", timedelta(days=6)),
            (AccountEventKind.EXPORTED, "Exported to ~/bots/daily/.env", timedelta(days=2)),
            (AccountEventKind.CHECKED, "Checked: working, read and write", timedelta(minutes=130)),
        ):
            services.store.events.add(AccountEvent(added.id, kind, NOW - age, text))
        services.store.placements.save(invent_placements(added, services.paths.data)[:2])


def invent_placements(account: Account, folder: Path) -> list[Placement]:
    """Invent copies in every kind of place; from the third on they have old values."""
    (folder / "bots" / "a long name of a folder that a person has chosen" / "daily").mkdir(
        parents=True, exist_ok=True
    )
    deep = folder / "bots" / "a long name of a folder that a person has chosen" / "daily" / ".env"
    _ = deep.write_text("PORT=8080\n")
    places = (
        Place(PlacementKind.CLIPBOARD),
        Place(PlacementKind.PROGRAM, "python3 daily.py"),
        Place.of_path(PlacementKind.FILE, deep),
        Place.of_secret("github-actions", {"repo": "fernwick/daily-news", "environment": "live"}),
        Place.of_path(PlacementKind.FOLDER, deep.parent.parent),
        Place.of_path(PlacementKind.FILE, folder / "removed" / "bot.env"),
        Place(PlacementKind.STANDARD_OUTPUT),
        *(Place(PlacementKind.PROGRAM, f"python3 job_{number}.py") for number in range(9)),
    )
    return [
        Placement(
            account.app_id,
            account.id,
            place,
            NOW - timedelta(hours=5 * number),
            name="X_API_KEY" if place.kind is PlacementKind.SECRET else "",
            preset="x",
            fields=("access_token",),
            generations=Generations(oauth1=account.generation if number < 2 else 99),
        )
        for number, place in enumerate(places)
    ]


def show_many_places(window: MainWindow, account_id: AccountId) -> None:
    """Show an account whose copies are in many places, most of them with old values."""
    services = window.context.services
    account = services.store.accounts.get(account_id)
    services.store.placements.save(invent_placements(account, services.paths.data))
    window.select_account(account_id)
    window.context.snapshots.reload()
    wait_idle(window)
    lay_out_again(window)
    card = window.findChild(PlacesCard)
    area = window.findChild(QScrollArea, "detailScroll")
    assert card is not None
    assert area is not None
    area.verticalScrollBar().setValue(card.y())


def menu_scenes(window: MainWindow) -> dict[str, Callable[[], None]]:
    """Return the scenes of what the main menu opens, by name."""
    return {
        "explain": lambda: open_explain_error(window.context),
        "explained": partial(show_explanation, window, "several"),
        "explained-post": partial(show_explanation, window, "node reply rule"),
        "explained-not": partial(show_explanation, window, "unknown problem"),
        "back-up": lambda: open_back_up(window.context),
        "restore": lambda: open_restore(window.context),
        "restore-inside": partial(show_restore_plan, window),
        "rebuilt": partial(show_rebuild_notice, window),
        "hint": window.show_hint,
        "guide": lambda: open_guide(window.context),
        "profiles": lambda: open_profiles(window.context),
        "shortcuts": lambda: open_shortcuts(window.context),
        "watch": partial(show_section_of_settings, window, "watch"),
    }


def show_scene(window: MainWindow, vault: MemoryVault, scene: str) -> None:
    """Put the window into the state of a scene.

    Raises:
        KeyError: there is no scene of that name.
    """
    bare = scene in BARE_SCENES
    (bare_scenes(window, vault) if bare else list_scenes(window, vault))[scene]()


def list_scenes(window: MainWindow, vault: MemoryVault) -> dict[str, Callable[[], None]]:
    """Return by name what puts a window with accounts into the state of each scene."""
    store = window.context.services.store
    accounts = {account.handle: account.id for account in store.accounts.list_all()}
    newsroom = next(app.id for app in store.apps.list_all() if app.label == "Newsroom")
    pending = store.pending_sign_ins.list_all()[0].id
    oauth2 = oauth2_scenes(window, newsroom, NOW)
    return {
        "main": lambda: None,
        **vault_scenes(window, vault),
        "add": lambda: window.add_account(newsroom),
        "app": lambda: window.edit_app(newsroom),
        **export_scenes(window, accounts, oauth2["oauth2-account"]),
        "places": lambda: show_many_places(window, accounts["fernwick_news"]),
        "resume": partial(show_pin_page, window, lambda: window.resume_sign_in(pending)),
        **annotation_scenes(window, accounts),
        "attempt": lambda: window.select_account(AccountId(pending)),
        "pretend": window.open_sandbox,
        "faults": partial(show_fault_menu, window),
        **sign_in_scenes(window, newsroom),
        **oauth2,
        "checking": partial(show_check_progress, window, "Checked 412 of 1,000"),
        "limited": partial(
            show_check_progress,
            window,
            "X asks to wait until 14:35. The other 7 checks start by themselves.",
        ),
        "unreached": partial(show_failed_checks, window),
        "update": partial(keep_update, window, NOW),
        "update-settings": partial(show_update_settings, window, NOW),
        "changed": partial(show_changes, window, NOW, is_open=False),
        "changes": partial(show_changes, window, NOW, is_open=True),
        "changes-app": partial(show_suspended_app, window, newsroom, NOW),
        **import_scenes(window),
        **palette_scenes(window),
        **selection_scenes(window),
        **menu_scenes(window),
        **state_scenes(window, accounts),
        **{handle: partial(window.select_account, accounts[handle]) for handle in _SHOWN},
    }


def show_explanation(window: MainWindow, sample: str) -> None:
    """Explain what a bot has printed."""
    open_explain_error(window.context)
    dialog = window.context.dialogs.top()
    assert isinstance(dialog, ExplainErrorDialog)
    dialog.explain_text(next(one.text for one in SAMPLES if one.name == sample))


def show_rebuild_notice(window: MainWindow) -> None:
    """Show the notice about a damaged list."""
    repair = IndexRepair("index-damaged-20260309-141903.sqlite3", NOW.isoformat())
    notice = explain_rebuild(
        RebuildResult(repair, accounts=11, added=1, missing=1), "GNOME Keyring"
    )
    assert notice is not None
    window.show_problem(notice)


def show_restore_plan(window: MainWindow) -> None:
    """Show what a backup would change: some of it is here already, some differs."""
    store = window.context.services.store
    preview = window.context.services.backups.compare(
        collect_backup(store, NOW - timedelta(days=3))
    )
    accounts = store.accounts.list_all()
    for account in accounts[:3]:
        window.context.services.account_removal.remove(account.id)
    for account in accounts[3:6]:
        store.accounts.update(dataclasses.replace(account, note="another note"))
    open_restore(window.context)
    dialog = window.context.dialogs.top()
    assert isinstance(dialog, RestoreDialog)
    dialog.show_preview(window.context.services.backups.compare(preview.backup))


def show_failed_checks(window: MainWindow) -> None:
    """Show accounts whose last check did not get through to X."""
    store = window.context.services.store
    failed = FailedCheck(NOW - timedelta(minutes=4), "X does not answer in time.")
    for account in store.accounts.list_all():
        if account.handle.startswith("fernwick"):
            health = dataclasses.replace(account.health, failed_check=failed)
            store.accounts.update(dataclasses.replace(account, health=health))
    window.context.snapshots.reload()


def show_fault_menu(window: MainWindow) -> None:
    """Open the menu of faults, with two of them on."""
    pretend = window.context.services.sandbox
    pretend.start(8797)
    for name in ("rate-limited", "clock-ahead"):
        pretend.set_fault(name, on=True)
    window.context.dialogs.open(SandboxFaultsDialog(window.context))


def show_check_progress(window: MainWindow, words: str) -> None:
    """Show what the status bar says while many accounts are checked."""
    checks = window.findChild(CheckController)
    assert checks is not None
    checks.progress.emit(words)


class MotionlessStyle(QProxyStyle):
    """The style of the program on a system that asks for no motion."""

    @override
    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint is QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, returnData)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--theme", default="light")
    parser.add_argument("--size", default="1120x720")
    parser.add_argument("--points", type=float, default=0)
    parser.add_argument("--scene", default="main")
    parser.add_argument("--still", action="store_true", help="nothing moves, for pictures")
    options = parser.parse_args(list(arguments))
    app = make_application()
    if options.points:
        font = app.font()
        font.setPointSizeF(options.points)
        app.setFont(font)
    look = Look(app, options.theme)
    look.apply()
    if options.still:
        app.setStyle(MotionlessStyle("Fusion"))
        app.setCursorFlashTime(0)
    vault = MemoryVault("GNOME Keyring")
    with tempfile.TemporaryDirectory() as folder:
        services = open_services(AppPaths(Path(folder)), vault, lambda: NOW)
        if options.scene not in BARE_SCENES:
            fill_store(services)
        window = open_window(services, look, lambda: NOW)
        width, height = map(int, options.size.split("x"))
        window.resize(width, height)
        window.ready.connect(
            lambda: QTimer.singleShot(300, window, lambda: show_scene(window, vault, options.scene))
        )
        return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
