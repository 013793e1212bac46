"""Callback URLs that X accepts and this program can listen on."""

from __future__ import annotations

from urllib.parse import urlsplit

from twauth_gui.domain.hosts import is_loopback

MAX_CALLBACKS = 10
"""How many X lets an app register (docs.x.com, fundamentals/developer-apps)."""


OUT_OF_BAND = "oob"
"""Sent in place of a callback URL so that X shows a PIN (X docs, PIN-based OAuth)."""


class CallbackError(ValueError):
    """The address cannot be a callback URL; the message says why."""


_OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Only 127.0.0.1 is bound. An older app, or one of another tool, may call it localhost."""


def is_own_callback(url: str) -> bool:
    """Whether Twauth can listen at this URL, so that the browser returns to it."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in _OWN_HOSTS and parts.username is None


def parse_callback_urls(text: str) -> tuple[str, ...]:
    """Parse one callback URL a line, in the order in which they are to be tried.

    Raises:
        CallbackError: a line is not a callback URL, there is none, or there are too many for X.
    """
    urls = tuple(
        dict.fromkeys(validate_callback_url(line) for line in text.splitlines() if line.strip())
    )
    if not urls:
        raise CallbackError("Enter at least one address.")
    if len(urls) > MAX_CALLBACKS:
        raise CallbackError(f"X accepts at most {MAX_CALLBACKS} addresses for an app.")
    return urls


def validate_callback_url(url: str) -> str:
    """Return the callback URL, trimmed and otherwise exactly as it was written.

    X compares it character by character, trailing slash included, requires https except for local
    ones, and recommends 127.0.0.1 over localhost (docs.x.com, fundamentals/developer-apps).

    Raises:
        CallbackError: X would refuse it, or Twauth cannot listen on it.
    """
    clean = url.strip()
    try:
        parts = urlsplit(clean)
        port = parts.port
    except ValueError as error:
        raise CallbackError("This is not a web address.") from error
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise CallbackError("A callback URL starts with https://, or with http://127.0.0.1.")
    if parts.query or parts.fragment or "?" in clean or "#" in clean:
        raise CallbackError("A callback URL cannot contain ? or #.")
    if parts.username is not None:
        raise CallbackError("A callback URL cannot contain a user name before an @.")
    if any(character.isspace() for character in clean):
        raise CallbackError("A callback URL cannot contain spaces.")
    if parts.scheme == "http":
        _check_local(host, port)
    return clean


def _check_local(host: str, port: int | None) -> None:
    if not is_loopback(host):
        raise CallbackError("X accepts http only for 127.0.0.1; everything else needs https.")
    if host == "localhost":
        raise CallbackError("Use 127.0.0.1: for X, localhost is a different address.")
    if host not in _OWN_HOSTS:
        raise CallbackError("Use 127.0.0.1: Twauth listens on no other address.")
    if port is None or not 1024 <= port <= 65535:  # noqa: PLR2004 - the unprivileged ports
        raise CallbackError("Enter a port from 1024 to 65535, such as 127.0.0.1:8739.")
