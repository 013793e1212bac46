"""Asking X whether it takes an app's keys with its callback."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.network import Line
from twauth_gui.services.lines import Lines
from twauth_gui.store.store import Store
from twauth_gui.xapi import oauth1


def check_app(store: Store, lines: Lines, app_id: AppId, cancel: CancelToken) -> App:
    """Ask for a request token, first for a PIN, then for the app's callback; neither is kept.

    Nobody sees them, and X forgets them within minutes. The first shows whether the keys are right,
    the second whether the callback stands in X's console.

    Raises:
        DiagnosedError: X or the keychain refuses.
        CancelledError: the person ended it.
    """
    app = store.app(app_id)
    keys = store.app_keys(app_id)

    def asking(callback: str) -> Callable[[Line], object]:
        return lambda line: oauth1.obtain_request_token(
            app.hosts, keys, callback, cancel, line=line
        )

    for callback in (oauth1.PIN, app.callback):
        _ = lines.call(app, asking(callback))
    return app
