"""The frame every page of the sandbox stands in."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.messages import Response, text
from twauth_gui.sandbox.style import STYLE, STYLE_HASH


def page(
    title: str,
    main: str,
    *,
    status: int = 200,
    wide: bool = False,
    leads_to: str = "",
    refresh: int = 0,
) -> Response:
    """A whole page; main is markup, everything in it already escaped.

    `leads_to` is the callback URL its form may send the browser on to; `refresh` the seconds after
    which it loads itself again, 0 for never.
    """
    width = ' class="wide"' if wide else ""
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    body = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{again}'
        f"<title>{escape(title)} · Sandbox</title><style>{STYLE}</style></head>\n"
        f"<body{width}>\n"
        '<p class="strip" role="note"><b>This is a pretend X.</b> Twauth runs it on this '
        "computer, to try things. It is not X, and nothing here reaches X.</p>\n"
        f"<main>\n{main}\n</main>\n</body>\n</html>\n"
    )
    policy = (
        f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{_source(leads_to)}"
    )
    return text(status, body).plus(
        ("content-security-policy", policy),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    )


def avatar(account: SandboxAccount) -> str:
    return f'<span class="av h{account.hue}" aria-hidden="true">{account.initials}</span>'


def who(account: SandboxAccount) -> str:
    """An account's picture, name, handle."""
    return (
        f"{avatar(account)}<span><b>{escape(account.name)}</b>"
        f'<span class="cap">@{account.handle}</span></span>'
    )


def _source(url: str) -> str:
    """What a content security policy calls the place a form's answer redirects to."""
    if not url or url == "oob":
        return ""
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        return f" {parts.scheme}://{parts.netloc}"
    return f" {parts.scheme}:"
