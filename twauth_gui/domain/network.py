"""How calls reach X: by which network, at what time of day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})


class ProxyAddressError(ValueError):
    """The text is no proxy's address; the message says why."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Where the way to X differs from what the system says.

    proxy: None as the system and the environment say, "" for none at all, else its address, as
    checked_proxy returns it. It may hold a password, so it is in no repr.
    ca_bundle: a file of certificates to trust in place of the built-in ones; "" for those.
    connect_seconds, read_seconds: the longest silence. total_seconds: the longest call, however
    slowly its answer drips.
    """

    proxy: str | None = field(default=None, repr=False)
    ca_bundle: str = ""
    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    total_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class CallSettings:
    """The network of a call, with the seconds added to this computer's clock for signatures."""

    network: NetworkSettings = NetworkSettings()
    clock_offset: float = 0.0

    def with_clock_skew(self, skew: float) -> CallSettings:
        """Sign with X's time. skew: seconds that this computer's clock is ahead of it."""
        return replace(self, clock_offset=-skew)


DEFAULT_CALL_SETTINGS = CallSettings()


def parse_proxy_url(text: str) -> str:
    """Return the proxy's address with its scheme, http where none is written; "" for nothing.

    socks:// is read as desktops mean it: version 5, with the names looked up by the proxy.

    Raises:
        ProxyAddressError: no host, an unknown scheme, or something behind the port.
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
        raise ProxyAddressError("A proxy's address is a host with a port, and nothing behind it.")
    return f"{scheme}://{parts.netloc}"
