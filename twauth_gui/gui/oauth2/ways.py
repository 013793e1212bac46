"""The ways to sign in with OAuth 2.0."""

from __future__ import annotations

from twauth_gui.domain.attempts import Method
from twauth_gui.gui.parts.option_list import Option


def code_ways(*, local: bool, against: str) -> list[Option]:
    """Give them in their order.

    local: whether the browser can return to this computer. against: why the private view cannot be
    opened, or "".
    """
    browser = (
        "Opens the sign-in page and comes back by itself."
        if local
        else "The app's callback URL is not on this computer, so nothing could come back."
    )
    here = against or "A private view, forgotten afterwards. No passkeys, no saved passwords."
    return [
        Option(
            Method.BROWSER.value,
            "globe",
            "In your browser",
            browser,
            "Recommended" if local else "",
            enabled=local,
        ),
        Option(Method.EMBEDDED.value, "app-window", "In this window", here, enabled=not against),
        Option(
            Method.ADDRESS.value,
            "link",
            "In any browser",
            "Approve on any device, then paste the address it ends on, within 30 seconds.",
        ),
    ]
