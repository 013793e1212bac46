"""Scenes of the stage: states of the window that are empty, busy or failing, and open menus."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from tests.journeys.stage_steps import (
    find_buttons,
    find_visible,
    hold_network,
    lay_out_again,
    press,
    stop_countdowns,
    top_dialog,
    wait_idle,
    write,
)
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.gui.close_controller import CloseDialog
from twauth_gui.gui.diagnose_dialog import DiagnoseDialog
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.settings.about_section import AboutSection
from twauth_gui.gui.settings.licences_dialog import LicencesDialog
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.window import MainWindow
from twauth_gui.gui.workspace.main_menu import open_diagnose, open_settings
from twauth_gui.gui.workspace.saved_filters import FilterNameDialog
from twauth_gui.services.doctor import DoctorFinding
from twauth_gui.services.environment_report import LibraryInfo
from twauth_gui.services.licences import LicensedWork
from twauth_gui.services.settings import SavedFilter

_FINDINGS = (
    DoctorFinding("program", "Twauth 7.2.1 (Python package), Python 3.13.1, Linux x86_64"),
    DoctorFinding("folder", "~/.local/share/twauth, mode 0700"),
    DoctorFinding(
        "keychain",
        "GNOME Keyring",
        Diagnosis(
            ProblemKind.KEYCHAIN_LOCKED,
            "GNOME Keyring is locked.",
            "The credentials are safe in it.",
        ),
    ),
    DoctorFinding("clock", "This computer's clock agrees with X's"),
)


_LIBRARIES = [
    LibraryInfo("click", "7.2.1", "BSD-3-Clause"),
    LibraryInfo("cryptography", "7.2.1", "Apache-2.0 OR BSD-3-Clause"),
    LibraryInfo("PySide6_Essentials", "7.2.1", "LGPL-3.0-only"),
]

_SHOWN_STATES = (
    HealthState.SUSPENDED,
    HealthState.APP_PROBLEM,
    HealthState.CANNOT_TELL,
    HealthState.CREDENTIAL_MISSING,
)

HELD_SCENES = frozenset({"settings", "network", "keychain", "watch", "file-keychain", "combo-open"})
"""Scenes that need no answer from the network; it would be the version of the browser engine."""

LIVE_SCENES = frozenset({"diagnose"})
"""Scenes that differ from computer to computer."""

DETAIL_SCENES = frozenset(
    {
        *("fernwick_jobs", "fernwick_quake", "ferry_delays7", "oldquay_books", "oauth2-account"),
        *("attempt", "link-waits", "places", "shown", "locked", "file-locked"),
        *("health-suspended", "health-app-problem", "health-cannot-tell"),
        *("health-credential-missing", "fernwick_news", "note-edit"),
        *("tagged", "tagged-much", "tagged-rtl", "selected-alone"),
    }
)
"""Scenes that differ in the right pane alone."""

STATUS_SCENES = frozenset({"checking", "limited", "removed"})
"""Scenes that differ in the status bar alone."""


def state_scenes(
    window: MainWindow, accounts: dict[str, AccountId]
) -> dict[str, Callable[[], None]]:
    """Return the scenes of states by name."""
    one = accounts["fernwick_news"]

    def in_detail(*buttons: str) -> Callable[[], None]:
        def play() -> None:
            window.select_account(one)
            wait_idle(window)
            stop_countdowns(window)
            for name in buttons:
                press(window, name)

        return play

    return {
        "about": partial(show_versions, window),
        "settings": partial(open_settings, window.context),
        "network": partial(show_section_of_settings, window, "network"),
        "licences": partial(show_licences, window),
        "keychain": partial(show_section_of_settings, window, "keychain"),
        "account-menu": in_detail("More"),
        "active-menu": partial(show_menu, window, "Active account"),
        "main-menu": partial(show_menu, window, "Menu"),
        "sort-menu": lambda: press(window, "Sorted by"),
        "close": lambda: window.context.dialogs.open(CloseDialog()),
        "filter-name": partial(show_filter_name, window),
        "check-busy": partial(show_busy_check, window),
        "combo-open": partial(show_combo, window),
        "copied": in_detail("Copy the access secret"),
        "diagnose": partial(open_diagnose, window.context),
        "diagnosed": partial(show_findings, window),
        "diagnose-busy": partial(show_busy_diagnosis, window),
        "drawer": partial(open_drawer, window),
        "removed": in_detail("Remove…", "Remove"),
        "revoke": in_detail("Revoke at X"),
        "remove": in_detail("Remove…"),
        "search": lambda: write(window, "Search accounts", "fern"),
        "search-none": lambda: write(window, "Search accounts", "lighthouse"),
        "section-attention": partial(show_section, window, "Needs attention"),
        "section-empty": partial(show_empty_section, window),
        "section-app": partial(show_section, window, "Alerts"),
        "shown": in_detail("Show the access token"),
        **{
            f"health-{state.value}": partial(show_health, window, one, state)
            for state in _SHOWN_STATES
        },
    }


def open_drawer(window: MainWindow) -> None:
    """Open the sidebar if the window has no room for it."""
    if find_buttons(window, "Show the sidebar"):
        press(window, "Show the sidebar")


def show_menu(window: MainWindow, name: str) -> None:
    """Open a menu of the sidebar."""
    open_drawer(window)
    press(window, name)


def show_section(window: MainWindow, name: str) -> None:
    """Choose a section of the sidebar."""
    open_drawer(window)
    press(window, name)


def show_empty_section(window: MainWindow) -> None:
    """Choose the section of sign-ins, of which there is none."""
    store = window.context.services.store
    for pending in store.pending_sign_ins.list_all():
        store.pending_sign_ins.discard(pending.id)
    window.context.snapshots.reload()
    wait_idle(window)
    show_section(window, "Signing in")


def show_health(window: MainWindow, account_id: AccountId, state: HealthState) -> None:
    """Show an account that was found in this state."""
    store, now = window.context.services.store, window.context.now()
    account = store.accounts.get(account_id)
    health = Health(state, now - timedelta(minutes=3), "")
    store.accounts.update(dataclasses.replace(account, health=health))
    window.context.snapshots.reload(on_done=lambda: window.select_account(account_id))


def show_busy_check(window: MainWindow) -> None:
    """Check all accounts, none of which is answered for."""
    hold_network(window)
    press(window, "Check all")


def show_busy_diagnosis(window: MainWindow) -> None:
    """Start a diagnosis."""
    hold_network(window)
    open_diagnose(window.context)


def show_findings(window: MainWindow) -> None:
    """Show what the doctor finds on a computer that is the same everywhere."""
    show_busy_diagnosis(window)
    dialog = top_dialog(window)
    assert isinstance(dialog, DiagnoseDialog)
    for finding in _FINDINGS:
        dialog._on_finding(finding)  # pyright: ignore[reportPrivateUsage]
    dialog._on_done(None)  # pyright: ignore[reportPrivateUsage]


def show_versions(window: MainWindow) -> None:
    """Show the versions of the libraries, which are the same everywhere."""
    hold_network(window)
    show_section_of_settings(window, "about")
    replace_versions(window)


def replace_versions(window: MainWindow) -> None:
    """Show the same versions in the open settings on every computer."""
    section = window.findChild(AboutSection)
    assert section is not None
    section._show_versions(("", _LIBRARIES))  # pyright: ignore[reportPrivateUsage]
    for value in section._values.values():  # pyright: ignore[reportPrivateUsage]
        value.setText("7.2.1")


def show_licences(window: MainWindow) -> None:
    """Show licences of works that are the same everywhere."""
    hold_network(window)
    dialog = LicencesDialog(window.context)
    window.context.dialogs.open(dialog)
    names = {
        "twauth": "MIT AND ISC",
        "click": "BSD-3-Clause",
        "PySide6_Essentials": "LGPL-3.0-only",
    }
    works = [LicensedWork(name, "7.2.1", licence) for name, licence in names.items()]
    dialog._show_works(works)  # pyright: ignore[reportPrivateUsage]


def show_filter_name(window: MainWindow) -> None:
    """Ask for the name of a filter that is there already."""
    saved = SavedFilter("Broken in Alerts", "is:broken app:alerts")
    taken = "There is a filter of that name already."
    window.context.dialogs.open(FilterNameDialog("Save filter", saved, lambda _: taken, ignore))


def show_section_of_settings(window: MainWindow, key: str) -> None:
    """Open the settings at a section; those above it may grow when they have been read."""
    open_settings(window.context, key)
    wait_idle(window)
    lay_out_again(window)
    dialog = top_dialog(window)
    sections = dialog.findChildren(SettingsSection)
    dialog.scroll_to_part(next(one for one in sections if one.key == key))


def show_combo(window: MainWindow) -> None:
    """Open a drop-down list of the settings."""
    open_settings(window.context)
    wait_idle(window)
    find_visible(window, ComboBox)[0].showPopup()
