"""The ways to sign in, each with what it asks of the person."""

from __future__ import annotations

import os

from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.callbacks import leads_here
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.gui.parts.option_list import Option
from twauth_gui.gui.webview.guard import reason_against


def sign_in_methods(kind: CredentialKind, app: App | None) -> list[Option]:
    """List those that this kind has, in their order; what cannot work here says why."""
    by_hand = _OAUTH2 if kind is CredentialKind.OAUTH2 else _OAUTH1
    return [_in_browser(app), _in_view(), *by_hand]


def _in_browser(app: App | None) -> Option:
    here = app is not None and any(map(leads_here, app.callbacks))
    words = (
        "Opens the sign-in page and comes back by itself."
        if here
        else "No callback URL of the app starts with http://127.0.0.1, so nothing could come back."
    )
    badge = "Recommended" if here else ""
    return Option(
        SignInMethod.BROWSER.value, "globe", "In your browser", words, badge, enabled=here
    )


def _in_view() -> Option:
    geteuid = getattr(os, "geteuid", None)
    against = reason_against(os.environ, root=geteuid is not None and geteuid() == 0)
    words = against or "A private view, forgotten afterwards. No passkeys, no saved passwords."
    return Option(
        SignInMethod.EMBEDDED.value, "app-window", "In this window", words, enabled=not against
    )


_OAUTH1 = (
    Option(
        SignInMethod.PIN.value,
        "hash",
        "With a PIN",
        "Approve on any device, then type the 7 digits here.",
    ),
    Option(
        SignInMethod.LINK.value,
        "send",
        "By link to the owner",
        "Someone else approves. Close the window and finish tomorrow.",
    ),
)
_OAUTH2 = (
    Option(
        SignInMethod.ADDRESS.value,
        "link",
        "In any browser",
        "Approve on any device, then paste the address it ends on, within 30 seconds.",
    ),
)
