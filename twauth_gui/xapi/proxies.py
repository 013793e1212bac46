"""Choice of the proxy that a call goes through."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies

from requests.utils import select_proxy, should_bypass_proxies

from twauth_gui.domain.hosts import is_loopback
from twauth_gui.domain.network import NetworkSettings, ProxyAddressError, parse_proxy_url

_SYSTEM = NetworkSettings()


class SocksMissingError(Exception):
    """A SOCKS proxy is set, but PySocks, which requests needs for it, is not installed."""


def select_proxies(url: str, network: NetworkSettings = _SYSTEM) -> Mapping[str, str]:
    """Return the proxies for this address, as requests takes them; none for this computer itself.

    A proxy from the settings is used for every other address, the system's not for no_proxy hosts.
    """
    if is_loopback(urlsplit(url).hostname or "") or not _is_proxied(url, network):
        return {}
    if network.proxy:
        return {"all": network.proxy}
    found = {scheme: proxy for scheme, proxy in getproxies().items() if scheme != "no"}
    return {scheme: _normalize(proxy) for scheme, proxy in found.items()}


def _is_proxied(url: str, network: NetworkSettings) -> bool:
    if network.proxy is None:
        return not should_bypass_proxies(url, no_proxy=None)
    return bool(network.proxy)


def _normalize(proxy: str) -> str:
    """Normalize addresses as desktops write them, such as socks://; leave invalid ones as is."""
    try:
        return parse_proxy_url(proxy)
    except ProxyAddressError:
        return proxy


def describe_proxy(url: str, network: NetworkSettings = _SYSTEM) -> str:
    """Return the proxy for this address as "host:port", without its password; "" for none."""
    proxy = select_proxy(url, dict(select_proxies(url, network)))
    try:
        return urlsplit(proxy or "").netloc.rpartition("@")[2]
    except ValueError:
        return ""


def check_socks_support(url: str, proxies: Mapping[str, str]) -> None:
    """Raise SocksMissingError if the proxy is a SOCKS proxy and PySocks is not installed."""
    proxy = select_proxy(url, dict(proxies)) or ""
    if proxy.lower().startswith("socks") and importlib.util.find_spec("socks") is None:
        raise SocksMissingError
