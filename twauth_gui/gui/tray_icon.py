"""The icon in the system's tray with its menu, and whether the system has a tray."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.snapshot_store import Snapshot
from twauth_gui.gui.window_place import bring_to_front

_SERVICE = "org.kde.StatusNotifierWatcher"
_BUS = "org.freedesktop.DBus"
_PATIENCE_MS = 20_000  # a desktop that is starting shows its tray after its programs
_MAX_ACCOUNTS = 10
_MAX_SIGN_INS = 5


class TrayHost(QObject):
    """Knows whether the system has a tray, also one that comes or goes later.

    On Linux the tray is a service of D-Bus. Qt asks for it once, and takes a no for the rest of the
    run, so Qt is asked for the older kind of tray only after the service was not there for a while.

    Args:
        patience_ms: how long to wait for the service before that.

    Attributes:
        is_present: whether there is a tray now.
        is_service: whether it is that service.

    Signals:
        changed: is_present has another value.
    """

    changed = Signal()

    def __init__(self, parent: QObject, patience_ms: int = _PATIENCE_MS) -> None:
        super().__init__(parent)
        self.is_present = False
        self.is_service = False
        self._patience_ms = patience_ms
        if sys.platform.startswith("linux"):
            self._watch_bus()
        else:
            self._ask_qt()

    def _watch_bus(self) -> None:
        from PySide6.QtDBus import (  # noqa: PLC0415 - only for those who want a tray
            QDBusConnection,
            QDBusMessage,
            QDBusPendingCallWatcher,
            QDBusServiceWatcher,
        )

        bus = QDBusConnection.sessionBus()
        watcher = QDBusServiceWatcher(
            _SERVICE, bus, QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange, self
        )
        watcher.serviceRegistered.connect(lambda: self._set_service(present=True))
        watcher.serviceUnregistered.connect(lambda: self._set_service(present=False))
        question = QDBusMessage.createMethodCall(_BUS, "/", _BUS, "NameHasOwner")
        question.setArguments([_SERVICE])
        answer = QDBusPendingCallWatcher(bus.asyncCall(question), self)

        def answered() -> None:
            values = answer.reply().arguments()
            answer.deleteLater()
            if values == [True]:
                self._set_service(present=True)
            else:
                QTimer.singleShot(self._patience_ms, self, self._ask_qt)

        answer.finished.connect(answered)

    def _ask_qt(self) -> None:
        if not self.is_present:
            self._set_present(present=QSystemTrayIcon.isSystemTrayAvailable())

    def _set_service(self, *, present: bool) -> None:
        self.is_service = present
        self._set_present(present=present)

    def _set_present(self, *, present: bool) -> None:
        if present is not self.is_present:
            self.is_present = present
            self.changed.emit()


@dataclass(frozen=True, slots=True)
class TrayEntry:
    """One line of the tray's menu; "" for a separator. run: None if it only says something."""

    label: str = ""
    run: Callable[[], object] | None = None
    is_checked: bool | None = None
    entries: tuple[TrayEntry, ...] = ()

    @property
    def look(self) -> tuple[object, ...]:
        """What the user sees of it, to tell whether it has changed."""
        return (self.label, self.run is None, self.is_checked, [one.look for one in self.entries])


