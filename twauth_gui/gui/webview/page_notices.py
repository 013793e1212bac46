"""Texts about the page of a private view: its origin, and what the view refuses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QUrl

from twauth_gui.domain.hosts import is_loopback


class Protection(Enum):
    """How a page was loaded. Only a page that has arrived over TLS is PROTECTED."""

    UNKNOWN = "Not checked"
    PROTECTED = "Protected"
    ON_THIS_COMPUTER = "On this computer, not encrypted"
    UNPROTECTED = "Not protected"


@dataclass(frozen=True, slots=True)
class Origin:
    """The parts of an address. host: with the port, if the address has one."""

    scheme: str
    host: str
    path: str
    protection: Protection


def parse_origin(url: QUrl, *, loaded: bool) -> Origin:
    """Split an address into its parts. loaded: whether its page has arrived, not refused."""
    port = f":{url.port()}" if url.port() != -1 else ""
    return Origin(
        scheme=f"{url.scheme()}://" if url.scheme() else "",
        host=f"{url.host()}{port}",
        path=url.path(),
        protection=_protection(url) if loaded else Protection.UNKNOWN,
    )


def _protection(url: QUrl) -> Protection:
    if url.scheme() == "https":
        return Protection.PROTECTED
    here = url.scheme() == "http" and is_loopback(url.host())
    return Protection.ON_THIS_COMPUTER if here else Protection.UNPROTECTED


_IDENTITY_PROVIDERS = {
    "accounts.google.com": "Google",
    "appleid.apple.com": "Apple",
    "idmsa.apple.com": "Apple",
}


@dataclass(frozen=True, slots=True)
class PageNotice:
    """Texts of a banner, and of its button, if any.

    continues_in_browser: whether the button continues the sign-in in the system's browser.
    """

    title: str
    text: str
    button: str
    continues_in_browser: bool


PASSKEY_NOTICE = PageNotice(
    "This page asks for a passkey",
    "Passkeys work in your browser, but not in this view. The sign-in goes on there.",
    "Use your browser",
    continues_in_browser=True,
)
FILE_NOTICE = PageNotice(
    "This page asks for a file",
    "Signing in needs no file, so it got none.",
    "",
    continues_in_browser=False,
)


def quote_message(host: str, text: str) -> PageNotice:
    """Return a notice that quotes a message of the page."""
    return PageNotice(f"Message from {host}", f"“{text}”", "", continues_in_browser=False)


def quote_question(host: str, text: str) -> PageNotice:
    """Return a notice that quotes a question of the page, which the view answers with no."""
    return PageNotice(
        f"Question from {host}",
        f"“{text}” This view answers no. If the sign-in does not go on, use your browser.",
        "Use your browser",
        continues_in_browser=True,
    )


def explain_blocked_host(host: str) -> PageNotice:
    """Return a notice that says why the page may not go to this host."""
    name = _IDENTITY_PROVIDERS.get(host)
    if name is not None:
        return PageNotice(
            f"{name} allows no sign-in inside another program",
            f"If the account logs in with {name}, use your browser. The sign-in goes on there.",
            "Use your browser",
            continues_in_browser=True,
        )
    return PageNotice(
        f"The page wants to go to {host}",
        "It is not part of signing in, so it was not opened here.",
        "Open it in the browser",
        continues_in_browser=False,
    )
