"""Callback URLs that X accepts and this program can listen on."""

from __future__ import annotations

from urllib.parse import urlsplit

from twauth_gui.domain.hosts import is_loopback

MAX_CALLBACKS = 10
"""How many X lets an app register (docs.x.com, fundamentals/developer-apps)."""


OUT_OF_BAND = "oob"
"""What stands in place of a callback where X shows a PIN (X docs, PIN-based OAuth)."""


class CallbackError(ValueError):
    """The address cannot be a callback URL; the message says why."""


_OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Only 127.0.0.1 is bound. An app may know it as localhost, from before or from another tool."""


def is_own_callback(url: str) -> bool:
    """Whether a browser that is sent there comes back to this program, where it listens."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in _OWN_HOSTS and parts.username is None


def parse_callback_urls(text: str) -> tuple[str, ...]:
    """Read one callback URL a line, in the order in which they are to be tried.

    Raises:
        CallbackError: one of them cannot be one, there is none, or there are more than X takes.
    """
    urls = tuple(
        dict.fromkeys(validate_callback_url(line) for line in text.splitlines() if line.strip())
    )
    if not urls:
        raise CallbackError("Name at least one address.")
    if len(urls) > MAX_CALLBACKS:
        raise CallbackError(f"X takes at most {MAX_CALLBACKS} addresses for an app.")
    return urls


def validate_callback_url(url: str) -> str:
    """Return the callback URL, trimmed and otherwise letter by letter as it was written.

    X compares it exactly, with its trailing slash, wants https apart from local ones, and
    recommends 127.0.0.1 over localhost (docs.x.com, fundamentals/developer-apps).

    Raises:
        CallbackError: X would refuse it, or it cannot be listened on.
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
        raise CallbackError("A callback URL has nothing behind ? or #.")
    if parts.username is not None:
        raise CallbackError("A callback URL has no user name before an @.")
    if any(character.isspace() for character in clean):
        raise CallbackError("A callback URL has no blanks.")
    if parts.scheme == "http":
        _check_local(host, port)
    return clean


def _check_local(host: str, port: int | None) -> None:
    if not is_loopback(host):
        raise CallbackError("X accepts http only for 127.0.0.1; everything else needs https.")
    if host == "localhost":
        raise CallbackError("Use 127.0.0.1: for X, localhost is a different address.")
    if host not in _OWN_HOSTS:
        raise CallbackError("Use 127.0.0.1: Twauth listens at no other address.")
    if port is None or not 1024 <= port <= 65535:  # noqa: PLR2004 - the ports open to everybody
        raise CallbackError("Name a port from 1024 to 65535, such as 127.0.0.1:8739.")
