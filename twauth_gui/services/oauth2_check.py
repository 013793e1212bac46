"""Asking X about an account with its access token of OAuth 2.0."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.scopes import access_of
from twauth_gui.services.lines import XClients
from twauth_gui.services.oauth2_tokens import TokenKeeper
from twauth_gui.store.store import Store
from twauth_gui.xapi.identity import Identity, verify_oauth2


class TokenCheck:
    """Asks users/me; an access token that X refuses is renewed once before that counts."""

    def __init__(self, store: Store, lines: XClients, keeper: TokenKeeper) -> None:
        self._store = store
        self._lines = lines
        self._keeper = keeper

    def identity(self, account: Account, cancel: CancelToken) -> Identity:
        """Ask whose the tokens are; the scopes say what they may do.

        Raises:
            DiagnosedError: X refuses; a VaultError where the keychain does.
            CancelledError: the person ended it.
        """
        app = self._store.apps.get(account.app_id)
        tokens = self._keeper.fresh(account.id, cancel)
        try:
            identity = self._ask(app, tokens, cancel)
        except DiagnosedError as error:
            # X does not tell an access token that is over from one that was ended.
            if error.diagnosis.kind is not ProblemKind.REVOKED or tokens.refresh is None:
                raise
            tokens = self._keeper.renew(account.id, cancel)
            identity = self._ask(app, tokens, cancel)
        return replace(identity, access=access_of(tokens.scopes))

    def _ask(self, app: App, tokens: TokenSet, cancel: CancelToken) -> Identity:
        return verify_oauth2(app.hosts, tokens.access, cancel, line=self._lines.to(app))
