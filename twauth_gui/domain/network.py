"""Network settings of calls to X."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})


class ProxyAddressError(ValueError):
    """The text is not the address of a proxy; the message says why."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Proxy, trusted certificates and time-outs of calls to X.

    proxy: None to follow system and environment, "" for none, else its address, as parse_proxy_url
    returns it. It may contain a password, so the repr leaves it out.
    ca_bundle: a file of certificates to trust in place of the built-in ones; "" for those.
    connect_seconds, read_seconds: the longest silence. total_seconds: the longest call, however
    slowly its response arrives.
    """

    proxy: str | None = field(default=None, repr=False)
    ca_bundle: str = ""
    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    total_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class CallSettings:
    """Settings of one call. clock_offset: seconds added to the clock for signatures."""

    network: NetworkSettings = NetworkSettings()
    clock_offset: float = 0.0

    def with_clock_skew(self, skew: float) -> CallSettings:
        """Return settings that sign with X's time. skew: seconds that this clock is ahead."""
        return replace(self, clock_offset=-skew)


DEFAULT_CALL_SETTINGS = CallSettings()


def parse_proxy_url(text: str) -> str:
    """Return the proxy's address with its scheme, http if none is given; "" for an empty text.

    socks:// is read as desktops mean it: version 5, with names resolved by the proxy.

    Raises:
        ProxyAddressError: no host, an unknown scheme, or something after the port.
    """
    clean = text.strip()
    if not clean:
        return ""
    full = clean if "://" in clean else f"http://{clean}"
    try:
        parts = urlsplit(full)
        _ = parts.port
    except ValueError as error:
        raise ProxyAddressError("This is not the address of a proxy.") from error
    scheme = "socks5h" if parts.scheme == "socks" else parts.scheme
    if scheme not in _SCHEMES:
        raise ProxyAddressError("A proxy's address starts with http://, https:// or socks5://.")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or " " in full:
        raise ProxyAddressError("A proxy's address is a host and a port, with nothing after it.")
    return f"{scheme}://{parts.netloc}"