class TrayIcon(QObject):
    """Shows the icon while the system has a tray; its menu follows the list and the lock."""

    def __init__(self, context: AppContext, actions: AccountActions, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._actions = actions
        self._window = window
        self._host = TrayHost(self)
        self._host.changed.connect(self._show)
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu(window)
        self._shown: list[tuple[object, ...]] = []
        self._dialog_count = context.dialogs.count()
        context.dialogs.changed.connect(self._on_dialogs_changed)
        for changed in (context.snapshots.changed, context.vault.changed, actions.checks.changed):
            changed.connect(self._update)
        self._show()

    @property
    def is_visible(self) -> bool:
        """Whether the user can come back to the window through it."""
        return self._icon is not None and self._host.is_present

    def close(self) -> None:
        """Take the icon away for good."""
        self._host.changed.disconnect(self._show)
        if self._icon is not None:
            self._icon.hide()
        self.deleteLater()

    def _show(self) -> None:
        if not self._host.is_present:
            if self._icon is not None and not self._window.isVisible():
                bring_to_front(self._window, "")  # nothing else leads to it any more
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._on_activated)
            self._icon.messageClicked.connect(self._open)
        self._update()
        self._icon.show()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self._open()

    def _open(self) -> None:
        bring_to_front(self._window, "")

    def _on_dialogs_changed(self) -> None:
        """Show a window that is hidden when a dialog has something to ask or to say."""
        before, self._dialog_count = self._dialog_count, self._context.dialogs.count()
        if self._dialog_count > before and not self._window.isVisible():
            self._open()

    # -- the menu ----------------------------------------------------------------------------------

    def _update(self) -> None:
        if self._icon is None:
            return
        entries = self._list_entries()
        look = [one.look for one in entries]
        if look == self._shown:
            return  # while all accounts are checked a snapshot comes every second
        self._shown = look
        self._menu.clear()
        self._fill(self._menu, entries)
        self._icon.setToolTip(self._describe())

    def _fill(self, menu: QMenu, entries: Sequence[TrayEntry]) -> None:
        for entry in entries:
            label = self._escape(entry.label)
            if entry.entries:
                self._fill(menu.addMenu(label), entry.entries)
            elif not label:
                menu.addSeparator()
            else:
                action = menu.addAction(label)
                action.setEnabled(entry.run is not None)
                if entry.is_checked is not None:
                    action.setCheckable(True)
                    action.setChecked(entry.is_checked)
                if entry.run is not None:
                    action.triggered.connect(partial(_run, entry.run))

    def _escape(self, label: str) -> str:
        """Escape what marks a mnemonic: for the service also _, which Qt passes on as it is."""
        text = label.replace("&", "&&")
        return text.replace("_", "__") if self._host.is_service else text

    def _describe(self) -> str:
        profile = self._context.services.paths.profile
        name = f"Twauth ({profile})" if profile else "Twauth"
        accounts = self._context.snapshots.current.accounts.values()
        ill = sum(account.health.needs_attention for account in accounts)
        if self._context.vault.is_app_locked or not ill:
            return name
        return f"{name}: {pluralize(ill, 'account')} to look at"

    def _list_entries(self) -> list[TrayEntry]:
        ways_out = [
            TrayEntry("Open Twauth", self._open),
            TrayEntry("Quit", self._context.window.quit),
        ]
        if self._context.vault.is_app_locked:
            return [TrayEntry("Twauth is locked"), TrayEntry(), *ways_out]
        snapshot = self._context.snapshots.current
        return [
            *self._list_active(snapshot),
            *map(self._continue_entry, list(snapshot.pending_sign_ins.values())[:_MAX_SIGN_INS]),
            *self._list_checks(snapshot),
            TrayEntry(),
            TrayEntry("Lock Twauth", self._context.auto_lock.lock),
            *ways_out,
        ]

    def _list_active(self, snapshot: Snapshot) -> list[TrayEntry]:
        if not snapshot.accounts:
            return []
        active = snapshot.accounts.get(snapshot.active_account_id or AccountId(""))
        ordered = sorted(
            snapshot.accounts.values(),
            key=lambda one: (
                one is not active,
                not one.is_favourite,
                -one.signed_in_at.timestamp(),
            ),
        )
        choices = [self._activate_entry(snapshot, one) for one in ordered[:_MAX_ACCOUNTS]]
        if len(ordered) > _MAX_ACCOUNTS:
            choices.append(TrayEntry("More…", self._choose_active))
        name = "none" if active is None else active.at_handle
        entries = [TrayEntry(f"Active account: {name}", entries=tuple(choices))]
        if active is not None:
            entries.append(TrayEntry(f"Copy {active.at_handle}", partial(self._copy, active)))
        return [*entries, TrayEntry()]

    def _activate_entry(self, snapshot: Snapshot, account: Account) -> TrayEntry:
        return TrayEntry(
            f"{account.at_handle}   {snapshot.label_of(account.app_id)}",
            partial(self._actions.set_active, account.id),
            is_checked=account.id == snapshot.active_account_id,
        )

    def _continue_entry(self, pending: PendingSignIn) -> TrayEntry:
        handle = f"@{pending.expected_handle}" if pending.expected_handle else "an account"
        return TrayEntry(f"Continue signing {handle} in…", partial(self._resume, pending))

    def _list_checks(self, snapshot: Snapshot) -> list[TrayEntry]:
        checks, ids = self._actions.checks, list(snapshot.accounts)
        if checks.running_account_ids:
            return [TrayEntry("Stop checking", checks.stop)]
        if not ids:
            return []
        reads = checks.cost_of(ids).reads
        cost = f" (X bills up to {reads:,} user reads)" if reads else ""
        return [
            TrayEntry(f"Check {pluralize(len(ids), 'account')}{cost}", lambda: checks.check(ids))
        ]

    def _choose_active(self) -> None:
        self._open()
        self._context.window.open_palette(switching=True)

    def _resume(self, pending: PendingSignIn) -> None:
        self._open()
        self._context.window.resume_sign_in(pending.id)

    def _copy(self, account: Account) -> None:
        seconds = self._context.preferences.current.clipboard_seconds

        def copied() -> None:
            if self._icon is not None and not self._window.isActiveWindow():
                self._icon.showMessage(
                    f"Copied {account.at_handle}", f"The clipboard is cleared in {seconds} seconds."
                )

        self._actions.copy_all(account, copied)


def _run(action: Callable[[], object], _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
    _ = action()
