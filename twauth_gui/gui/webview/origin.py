"""Where the page of a private view comes from, for its address strip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QUrl

from twauth_gui.domain.hosts import is_loopback


class Protection(Enum):
    """How a page got here. Only a page that has come, over TLS, is PROTECTED."""

    UNKNOWN = "Not checked"
    PROTECTED = "Protected"
    ON_THIS_COMPUTER = "On this computer, not encrypted"
    UNPROTECTED = "Not protected"


@dataclass(frozen=True, slots=True)
class Origin:
    """The parts of an address. host: with its port where it has one."""

    scheme: str
    host: str
    path: str
    protection: Protection


def origin_of(url: QUrl, *, loaded: bool) -> Origin:
    """Take an address apart. loaded: whether its page has come, and was not refused."""
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
