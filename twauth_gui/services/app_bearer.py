"""The bearer token of an app, which reads without any account."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.services.lines import XClients
from twauth_gui.services.redo import until_unchanged
from twauth_gui.store.errors import ChangedMeanwhileError
from twauth_gui.store.items import ItemKind
from twauth_gui.store.store import Store

REGENERATE = (
    "X gives the same token again until it is ended. To get another one, regenerate it in X's "
    "console, under Keys and tokens; the one before stops working then."
)


class AppBearer:
    """Gets it with the app's keys, and keeps it with them."""

    def __init__(self, store: Store, lines: XClients) -> None:
        self._store = store
        self._lines = lines

    def get(self, app_id: AppId, cancel: CancelToken) -> Secret:
        """Ask X for the app's token and keep it, in the place of an older one.

        Where the keys are replaced meanwhile, X is asked again with the new ones: each has a token
        of its own.

        Raises:
            DiagnosedError: X, the network or the keychain refuses.
            CancelledError: cancelled before X gave it.
        """
        from twauth_gui.xapi.app_only import mint  # noqa: PLC0415 - loads requests

        self._store.require_writable()

        def get() -> Secret:
            app, keys = self._read(app_id)
            bearer = mint(app.hosts, keys, cancel, line=self._lines.to(app))
            if not until_unchanged(lambda: self._keep(app, keys, bearer)):
                raise ChangedMeanwhileError(ItemKind.APP)
            return bearer

        return until_unchanged(get)

    def _read(self, app_id: AppId) -> tuple[App, AppKeys]:
        """Read the app before its keys: where they are replaced in between, that shows."""
        return self._store.apps.get(app_id), self._store.apps.keys(app_id)

    def _keep(self, asked: App, with_keys: AppKeys, bearer: Secret) -> bool:
        """Put the token beside the keys it belongs to, whatever else of the app was changed.

        Returns False where there are other keys by now, whose token it is not.
        """
        app, keys = self._read(asked.id)
        if _pair(app, keys) != _pair(asked, with_keys):
            return False
        _ = self._store.apps.update(app, replace(keys, bearer_token=bearer))
        return True

    def kept(self, app_id: AppId) -> Secret:
        """Give the token that is kept.

        Raises:
            DiagnosedError: there is none yet, or the keychain refuses.
        """
        return _there(*self._read(app_id))

    def check(self, app_id: AppId, cancel: CancelToken) -> None:
        """Ask X whether it takes the token that is kept; the call is not billed.

        Raises:
            DiagnosedError: it does not, or cannot be asked.
        """
        from twauth_gui.xapi.app_only import check_bearer  # noqa: PLC0415 - loads requests

        app = self._store.apps.get(app_id)
        _ = check_bearer(app.hosts, self.kept(app_id), cancel, line=self._lines.to(app))

    def end(self, app_id: AppId, cancel: CancelToken) -> None:
        """End the token at X and forget it; for many apps X refuses, and says so.

        A token that took its place meanwhile stays.

        Raises:
            DiagnosedError: X or the keychain refuses; the token is kept as it was.
        """
        from twauth_gui.xapi.app_only import invalidate_bearer  # noqa: PLC0415 - loads requests

        self._store.require_writable()
        app, keys = self._read(app_id)
        ended = _there(app, keys)
        invalidate_bearer(app.hosts, keys, ended, cancel, line=self._lines.to(app))
        until_unchanged(lambda: self._forget(app_id, ended))

    def _forget(self, app_id: AppId, ended: Secret) -> None:
        app, keys = self._read(app_id)
        if keys.bearer_token == ended:
            _ = self._store.apps.update(app, replace(keys, bearer_token=None))


def _pair(app: App, keys: AppKeys) -> tuple[str, Secret, Secret]:
    """Give what a token belongs to."""
    return (app.hosts.api, keys.api_key, keys.api_secret)


def _there(app: App, keys: AppKeys) -> Secret:
    if keys.bearer_token is None:
        raise DiagnosedError(_none_yet(app.label))
    return keys.bearer_token


def _none_yet(label: str) -> Diagnosis:
    return Diagnosis(
        ProblemKind.CREDENTIAL_MISSING,
        f"{label} has no bearer token here yet.",
        "Get it with the app's keys first.",
        remedy=Remedy.NONE,
    )
