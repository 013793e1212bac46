"""Callback URLs that X accepts and this program can listen on."""

from __future__ import annotations

from urllib.parse import urlsplit

from twauth_gui.domain.hosts import is_loopback


class CallbackError(ValueError):
    """The address cannot be a callback URL; the message says why."""


def checked_callback(url: str) -> str:
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
    if port is None or not 1024 <= port <= 65535:  # noqa: PLR2004 - the ports open to everybody
        raise CallbackError("Name a port from 1024 to 65535, such as 127.0.0.1:8739.")
