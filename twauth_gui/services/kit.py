"""Everything a window or a command works with, put together once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.services.apps import AppService
from twauth_gui.services.lines import XClients
from twauth_gui.services.lock_settings import LockSettings
from twauth_gui.services.network_settings import NetworkShelf
from twauth_gui.services.places import AppPaths
from twauth_gui.services.private_files import PrivateFiles
from twauth_gui.services.removal import Removal
from twauth_gui.services.storage import Storage
from twauth_gui.services.window_settings import SettingsFile
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

if TYPE_CHECKING:
    from twauth_gui.services.app_bearer import AppBearer
    from twauth_gui.services.backups import Backups
    from twauth_gui.services.bot_clients import BotClients
    from twauth_gui.services.bringing import ImportService
    from twauth_gui.services.check import Checker
    from twauth_gui.services.check_many import ManyChecker
    from twauth_gui.services.handover import ExportService
    from twauth_gui.services.oauth2_tokens import TokenKeeper
    from twauth_gui.services.oauth2_values import TokenValues
    from twauth_gui.services.pretend import PretendX
    from twauth_gui.services.sign_ins import SignInService

# The parts that speak to X are imported when first used: tweepy and what it draws in cost more
# than everything else a window needs to open.


class Services:
    """The services over one store. Its parts may be used from any worker thread."""

    def __init__(
        self, store: Store, storage: Storage, now: Callable[[], datetime], places: AppPaths
    ) -> None:
        self.store = store
        self.storage = storage
        self.places = places
        self.now = now
        self.apps = AppService(store, now)
        self.network = NetworkShelf(store)
        self.lock_settings = LockSettings(store)
        self.x_clients = XClients(self.network, self.ready)
        self.account_removal = Removal(store, self.x_clients, self.end_tokens, now)
        self.files = PrivateFiles(places.data)
        self.window_settings = SettingsFile(places.window_settings)
        self.approval_seconds = 300.0  # how long a browser's return is waited for
        self._once = threading.Lock()
        self._pretend_x: PretendX | None = None
        self._tokens: TokenKeeper | None = None
        self._authorizer: SignInService | None = None
        self._bring_in: ImportService | None = None

    # These have a memory of their own (a running server, a grant that waits for the
    # keychain), so there must be exactly one of each, whichever thread asks first.

    @property
    def pretend_x(self) -> PretendX:
        from twauth_gui.services.pretend import PretendX  # noqa: PLC0415 - see above

        with self._once:
            if self._pretend_x is None:
                self._pretend_x = PretendX(self.store)
            return self._pretend_x

    @property
    def tokens(self) -> TokenKeeper:
        from twauth_gui.services.oauth2_tokens import TokenKeeper  # noqa: PLC0415 - see above

        with self._once:
            if self._tokens is None:
                self._tokens = TokenKeeper(self.store, self.x_clients, self.now)
            return self._tokens

    @property
    def sign_in(self) -> SignInService:
        from twauth_gui.services.sign_ins import SignInService  # noqa: PLC0415 - see above

        keeper = self.tokens
        with self._once:
            if self._authorizer is None:
                self._authorizer = SignInService(
                    self.store,
                    self.x_clients,
                    keeper,
                    self.now,
                    approval_seconds=self.approval_seconds,
                )
            return self._authorizer

    @property
    def importer(self) -> ImportService:
        from twauth_gui.services.bringing import ImportService  # noqa: PLC0415 - see above

        with self._once:
            if self._bring_in is None:
                self._bring_in = ImportService(self.store, self.apps, self.x_clients, self.now)
            return self._bring_in

    @cached_property
    def bearer(self) -> AppBearer:
        from twauth_gui.services.app_bearer import AppBearer  # noqa: PLC0415 - see above

        return AppBearer(self.store, self.x_clients)

    @cached_property
    def checker(self) -> Checker:
        from twauth_gui.services.check import Checker  # noqa: PLC0415 - see above
        from twauth_gui.services.oauth2_check import TokenCheck  # noqa: PLC0415 - see above

        tokens = TokenCheck(self.store, self.x_clients, self.tokens)
        return Checker(self.store, self.x_clients, tokens, self.now)

    @cached_property
    def bot_clients(self) -> BotClients:
        from twauth_gui.services.bot_clients import BotClients  # noqa: PLC0415 - see above

        return BotClients(self.store, self.x_clients, self.tokens, self.now)

    @cached_property
    def many_checker(self) -> ManyChecker:
        from twauth_gui.services.check_many import ManyChecker  # noqa: PLC0415 - see above

        return ManyChecker(self.store, self.x_clients, self.checker, self.now)

    @cached_property
    def backups(self) -> Backups:
        from twauth_gui.services.backups import Backups  # noqa: PLC0415 - loads cryptography

        return Backups(self.store, self.files, self.now)

    @cached_property
    def exporter(self) -> ExportService:
        from twauth_gui.services.handover import ExportService  # noqa: PLC0415 - see above

        def fresh(account_id: AccountId) -> TokenSet:
            return self.tokens.fresh(account_id, CancelToken())

        return ExportService(self.store, fresh, self.files, self.now)

    @cached_property
    def token_values(self) -> TokenValues:
        from twauth_gui.services.oauth2_values import TokenValues  # noqa: PLC0415 - see above

        return TokenValues(self.store, self.tokens, self.now)

    def end_tokens(self, account_id: AccountId, cancel: CancelToken) -> None:
        """End an account's tokens of OAuth 2.0 at X; raises as TokenKeeper.revoke does."""
        _ = self.tokens.revoke(account_id, cancel)

    def ready(self, app: App) -> None:
        """Start the pretend X where the app lives on it."""
        if app.hosts.is_local:
            self.pretend_x.ready(app)

    @property
    def holds_grants(self) -> bool:
        """Whether X has granted something that the keychain has not taken yet."""
        parts = (self._authorizer, self._tokens)
        return any(part is not None and part.holding for part in parts)

    def close(self) -> None:
        """Stop the pretend X where it was started, then close the store."""
        if self._pretend_x is not None:
            self._pretend_x.stop()
        self.store.close()


def wall_clock() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


def open_services(
    places: AppPaths,
    keychain: Vault,
    now: Callable[[], datetime] = wall_clock,
    *,
    only_look: bool = False,
) -> Services:
    """Open the store in its folder; neither keychain nor encrypted file is touched yet.

    only_look: to see what a command would do. Then no folder and no index is created or changed.

    Raises:
        DiagnosedError: the index cannot be used.
    """
    storage = Storage(places.data, keychain)
    opened = Store.look if only_look else Store.open
    store = opened(places.data, storage.vault, now=now)
    storage.attach(store)
    kit = Services(store, storage, now, places)
    if not only_look:
        kit.files.sweep()
    return kit
