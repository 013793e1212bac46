"""All services over one store, created once or at first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.services.account_removal import AccountRemoval
from twauth_gui.services.annotations import Annotations
from twauth_gui.services.app_paths import (
    AppPaths,
    close_portable_dir,
    diagnose_unwritable_portable_dir,
)
from twauth_gui.services.apps import AppService
from twauth_gui.services.placement_recorder import PlacementRecorder
from twauth_gui.services.private_files import PrivateFiles
from twauth_gui.services.settings import (
    LockSettingsRepository,
    NetworkSettingsRepository,
    WatchSettingsRepository,
    WindowSettingsFile,
)
from twauth_gui.services.vault_service import VaultService
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.errors import NotOpenedError
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_selection import VaultKind

if TYPE_CHECKING:
    from twauth_gui.services.backups import BackupService
    from twauth_gui.services.bearer_tokens import BearerTokenService
    from twauth_gui.services.bot_clients import BotClientFactory
    from twauth_gui.services.export_files import ExportFiles
    from twauth_gui.services.export_service import ExportService
    from twauth_gui.services.health_check.account_watch import AccountWatch
    from twauth_gui.services.health_check.batch_checker import BatchChecker
    from twauth_gui.services.health_check.checker import Checker
    from twauth_gui.services.import_service import ImportService
    from twauth_gui.services.oauth2_tokens import OAuth2TokenService, TokenFieldReader
    from twauth_gui.services.placements import PlacementService
    from twauth_gui.services.preset_service import PresetService
    from twauth_gui.services.push_service import PushService
    from twauth_gui.services.sandbox_runner import SandboxRunner
    from twauth_gui.services.sign_in_service import SignInService
    from twauth_gui.services.update_check import UpdateService

# The services that call X are imported when first used: loading tweepy takes longer than everything
# else that a window needs to open.


class Services:
    """The services over one store. They may be used from any worker thread."""

    def __init__(
        self, store: Store, vaults: VaultService, now: Callable[[], datetime], paths: AppPaths
    ) -> None:
        self.store = store
        self.vaults = vaults
        self.paths = paths
        self.now = now
        self.apps = AppService(store, now)
        self.network_settings = NetworkSettingsRepository(store)
        self.lock_settings = LockSettingsRepository(store)
        self.watch_settings = WatchSettingsRepository(store)
        self.x_clients = XClients(self.network_settings, self.start_sandbox_for)
        self.annotations = Annotations(store.accounts)
        self.account_removal = AccountRemoval(store, self.x_clients, self._revoke_tokens, now)
        self.private_files = PrivateFiles(paths.data)
        self.placement_recorder = PlacementRecorder(store, now)
        self.window_settings = WindowSettingsFile(paths.window_settings)
        self.approval_seconds = 300.0  # how long to wait for a browser's return
        self._once = threading.Lock()
        self._sandbox: SandboxRunner | None = None
        self._tokens: OAuth2TokenService | None = None
        self._sign_in: SignInService | None = None
        self._importer: ImportService | None = None

    # These have state of their own (a running server, a grant that waits for the keychain), so
    # there must be exactly one of each, whichever thread asks first.

    @property
    def sandbox(self) -> SandboxRunner:
        from twauth_gui.services.sandbox_runner import SandboxRunner  # noqa: PLC0415 - see above

        with self._once:
            if self._sandbox is None:
                self._sandbox = SandboxRunner(self.store)
            return self._sandbox

    @property
    def tokens(self) -> OAuth2TokenService:
        from twauth_gui.services.oauth2_tokens import OAuth2TokenService  # noqa: PLC0415 - see above

        with self._once:
            if self._tokens is None:
                self._tokens = OAuth2TokenService(self.store, self.x_clients, self.now)
            return self._tokens

    @property
    def sign_in(self) -> SignInService:
        from twauth_gui.services.sign_in_service import SignInService  # noqa: PLC0415 - see above

        tokens = self.tokens
        with self._once:
            if self._sign_in is None:
                self._sign_in = SignInService(
                    self.store,
                    self.x_clients,
                    tokens,
                    self.now,
                    approval_seconds=self.approval_seconds,
                )
            return self._sign_in

    @property
    def importer(self) -> ImportService:
        from twauth_gui.services.import_service import ImportService  # noqa: PLC0415 - see above

        with self._once:
            if self._importer is None:
                self._importer = ImportService(
                    self.store, self.apps, self.x_clients, self.now, folder=self.paths.data
                )
            return self._importer

    @cached_property
    def bearer_tokens(self) -> BearerTokenService:
        from twauth_gui.services.bearer_tokens import BearerTokenService  # noqa: PLC0415 - see above

        return BearerTokenService(self.store, self.x_clients)

    @cached_property
    def checker(self) -> Checker:
        from twauth_gui.services.health_check.checker import (  # noqa: PLC0415 - loads tweepy
            Checker,
            OAuth2IdentityCheck,
        )

        tokens = OAuth2IdentityCheck(self.store, self.x_clients, self.tokens)
        return Checker(self.store, self.x_clients, tokens, self.now)

    @cached_property
    def bot_clients(self) -> BotClientFactory:
        from twauth_gui.services.bot_clients import BotClientFactory  # noqa: PLC0415 - see above

        return BotClientFactory(self.store, self.x_clients, self.tokens, self.placement_recorder)

    @cached_property
    def batch_checker(self) -> BatchChecker:
        from twauth_gui.services.health_check.batch_checker import BatchChecker  # noqa: PLC0415 - see above

        return BatchChecker(self.store, self.x_clients, self.checker, self.now)

    @cached_property
    def account_watch(self) -> AccountWatch:
        from twauth_gui.services.health_check.account_watch import AccountWatch  # noqa: PLC0415 - see above

        return AccountWatch(self.store, self.x_clients, self.batch_checker)

    @cached_property
    def updates(self) -> UpdateService:
        from twauth_gui.services.update_check import (  # noqa: PLC0415 - only the window asks
            UpdateService,
            find_update_source,
        )

        return UpdateService(self.store, self.network_settings, find_update_source(), self.now)

    @cached_property
    def backups(self) -> BackupService:
        from twauth_gui.services.backups import BackupService  # noqa: PLC0415 - loads cryptography

        return BackupService(self.store, self.private_files, self.now)

    @cached_property
    def exporter(self) -> ExportService:
        from twauth_gui.services.export_service import ExportService  # noqa: PLC0415 - see above

        def get_fresh(account_id: AccountId) -> tuple[TokenSet, int]:
            return self.tokens.get_fresh_with_generation(account_id, CancelToken())

        return ExportService(
            self.store,
            get_fresh,
            self.private_files,
            self.now,
            presets=self.presets,
            recorder=self.placement_recorder,
        )

    @cached_property
    def push(self) -> PushService:
        from twauth_gui.services.push_service import PushService  # noqa: PLC0415 - see above

        return PushService(self.store, self.exporter, self.presets, self.paths.data, now=self.now)

    @cached_property
    def export_files(self) -> ExportFiles:
        from twauth_gui.services.export_files import ExportFiles  # noqa: PLC0415 - see above

        return ExportFiles(self.exporter, self.private_files, self.store.placements)

    @cached_property
    def placements(self) -> PlacementService:
        from twauth_gui.services.placements import PlacementService  # noqa: PLC0415 - see above

        return PlacementService(
            self.store, lambda: self.presets, lambda: self.export_files, lambda: self.push
        )

    @cached_property
    def presets(self) -> PresetService:
        from twauth_gui.services.preset_service import PresetService  # noqa: PLC0415 - see above

        return PresetService(self.paths.data)

    @cached_property
    def token_fields(self) -> TokenFieldReader:
        from twauth_gui.services.oauth2_tokens import TokenFieldReader  # noqa: PLC0415 - see above

        return TokenFieldReader(self.store, self.tokens, self.placement_recorder, self.now)

    def _revoke_tokens(self, account_id: AccountId, cancel: CancelToken) -> Account:
        return self.tokens.revoke(account_id, cancel)  # loads tweepy only now

    def start_sandbox_for(self, app: App) -> None:
        """Start the sandbox if the app uses it."""
        if app.hosts.is_local:
            self.sandbox.start_if_used_by(app)

    @property
    def has_unsaved_grants(self) -> bool:
        """Whether X has granted access that the keychain has not taken yet."""
        parts = (self._sign_in, self._tokens)
        return any(part is not None and part.has_unsaved_grants for part in parts)

    def close(self) -> None:
        """Stop the sandbox if it was started here, then close the store."""
        if self._sandbox is not None:
            self._sandbox.stop()
        self.store.close()


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def open_services(
    paths: AppPaths,
    keychain: Vault,
    now: Callable[[], datetime] = utc_now,
    *,
    read_only: bool = False,
) -> Services:
    """Open the store in its folder; neither keychain nor encrypted file is touched yet.

    read_only: work on a copy of the index; no folder and no index is created or changed.

    Raises:
        DiagnosedError: the index cannot be used.
    """
    vaults = VaultService(paths.data, keychain)
    if read_only:
        store = Store.open_copy(paths.data, vaults.vault, now=now)
    else:
        store = _open_store(paths, vaults.vault, now)
    vaults.attach_store(store)
    if paths.portable_dir is not None and vaults.is_empty():
        vaults.select(VaultKind.FILE)  # a keychain stays behind when the folder moves on
    services = Services(store, vaults, now, paths)
    if not read_only:
        services.private_files.remove_leftovers()
    return services


def _open_store(paths: AppPaths, vault: Vault, now: Callable[[], datetime]) -> Store:
    folder = paths.portable_dir
    if folder is not None:
        close_portable_dir(folder)
    try:
        return Store.open(paths.data, vault, now=now)
    except NotOpenedError as error:
        if folder is None:
            raise
        reason = diagnose_unwritable_portable_dir(folder, error.diagnosis)
        raise DiagnosedError(reason) from error
