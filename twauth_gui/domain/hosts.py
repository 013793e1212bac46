"""Hosts that an app's calls go to, with the pages of X that people are sent to."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

X_API_URL = "https://api.x.com"
X_PAGE_URL = "https://x.com"
_X_PAGES = ("api.x.com", "x.com", "api.twitter.com", "twitter.com")


class HostNotAllowedError(ValueError):
    """The address is neither https nor http on loopback."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """The base addresses of one app, without a slash at the end.

    tweepy hard-codes api.twitter.com; X documents api.x.com for the API and for the page of
    OAuth 1.0a (docs.x.com, fundamentals/authentication/api-reference). The page of OAuth 2.0 is
    on x.com, where people are signed in (docs.x.com, authorization-code).

    oauth2_page, token: the page and the token endpoints of OAuth 2.0; if left out they follow from
    the API host, so that a sandbox app's calls never go to X.
    """

    api: str = X_API_URL
    page: str = X_API_URL
    oauth2_page: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        page = X_PAGE_URL if self.is_x else self.page
        object.__setattr__(self, "oauth2_page", self.oauth2_page or page)
        object.__setattr__(self, "token", self.token or self.api)

    @classmethod
    def from_api_url(cls, api_url: str) -> Hosts:
        """Build all hosts from one address, as the sandbox needs it.

        Raises:
            HostNotAllowedError: neither https nor http on loopback.
        """
        base = validate_base_url(api_url)
        return cls(api=base, page=base)

    @property
    def is_x(self) -> bool:
        """Whether this is X itself, and not a sandbox or proxy."""
        return urlsplit(self.api).hostname in {"api.x.com", "api.twitter.com"}

    @property
    def is_local(self) -> bool:
        """Whether the host is this computer."""
        return is_loopback(urlsplit(self.api).hostname or "")


def validate_hosts(hosts: Hosts) -> None:
    """Raise unless calls and pages of an app are at one address, or are all X's own.

    Raises:
        HostNotAllowedError: one of them is not protected, or a page is elsewhere.
    """
    for address in (hosts.api, hosts.page, hosts.oauth2_page, hosts.token):
        if validate_base_url(address) != address:
            raise HostNotAllowedError(f"{address} is not the plain address of a server.")
    page = urlsplit(hosts.page)
    x_page = hosts.is_x and (page.scheme, page.netloc) in {("https", name) for name in _X_PAGES}
    if not x_page and hosts != Hosts.from_api_url(hosts.api):
        raise HostNotAllowedError(f"Its sign-in page {hosts.page} is not at {hosts.api}.")


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def validate_base_url(url: str) -> str:
    """Return the address without its trailing slash.

    Raises:
        HostNotAllowedError: not https, not http on loopback, or with a user name in it.
    """
    clean = url.strip().rstrip("/")
    try:
        parts = urlsplit(clean)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise HostNotAllowedError(f"{clean} is not a web address.") from error
    if parts.username is not None or parts.query or parts.fragment or not host:
        raise HostNotAllowedError(f"{clean} is not the plain address of a server.")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return clean
    raise HostNotAllowedError(
        f"{clean} is not protected. Only https, or http on this computer, is used."
    )


CONSOLE_URL = "https://console.x.com"
_STEP = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
CALLBACK_SETTING = (
    f"User authentication settings{_STEP}Set up or Edit{_STEP}Callback URI / Redirect URL"
)
"""Where an app's page in the console keeps its callback URLs."""
APPEAL_FORM_URL = "https://help.x.com/forms/platform"
"""Where the owner of a suspended app asks for it back (docs.x.com, error 416)."""
CONNECTED_APPS_URL = "https://x.com/settings/connected_apps"
"""Where an account's owner sees what may use it (docs.x.com, user-access-token)."""
MANUAL_REVOCATION_HINT = "End it under Connected apps on x.com."
"""How a user revokes access at X. No menus are named: X moves them."""
