"""The main window."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.account_filter import Section
from twauth_gui.gui.action_menu import request_menu
from twauth_gui.gui.app_context import AppContext, Ticker
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.background_sign_ins import BackgroundSignIns
from twauth_gui.gui.clipboard import SecretClipboard
from twauth_gui.gui.close_controller import CloseController
from twauth_gui.gui.imports.import_drop import DroppedItems, DropTarget
from twauth_gui.gui.parts.accessibility import move_focus
from twauth_gui.gui.parts.confirm_dialog import ConfirmDialog, ask_confirmation
from twauth_gui.gui.parts.dialog_host import DialogHost
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.snapshot_store import SnapshotStore, read_snapshot
from twauth_gui.gui.start_request import StartRequest
from twauth_gui.gui.status_announcer import StatusAnnouncer
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.gui.theme.look import Look, LookWindow
from twauth_gui.gui.update_controller import UpdateController
from twauth_gui.gui.vault.lock_controller import LockController
from twauth_gui.gui.vault.vault_dialogs import needs_vault, unlock_then
from twauth_gui.gui.vault_state import VaultState
from twauth_gui.gui.watch_controller import WatchController
from twauth_gui.gui.window_place import bring_to_front, read_geometry, restore_geometry
from twauth_gui.gui.workspace.main_menu import (
    HELP_KEYS,
    PALETTE_SHORTCUT,
    QUIT_KEYS,
    SETTINGS_SHORTCUT,
    open_import,
    open_settings,
    open_shortcuts,
    takes_import,
)
from twauth_gui.services.container import Services
from twauth_gui.services.settings import WindowPlace
from twauth_gui.store.crash_recovery import RecoveryReport

if TYPE_CHECKING:
    from twauth_gui.gui.vault.unlock_form import LockPage
    from twauth_gui.gui.workspace.panes import Panes
    from twauth_gui.gui.workspace.welcome_page import WelcomePage

# Dialogs are imported when they are first opened: together they would double the window's
# start time.

_SHUT_DOWN_SECONDS = 30.0
_IMPORT_WAITS = "The files will be imported once this dialog is closed and Twauth is unlocked"


class MainWindow(LookWindow):
    """Makes the AppContext, chooses the page, opens dialogs (see MainWindowApi).

    Signals:
        ready: the first snapshot is on screen.
    """

    ready = Signal()

    def __init__(self, services: Services, look: Look, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        profile = services.paths.profile
        self.setWindowTitle(f"{profile} — Twauth" if profile else "Twauth")
        self.setMinimumSize(640, 480)
        self.resize(QSize(1120, 720))
        self._services = services
        self._may_discard = False
        self._waiting_items = DroppedItems()
        self._tasks = TaskRunner(self)
        self._page = QWidget(self)
        self.context = self._make_context(now)
        self._actions = AccountActions(self.context, self)
        self._bar = StatusBar()
        if profile:
            self._bar.set_profile(profile)
        self._status_announcer = StatusAnnouncer(self._bar, self.context, self._actions, self)
        self._lock_controller = LockController(self.context, self)
        self._close_controller = CloseController(self.context, self._actions, self)
        self._stack = QStackedWidget()
        self._lock_page: LockPage | None = None
        self._welcome_page: WelcomePage | None = None
        self._panes: Panes | None = None
        self._drop_target = DropTarget(self, self._takes_drops, self._on_dropped)
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        place = self.context.preferences.current.place
        restore_geometry(self, place.geometry, is_maximized=place.is_maximized)

    def _make_context(self, now: Callable[[], datetime]) -> AppContext:
        services, tasks = self._services, self._tasks
        snapshots = SnapshotStore(
            lambda: read_snapshot(services.store), services.store.data_version, tasks, self
        )
        clipboard = SecretClipboard(QGuiApplication.clipboard(), self)
        vault = VaultState(services.vaults, tasks, self)
        return AppContext(
            services=services,
            tasks=tasks,
            snapshots=snapshots,
            clipboard=clipboard,
            preferences=Preferences(services.window_settings, tasks, self.look, clipboard),
            vault=vault,
            auto_lock=AutoLock(services, tasks, vault),
            background_sign_ins=BackgroundSignIns(snapshots, vault, self),
            dialogs=DialogHost(self, self._page),
            window=self,
            home=Path.home(),
            now=now,
            ticker=Ticker(self),
            watch=WatchController(services, tasks, vault, snapshots),
            updates=UpdateController(services, tasks, self),
        )

    def _build(self) -> None:
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self._bar)
        self.setCentralWidget(self._page)

    def _connect(self) -> None:
        snapshots = self.context.snapshots
        snapshots.changed.connect(self._show_snapshot)
        self._lock_controller.hidden_changed.connect(self._show_page)
        # In the store's queue after the reading, so that the list does not wait for it.
        snapshots.changed.connect(self._refresh_index_copy)
        snapshots.failed.connect(self.show_problem)
        self.context.preferences.failed.connect(self.show_problem)
        self.ready.connect(self._close_controller.update_tray)
        self.context.watch.failed.connect(self.show_problem)
        self.context.watch.activated.connect(self._on_notification_clicked)
        self.context.ticker.ticked.connect(self.context.watch.tick)
        self.context.updates.failed.connect(self.show_problem)
        self.context.ticker.ticked.connect(self.context.updates.tick)
        self.context.dialogs.changed.connect(self._import_waiting)
        self.context.vault.changed.connect(self._import_waiting)
        self._bar.settings.clicked.connect(lambda: open_settings(self.context))
        for keys in HELP_KEYS:
            QShortcut(QKeySequence(keys), self, lambda: open_shortcuts(self.context))
        QShortcut(QKeySequence(QUIT_KEYS), self, self.quit)
        # On the page, where open dialogs disable it.
        QShortcut(QKeySequence(SETTINGS_SHORTCUT), self._page, lambda: open_settings(self.context))
        QShortcut(QKeySequence("Shift+F10"), self, request_menu)
        QShortcut(QKeySequence.StandardKey.Undo, self._page, self._status_announcer.undo)
        QShortcut(QKeySequence(PALETTE_SHORTCUT), self._page, self.open_palette)

    def start(self) -> None:
        """Finish what an earlier run was interrupted in, then read the store and show it."""

        def recovered(recovery: RecoveryReport) -> None:
            self.context.snapshots.start()
            if recovery.messages:
                self.show_status(" ".join(recovery.messages))
            if recovery.rebuilt is not None:
                self.show_problem(recovery.rebuilt)

        def failed(diagnosis: Diagnosis) -> None:
            self.context.snapshots.start()
            self.context.vault.probe()
            self.show_problem(diagnosis)

        store = self._services.store
        self.context.run_in_store(self, lambda _job: store.recover(), recovered, failed)
        self.context.auto_lock.start(self.windowHandle())
        self._drop_target.watch(self.windowHandle())

    def _refresh_index_copy(self) -> None:
        store = self._services.store
        self.context.run_in_store(
            self, lambda _job: store.renew_index_copy(), ignore, self.show_problem
        )

    def _show_snapshot(self) -> None:
        first = self._stack.currentWidget() is None
        self._show_page()
        if first:
            self.ready.emit()
            # Only now, because it loads the keychain's libraries and would delay the painting.
            QTimer.singleShot(0, self, self.context.vault.probe)
            self.context.watch.start(lambda: bool(self._actions.checks.running_account_ids))
            self.context.updates.start()

    def _show_page(self) -> None:
        if self.context.vault.is_app_locked:
            self._show_lock_page()
            return
        empty = self.context.snapshots.current.is_empty
        self._bar.settings.setVisible(empty)  # else the sidebar has it
        if empty:
            if self._welcome_page is None:
                from twauth_gui.gui.workspace.welcome_page import WelcomePage  # noqa: PLC0415 - see above

                self._welcome_page = WelcomePage(self.context)
                self._stack.addWidget(self._welcome_page)
            self._stack.setCurrentWidget(self._welcome_page)
        else:
            if self._panes is None:
                from twauth_gui.gui.workspace.panes import Panes  # noqa: PLC0415 - see above

                self._panes = Panes(self.context, self._actions)
                self._panes.restore_place(self.context.preferences.current.place)
                self._stack.addWidget(self._panes)
            self._stack.setCurrentWidget(self._panes)

    def _show_lock_page(self) -> None:
        from twauth_gui.gui.vault.unlock_form import LockPage  # noqa: PLC0415 - see above

        if self._lock_page is None:
            self._lock_page = LockPage(self.context.vault)
            self._stack.addWidget(self._lock_page)
        self._bar.settings.hide()
        self._status_announcer.clear()
        self._stack.setCurrentWidget(self._lock_page)
        self._lock_page.take_focus()

    def _on_notification_clicked(self) -> None:
        bring_to_front(self, "")
        if not self.context.vault.is_app_locked and not self.context.dialogs.count():
            self._actions.show_changes()

    # -- MainWindowApi -----------------------------------------------------------------------------

    def show_status(
        self,
        text: str,
        is_current: Callable[[], bool] | None = None,
        button: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Show one line in the status bar, with a button for what can follow.

        It ends when is_current says that it is overtaken.
        """
        self._status_announcer.show(text, is_current, button)

    def offer_undo(
        self, text: str, undo: Callable[[], object], keep: Callable[[], object] = ignore
    ) -> None:
        """Say what was changed; undo it on request, else keep it after a while."""
        self._status_announcer.offer_undo(text, undo, keep)

    def show_problem(self, diagnosis: Diagnosis, retry: Callable[[], None] | None = None) -> None:
        """Show a failure in a dialog; if the vault is locked, offer to unlock it and go on."""
        about_vault = self.context.vault.note_problem(diagnosis)
        # In a turn of its own: the rest of the window is changed by what was noted. With 0 ms
        # Qt posts an event into this turn.
        show = partial(self._open_problem, diagnosis, retry, about_vault=about_vault)
        QTimer.singleShot(1, self, show)

    def _open_problem(
        self, diagnosis: Diagnosis, retry: Callable[[], None] | None, *, about_vault: bool
    ) -> None:
        from twauth_gui.gui.problem_dialog import ProblemDialog  # noqa: PLC0415 - see above

        if self.context.vault.is_app_locked:
            return  # the lock page says it
        if about_vault and self.context.vault.is_locked:
            unlock_then(self.context, retry)
            return
        top = self.context.dialogs.top()
        if isinstance(top, ProblemDialog) and top.is_about(diagnosis):
            return
        self.context.dialogs.open(ProblemDialog(self.context, diagnosis, retry=retry))

    @needs_vault
    def add_app(self, pasted: str = "") -> None:
        """Open the dialog for a new app, filled with the pasted keys."""
        from twauth_gui.gui.apps.app_dialog import AppDialog  # noqa: PLC0415 - see above

        dialog = AppDialog(self.context)
        dialog.saved.connect(self._on_app_added)
        self.context.dialogs.open(dialog)
        dialog.paste_keys(pasted)

    def _on_app_added(self, app: App) -> None:
        self.context.snapshots.reload(on_done=lambda: self.add_account(app.id))

    def _on_app_changed(self, _app: App) -> None:
        self.context.snapshots.reload()

    @needs_vault
    def edit_app(self, app_id: AppId) -> None:
        """Open the dialog for an existing app; its keys are read first."""
        from twauth_gui.gui.apps.app_dialog import AppDialog  # noqa: PLC0415 - see above
        from twauth_gui.services.apps import AppDraft  # noqa: PLC0415 - see above

        def done(draft: AppDraft) -> None:
            dialog = AppDialog(self.context, app_id)
            dialog.show_app(draft)
            dialog.saved.connect(self._on_app_changed)
            self.context.dialogs.open(dialog)

        self.context.run_in_store(self, lambda _job: self._services.apps.read_draft(app_id), done)

    @needs_vault
    def add_account(self, app_id: AppId | None = None) -> None:
        """Open the dialog for a new sign-in under this app, else the selected or last used one."""
        snapshot = self.context.snapshots.current
        if snapshot.apps:
            chosen = app_id or (self._panes.selected_app if self._panes is not None else None)
            last = snapshot.last_sign_in
            self._open_add_account(
                chosen or (last.app_id if last else None),
                None,
                last.kind if last else CredentialKind.OAUTH1,
            )
        else:
            self.add_app()

    @needs_vault
    def sign_in_again(self, account_id: AccountId, kind: CredentialKind | None = None) -> None:
        """Begin a sign-in that replaces this account's credentials once it has succeeded.

        kind: which credentials; None for those of OAuth 1.0a if it has them, else OAuth 2.0.
        """
        account = self.context.snapshots.current.accounts.get(account_id)
        if account is not None:
            usual = CredentialKind.OAUTH1 if account.has_oauth1 else CredentialKind.OAUTH2
            self._open_add_account(account.app_id, account, kind or usual)

    @needs_vault
    def sign_in_several_again(self, account_ids: list[AccountId]) -> None:
        """Begin a list of sign-ins that replace the credentials of these accounts."""
        from twauth_gui.gui.signin.batch_sign_in import open_batch_again  # noqa: PLC0415 - see above

        known = self.context.snapshots.current.accounts
        accounts = [known[one] for one in account_ids if one in known]
        if accounts:
            open_batch_again(self.context, accounts, self)

    def _open_add_account(
        self, app_id: AppId | None, again: Account | None, kind: CredentialKind
    ) -> None:
        from twauth_gui.gui.signin.add_account_dialog import open_add_account  # noqa: PLC0415 - see above

        open_add_account(self.context, self, app_id, again=again, kind=kind)

    @needs_vault
    def resume_sign_in(self, pending_id: PendingSignInId) -> None:
        """Continue a pending sign-in."""
        from twauth_gui.gui.signin.sign_in_controller import SignInController  # noqa: PLC0415 - see above
        from twauth_gui.services.sign_in_requests import repeat_request  # noqa: PLC0415 - see above

        pending = self.context.snapshots.current.pending_sign_ins.get(pending_id)
        if pending is not None:
            controller = SignInController(self.context, repeat_request(pending), self)
            if pending.is_possibly_granted:  # its page has said that only a new link continues it
                controller.request_link(pending.id)
            else:
                controller.resume(pending)

    @needs_vault
    def open_export(
        self, account_ids: list[AccountId], *, to_secret_store: bool = False, preset_id: str = ""
    ) -> None:
        """Open the export dialog for these accounts.

        to_secret_store: with a secret store as destination. preset_id: "" for the one used last.
        """
        from twauth_gui.gui.export.export_dialog import ExportDialog  # noqa: PLC0415 - see above

        known = self.context.snapshots.current.accounts
        accounts = [known[one] for one in account_ids if one in known]
        if accounts:
            dialog = ExportDialog(self.context, self._actions, accounts)
            self.context.dialogs.open(dialog)
            if to_secret_store:
                dialog.choose_secret_store()
            if preset_id:
                dialog.choose_preset(preset_id)

    def open_palette(self, *, switching: bool = False) -> None:
        """Open the palette, or with it the choice of the active account.

        Not behind the lock, nor over another dialog, nor before the list was read.
        """
        from twauth_gui.gui.palette.palette_dialog import PaletteDialog  # noqa: PLC0415 - see above

        if self.context.vault.is_app_locked or self.context.dialogs.count():
            return
        if self._stack.currentWidget() is None:
            return
        chosen = self._panes.selected_account if self._panes is not None else None
        dialog = PaletteDialog(self.context, self._actions, chosen, switching=switching)
        self.context.dialogs.open(dialog)

    def show_section(self, section: Section) -> None:
        """Show a section of the list."""
        if self._panes is not None:
            self._panes.sidebar.choose_section(section)

    def show_tag(self, tag: str) -> None:
        """Show the accounts that have a tag."""
        if self._panes is not None:
            self._panes.show_tag(tag)

    def select_account(self, account_id: AccountId) -> None:
        """Select one account and show its details."""
        if self._panes is not None:
            self._panes.select(account_id)

    def select_accounts(self, account_ids: Sequence[AccountId]) -> None:
        """Select these accounts, and no other."""
        if self._panes is not None:
            self._panes.select_rows(account_ids)

    def open_address(self, url: Secret | str) -> bool:
        """Open an address in the system's browser; return whether the system accepted it."""
        text = url.reveal() if isinstance(url, Secret) else url
        return QDesktopServices.openUrl(QUrl(text))

    def open_sandbox(self) -> None:
        """Open the dialog about the pretend X."""
        from twauth_gui.gui.apps.sandbox_dialog import SandboxDialog  # noqa: PLC0415 - see above

        dialog = SandboxDialog(self.context)
        dialog.added.connect(self._on_app_added)
        self.context.dialogs.open(dialog)

    @override
    def focusNextPrevChild(self, onward: bool, /) -> bool:
        return move_focus(self._page, onward=onward)

    # -- drops -------------------------------------------------------------------------------------

    def _takes_drops(self) -> bool:
        return takes_import(self.context)

    def _on_dropped(self, items: DroppedItems) -> None:
        open_import(self.context, items)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text that no field under the pointer takes; files never come this far."""
        if event.mimeData().hasText() and self._takes_drops():
            self._drop_target.accept(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_target.accept(event)
        self._drop_target.take_text(event.mimeData())

    # -- later starts ------------------------------------------------------------------------------

    def take_start_request(self, request: StartRequest) -> None:
        """Come to the front, and do what a later start of the program is for."""
        bring_to_front(self, request.activation_token)
        self.handle_start(request)

    def handle_start(self, request: StartRequest) -> None:
        """Do what a start of the program is for; the window is where it is."""
        self.import_paths(request.paths)
        if request.wants_palette:
            self.open_palette()

    def show_hint(self) -> None:
        """Show people who are new to the window one thing that it can do."""
        if self._panes is not None:
            self._panes.show_hint()

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Open the import with these files and folders, or once no other dialog is open."""
        if not paths:
            return
        waiting = dict.fromkeys((*self._waiting_items.paths, *paths))
        self._waiting_items = DroppedItems(tuple(waiting))
        if self._takes_drops():
            self._import_waiting()
        else:
            self.show_status(_IMPORT_WAITS)

    def _import_waiting(self) -> None:
        if not self._waiting_items.is_empty and self._takes_drops():
            items, self._waiting_items = self._waiting_items, DroppedItems()
            self._on_dropped(items)

    # -- closing -----------------------------------------------------------------------------------

    def _has_reason_to_stay(self) -> bool:
        """Hide in the tray, or ask before credentials are lost; return whether it did either."""
        if self._close_controller.keeps_running():
            return True
        if self._services.has_unsaved_grants:
            self._close_controller.is_quitting = False
            self._confirm_discard()
        return self._services.has_unsaved_grants

    def _confirm_discard(self) -> None:
        if isinstance(self.context.dialogs.top(), ConfirmDialog):
            return

        def accepted() -> None:
            self._may_discard = True
            self.close()

        dialog = ask_confirmation(
            self.context.dialogs,
            "Close and lose a sign-in?",
            "X has approved a sign-in, but its credentials are not saved in"
            f" {name_in_sentence(self.context.vault.name)} yet. They are lost if this window"
            " closes. Keep it open and continue the sign-in.",
            safe_text="Keep open",
            danger_text="Close and lose it",
        )
        dialog.accepted.connect(accepted)

    def save_state(self) -> None:
        """Save what would be lost if the session ended now; the window stays as it is."""
        self._retry_saving(ignore)
        self._save_place()

    def end_session(self) -> None:
        """Close without a question; credentials that the vault refused are offered to it again."""
        self._may_discard = True
        self._retry_saving(self.quit)

    def _retry_saving(self, on_ended: Callable[[], None]) -> None:
        if not self._services.has_unsaved_grants:
            on_ended()
            return
        sign_in, pending = self._services.sign_in, self.context.snapshots.current.pending_sign_ins

        def save(_job: Job) -> None:
            from twauth_gui.services.sign_in_requests import NullProgress  # noqa: PLC0415 - see above

            for pending_id in filter(sign_in.has_unsaved_grant, pending):
                with contextlib.suppress(DiagnosedError):  # it stays unsaved
                    _ = sign_in.save(pending_id, NullProgress())

        task = Task(save, ignore, ignore, on_ended=on_ended, must_finish=True)
        _ = self._tasks.run_over_network(self, task)

    def quit(self) -> None:
        """Close the window and end the program, also if it usually stays in the tray."""
        self._close_controller.is_quitting = True
        _ = self.close()

    def _save_place(self) -> None:
        shown = WindowPlace() if self._panes is None else self._panes.current_place
        place = replace(shown, geometry=read_geometry(self), is_maximized=self.isMaximized())
        self.context.preferences.save_place(place)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before credentials are lost; wait, hidden, for those that are being saved."""
        if not self._may_discard and self._has_reason_to_stay():
            event.ignore()
            return
        was_hidden = not self.isVisible()
        self._save_place()
        self.hide()
        self.context.auto_lock.stop()
        self.context.watch.stop()
        self.context.dialogs.close_all()  # a private view has to go before its engine
        self._status_announcer.clear()
        self.context.clipboard.clear()
        self._tasks.shut_down(_SHUT_DOWN_SECONDS)
        self._services.close()
        super().closeEvent(event)
        if was_hidden:  # closing the last window that is visible ends the program, but not this
            QCoreApplication.exit(0)
