"""The window: which page is shown, and which sheet lies on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.announcements import Announcements
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.clipboard import SecretClipboard
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.library import SnapshotStore, read_snapshot
from twauth_gui.gui.parts.confirm import ConfirmDialog, confirm_sheet
from twauth_gui.gui.parts.sheet_host import DialogHost
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.pending_sign_ins import BackgroundSignIns
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.tasks import TaskRunner
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.ticker import Ticker
from twauth_gui.gui.vault.doors import unlock_first
from twauth_gui.gui.vault.gate import needs_vault
from twauth_gui.gui.vault.keeper import LockController
from twauth_gui.gui.vault_watch import VaultState
from twauth_gui.gui.workspace.main_menu import SETTINGS_KEYS, open_settings
from twauth_gui.services.kit import Services
from twauth_gui.store.recovery import Recovery
from twauth_gui.store.vault import mid_sentence

if TYPE_CHECKING:
    from twauth_gui.gui.vault.lock_page import LockPage
    from twauth_gui.gui.workspace.first_run import FirstRun
    from twauth_gui.gui.workspace.panes import Panes

# Sheets are imported when they are first opened: together they would cost the start of the
# window as much as the window itself.

_FINISH_SECONDS = 30.0


class MainWindow(QWidget):
    """Puts the desk together and carries out what the panes ask of the window.

    Signals:
        ready: the first snapshot is on screen.
    """

    ready = Signal()

    def __init__(self, kit: Services, look: Look, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setWindowTitle("Twauth")
        self.setMinimumSize(640, 480)
        self.resize(QSize(1120, 720))
        self._kit = kit
        self._may_lose = False
        self._tasks = TaskRunner(self)
        self._page = QWidget(self)
        self.desk = self._make_desk(look, now)
        self._actions = AccountActions(self.desk, self)
        self._bar = StatusBar()
        self._announcements = Announcements(self._bar, self.desk, self._actions, self)
        self._keeper = LockController(self.desk, self)
        self._stack = QStackedWidget()
        self._lock_page: LockPage | None = None
        self._first_run: FirstRun | None = None
        self._panes: Panes | None = None
        self._build()
        self._connect()

    def _make_desk(self, look: Look, now: Callable[[], datetime]) -> AppContext:
        kit, tasks = self._kit, self._tasks
        library = SnapshotStore(
            lambda: read_snapshot(kit.store), kit.store.data_version, tasks, self
        )
        clipboard = SecretClipboard(QGuiApplication.clipboard(), self)
        vault = VaultState(kit.storage, tasks, self)
        return AppContext(
            services=kit,
            tasks=tasks,
            library=library,
            clipboard=clipboard,
            look=look,
            preferences=Preferences(kit.window_settings, tasks, look, clipboard),
            vault=vault,
            locks=AutoLock(kit, tasks, vault),
            pending=BackgroundSignIns(library, vault, self),
            sheets=DialogHost(self, self._page),
            window=self,
            home=Path.home(),
            now=now,
            ticker=Ticker(self),
        )

    def _build(self) -> None:
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self._bar)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._page)

    def _connect(self) -> None:
        library = self.desk.library
        library.changed.connect(self._show_snapshot)
        self._keeper.hidden_changed.connect(self._show_page)
        library.changed.connect(self._renew_copy)  # behind the reading, which nobody waits for
        library.failed.connect(self.show_problem)
        self.desk.preferences.failed.connect(self.show_problem)
        self._bar.settings.clicked.connect(lambda: open_settings(self.desk))
        # On the page, where open sheets switch it off.
        QShortcut(QKeySequence(SETTINGS_KEYS), self._page, lambda: open_settings(self.desk))

    def begin(self) -> None:
        """Finish what an earlier run was cut off in, then read and show."""

        def recovered(recovery: Recovery) -> None:
            self.desk.library.start()
            if recovery.messages:
                self.show_status(" ".join(recovery.messages))
            if recovery.rebuilt is not None:
                self.show_problem(recovery.rebuilt)

        def failed(diagnosis: Diagnosis) -> None:
            self.desk.library.start()
            self.desk.vault.probe()
            self.show_problem(diagnosis)

        store = self._kit.store
        self.desk.in_store(self, lambda _job: store.recover(), recovered, failed)
        self.desk.locks.begin(self.windowHandle())

    def _renew_copy(self) -> None:
        store = self._kit.store
        self.desk.in_store(self, lambda _job: store.renew_copy(), _no_more, self.show_problem)

    def _show_snapshot(self) -> None:
        first = self._stack.currentWidget() is None
        self._show_page()
        if first:
            self.ready.emit()
            # Only now: it loads the keychain's libraries while the window would be painted.
            QTimer.singleShot(0, self, self.desk.vault.probe)

    def _show_page(self) -> None:
        if self.desk.vault.hidden:
            self._show_lock_page()
            return
        empty = self.desk.library.snapshot.is_empty
        self._bar.settings.setVisible(empty)  # else the sidebar has it
        if empty:
            if self._first_run is None:
                from twauth_gui.gui.workspace.first_run import FirstRun  # noqa: PLC0415 - see above

                self._first_run = FirstRun(self.desk)
                self._stack.addWidget(self._first_run)
            self._stack.setCurrentWidget(self._first_run)
        else:
            if self._panes is None:
                from twauth_gui.gui.workspace.panes import Panes  # noqa: PLC0415 - see above

                self._panes = Panes(self.desk, self._actions)
                self._stack.addWidget(self._panes)
            self._stack.setCurrentWidget(self._panes)

    def _show_lock_page(self) -> None:
        from twauth_gui.gui.vault.lock_page import LockPage  # noqa: PLC0415 - see above

        if self._lock_page is None:
            self._lock_page = LockPage(self.desk.vault)
            self._stack.addWidget(self._lock_page)
        self._bar.settings.hide()
        self._announcements.settle()
        self._stack.setCurrentWidget(self._lock_page)
        self._lock_page.take_focus()

    # -- what the panes ask for --------------------------------------------------------------------

    def show_status(self, text: str) -> None:
        """Show one line in the status bar."""
        self._announcements.say(text)

    def show_problem(self, diagnosis: Diagnosis, again: Callable[[], None] | None = None) -> None:
        """Show a failure in a sheet of its own, or the way to unlock the vault and go on."""
        from twauth_gui.gui.explain_sheet import ExplainSheet  # noqa: PLC0415 - see above

        about_vault = self.desk.vault.note(diagnosis)
        if self.desk.vault.hidden:
            return  # the page says it
        if about_vault and self.desk.vault.locked:
            unlock_first(self.desk, again)
            return
        top = self.desk.sheets.top()
        if isinstance(top, ExplainSheet) and top.is_about(diagnosis):
            return
        self.desk.sheets.open(ExplainSheet(self.desk, diagnosis, again=again))

    @needs_vault
    def add_app(self, pasted: str = "") -> None:
        """Open the sheet for a new app, filled with what was pasted."""
        from twauth_gui.gui.apps.app_sheet import AppSheet  # noqa: PLC0415 - see above

        sheet = AppSheet(self.desk)
        sheet.saved.connect(self._app_added)
        self.desk.sheets.open(sheet)
        sheet.paste(pasted)

    def _app_added(self, app: App) -> None:
        self.desk.library.reload(then=lambda: self.add_account(app.id))

    def _app_changed(self, _app: App) -> None:
        self.desk.library.reload()

    @needs_vault
    def edit_app(self, app_id: AppId) -> None:
        """Open the sheet for an app that exists; its keys are read first."""
        from twauth_gui.gui.apps.app_sheet import AppSheet  # noqa: PLC0415 - see above
        from twauth_gui.services.apps import AppDraft  # noqa: PLC0415 - see above

        def done(draft: AppDraft) -> None:
            sheet = AppSheet(self.desk, app_id)
            sheet.fill(draft)
            sheet.saved.connect(self._app_changed)
            self.desk.sheets.open(sheet)

        self.desk.in_store(self, lambda _job: self._kit.apps.draft(app_id), done)

    @needs_vault
    def add_account(self, app_id: AppId | None = None) -> None:
        """Open the sheet in which a sign-in begins, for the app that is chosen or was used last."""
        snapshot = self.desk.library.snapshot
        if snapshot.apps:
            chosen = app_id or (self._panes.chosen_app if self._panes is not None else None)
            self._open_add(chosen or snapshot.last_app, None, CredentialKind.OAUTH1)
        else:
            self.add_app()

    @needs_vault
    def sign_in_again(self, account_id: AccountId, kind: CredentialKind | None = None) -> None:
        """Begin a sign-in that replaces this account's credentials once it has succeeded.

        kind: which; None for those of OAuth 1.0a, unless it has only the others.
        """
        account = self.desk.library.snapshot.accounts.get(account_id)
        if account is not None:
            usual = CredentialKind.OAUTH1 if account.has_oauth1 else CredentialKind.OAUTH2
            self._open_add(account.app_id, account, kind or usual)

    def _open_add(self, app_id: AppId | None, again: Account | None, kind: CredentialKind) -> None:
        from twauth_gui.gui.signin.adding import open_add_account  # noqa: PLC0415 - see above

        open_add_account(self.desk, self, app_id, again=again, kind=kind)

    @needs_vault
    def resume(self, attempt_id: PendingSignInId) -> None:
        """Go on with a sign-in that waits."""
        from twauth_gui.gui.signin.flow import SignInFlow  # noqa: PLC0415 - see above
        from twauth_gui.services.requests import request_of  # noqa: PLC0415 - see above

        attempt = self.desk.library.snapshot.attempts.get(attempt_id)
        if attempt is not None:
            flow = SignInFlow(self.desk, request_of(attempt), self)
            if attempt.may_be_granted:  # the page has said so: only a new link goes on from here
                flow.begin(attempt.id)
            else:
                flow.resume(attempt)

    @needs_vault
    def export(self, account_ids: list[AccountId]) -> None:
        """Open the sheet that hands credentials over."""
        from twauth_gui.gui.export.sheet import ExportSheet  # noqa: PLC0415 - see above

        known = self.desk.library.snapshot.accounts
        accounts = [known[one] for one in account_ids if one in known]
        if accounts:
            self.desk.sheets.open(ExportSheet(self.desk, self._actions, accounts))

    def select_account(self, account_id: AccountId) -> None:
        """Show one account."""
        if self._panes is not None:
            self._panes.select(account_id)

    def open_address(self, url: Secret | str) -> bool:
        """Open an address in the system's browser; tells whether the system took it."""
        text = url.reveal() if isinstance(url, Secret) else url
        return QDesktopServices.openUrl(QUrl(text))

    def pretend_x(self) -> None:
        """Open the sheet about the pretend X."""
        from twauth_gui.gui.apps.pretend_sheet import PretendSheet  # noqa: PLC0415 - see above

        sheet = PretendSheet(self.desk)
        sheet.added.connect(self._app_added)
        self.desk.sheets.open(sheet)

    # -- ending ------------------------------------------------------------------------------------

    def _ask_before_losing(self) -> None:
        if isinstance(self.desk.sheets.top(), ConfirmDialog):
            return

        def accepted() -> None:
            self._may_lose = True
            self.close()

        sheet = confirm_sheet(
            self.desk.sheets,
            "Close and lose a sign-in?",
            f"X has approved a sign-in, but {mid_sentence(self.desk.vault.name)} has not taken its"
            " credentials. They are lost when this window closes. Keep it open, and continue the"
            " sign-in.",
            safe_text="Keep open",
            danger_text="Close and lose it",
        )
        sheet.accepted.connect(accepted)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Let nothing that X has granted be lost: wait, hidden, for what is being saved."""
        if self._kit.holds_grants and not self._may_lose:
            event.ignore()
            self._ask_before_losing()
            return
        self.hide()
        self.desk.locks.end()
        self.desk.sheets.close_all()  # a private view is taken down before the engine ends
        self._announcements.settle()
        self.desk.clipboard.clear()
        self._tasks.shut_down(_FINISH_SECONDS)
        self._kit.close()
        super().closeEvent(event)


def _no_more(_result: None) -> None:
    """The copy is there; nobody has to know."""
