"""The bearer token of an app, which reads without any account."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Kind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.services.lines import Lines
from twauth_gui.store.store import Store

REGENERATE = (
    "X gives the same token again until it is ended. To get another one, regenerate it in X's "
    "console, under Keys and tokens; the one before stops working then."
)


class AppBearer:
    """Gets it with the app's keys, and keeps it with them."""

    def __init__(self, store: Store, lines: Lines) -> None:
        self._store = store
        self._lines = lines

    def get(self, app_id: AppId, cancel: CancelToken) -> Secret:
        """Ask X for the app's token and keep it, in the place of an older one.

        Raises:
            DiagnosedError: X, the network or the keychain refuses.
            CancelledError: cancelled before X gave it.
        """
        from twauth_gui.xapi.app_only import mint  # noqa: PLC0415 - loads requests

        app = self._store.app(app_id)
        keys = self._store.app_keys(app_id)
        bearer = mint(app.hosts, keys, cancel, line=self._lines.to(app))
        _ = self._store.update_app(app, replace(keys, bearer_token=bearer))
        return bearer

    def kept(self, app_id: AppId) -> Secret:
        """Give the token that is kept.

        Raises:
            DiagnosedError: there is none yet, or the keychain refuses.
        """
        bearer = self._store.app_keys(app_id).bearer_token
        if bearer is None:
            raise DiagnosedError(_none_yet(self._store.app(app_id).label))
        return bearer

    def check(self, app_id: AppId, cancel: CancelToken) -> None:
        """Ask X whether it takes the token that is kept; the call is not billed.

        Raises:
            DiagnosedError: it does not, or cannot be asked.
        """
        from twauth_gui.xapi.app_only import check_bearer  # noqa: PLC0415 - loads requests

        app = self._store.app(app_id)
        _ = check_bearer(app.hosts, self.kept(app_id), cancel, line=self._lines.to(app))

    def end(self, app_id: AppId, cancel: CancelToken) -> None:
        """End the token at X and forget it; for many apps X refuses, and says so.

        Raises:
            DiagnosedError: X or the keychain refuses; the token is kept as it was.
        """
        from twauth_gui.xapi.app_only import invalidate_bearer  # noqa: PLC0415 - loads requests

        app = self._store.app(app_id)
        keys = self._store.app_keys(app_id)
        invalidate_bearer(app.hosts, keys, self.kept(app_id), cancel, line=self._lines.to(app))
        _ = self._store.update_app(app, replace(keys, bearer_token=None))


def _none_yet(label: str) -> Diagnosis:
    return Diagnosis(
        Kind.CREDENTIAL_MISSING,
        f"{label} has no bearer token here yet.",
        "Get it with the app's keys first.",
        remedy=Remedy.NONE,
    )
