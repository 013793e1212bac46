"""Decides which proxy a call goes through."""

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
    """A SOCKS proxy is set, but PySocks, which speaks to those, is not installed."""


def select_proxies(url: str, network: NetworkSettings = _SYSTEM) -> Mapping[str, str]:
    """Return what requests needs for this address; nothing for this computer itself.

    An explicit proxy counts for every other address; the system's not for a no_proxy host.
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
    """Understand what desktops write, such as socks://; leave the rest to fail by name."""
    try:
        return parse_proxy_url(proxy)
    except ProxyAddressError:
        return proxy


def describe_proxy(url: str, network: NetworkSettings = _SYSTEM) -> str:
    """Name the proxy for this address as "host:port", without its password; "" for none."""
    proxy = select_proxy(url, dict(select_proxies(url, network)))
    try:
        return urlsplit(proxy or "").netloc.rpartition("@")[2]
    except ValueError:
        return ""


def check_socks_support(url: str, proxies: Mapping[str, str]) -> None:
    """Raise SocksMissingError where the proxy is one that cannot be spoken to."""
    proxy = select_proxy(url, dict(proxies)) or ""
    if proxy.lower().startswith("socks") and importlib.util.find_spec("socks") is None:
        raise SocksMissingError
