"""Bearer tokens of apps, which read public data without an account."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.errors import ChangedMeanwhileError, retry_on_conflict
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind

REGENERATE_ADVICE = (
    "X gives the same token again until it is revoked. To get another one, regenerate it in X's "
    "console, under Keys and tokens; the old one stops working then."
)


class BearerTokenService:
    """Gets bearer tokens with the apps' keys, and stores them with the keys."""

    def __init__(self, store: Store, x_clients: XClients) -> None:
        self._store = store
        self._x_clients = x_clients

    def fetch(self, app_id: AppId, cancel: CancelToken) -> Secret:
        """Ask X for the app's token and store it, replacing an older one.

        If the keys are replaced meanwhile, X is asked again with the new ones: each key has a token
        of its own.

        Raises:
            DiagnosedError: X, the network or the keychain refuses.
            CancelledError: cancelled before X issued it.
        """
        from twauth_gui.xapi.bearer_token import obtain_bearer_token  # noqa: PLC0415 - loads requests

        self._store.require_writable()

        def get() -> Secret:
            app, keys = self._read(app_id)
            bearer = obtain_bearer_token(
                app.hosts, keys, cancel, settings=self._x_clients.settings_for(app)
            )
            if not retry_on_conflict(lambda: self._save(app, keys, bearer)):
                raise ChangedMeanwhileError(ItemKind.APP)
            return bearer

        return retry_on_conflict(get)

    def _read(self, app_id: AppId) -> tuple[App, AppKeys]:
        """Read the app before its keys: if they are replaced in between, saving notices it."""
        return self._store.apps.get(app_id), self._store.apps.read_keys(app_id)

    def _save(self, requested: App, used: AppKeys, bearer: Secret) -> bool:
        """Store the token with the keys it belongs to, whatever else of the app was changed.

        Return False if there are other keys now, to which it does not belong.
        """
        app, keys = self._read(requested.id)
        if _identity_of(app, keys) != _identity_of(requested, used):
            return False
        _ = self._store.apps.update(app, replace(keys, bearer_token=bearer))
        return True

    def load(self, app_id: AppId) -> Secret:
        """Return the stored token.

        Raises:
            DiagnosedError: there is none yet, or the keychain refuses.
        """
        return _require_bearer(*self._read(app_id))

    def verify(self, app_id: AppId, cancel: CancelToken) -> None:
        """Ask X whether it accepts the stored token; the call is not billed.

        Raises:
            DiagnosedError: it does not, or cannot be asked.
        """
        from twauth_gui.xapi.bearer_token import check_bearer_token  # noqa: PLC0415 - loads requests

        app = self._store.apps.get(app_id)
        _ = check_bearer_token(
            app.hosts, self.load(app_id), cancel, settings=self._x_clients.settings_for(app)
        )

    def revoke(self, app_id: AppId, cancel: CancelToken) -> None:
        """Revoke the token at X and delete it; for many apps X refuses that.

        A token that replaced it meanwhile stays.

        Raises:
            DiagnosedError: X or the keychain refuses; the token is stored as before.
        """
        from twauth_gui.xapi.bearer_token import invalidate_bearer_token  # noqa: PLC0415 - loads requests

        self._store.require_writable()
        app, keys = self._read(app_id)
        revoked = _require_bearer(app, keys)
        invalidate_bearer_token(
            app.hosts, keys, revoked, cancel, settings=self._x_clients.settings_for(app)
        )
        retry_on_conflict(lambda: self._forget(app_id, revoked))

    def _forget(self, app_id: AppId, revoked: Secret) -> None:
        app, keys = self._read(app_id)
        if keys.bearer_token == revoked:
            _ = self._store.apps.update(app, replace(keys, bearer_token=None))


def _identity_of(app: App, keys: AppKeys) -> tuple[str, Secret, Secret]:
    """Return what a bearer token belongs to."""
    return (app.hosts.api, keys.api_key, keys.api_secret)


def _require_bearer(app: App, keys: AppKeys) -> Secret:
    if keys.bearer_token is None:
        raise DiagnosedError(_no_bearer(app.label))
    return keys.bearer_token


def _no_bearer(label: str) -> Diagnosis:
    return Diagnosis(
        ProblemKind.CREDENTIAL_MISSING,
        f"{label} has no bearer token yet.",
        "Get it with the app's keys first.",
        remedy=Remedy.NONE,
    )
