"""What a backup may not bring in, whoever made it."""

from __future__ import annotations

from twauth_gui.domain.apps import App, AppNotAllowedError, require_allowed
from twauth_gui.domain.attempts import PendingSecrets, RequestToken
from twauth_gui.domain.callbacks import OUT_OF_BAND, CallbackError, checked_callback
from twauth_gui.domain.oauth2 import CodeSecrets


def refusal_of(app: App) -> str:
    """Say why no such app is kept; "" where it may be."""
    try:
        require_allowed(app)
    except AppNotAllowedError as error:
        return error.why
    return ""


def returns_here(secrets: PendingSecrets | CodeSecrets) -> bool:
    """Whether the browser would come back to an address that an app may have."""
    request = secrets.request
    if request is None:
        return True
    callback = request.callback if isinstance(request, RequestToken) else request.redirect_uri
    try:
        return callback == OUT_OF_BAND or checked_callback(callback) == callback
    except CallbackError:
        return False
