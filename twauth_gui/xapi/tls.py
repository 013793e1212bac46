"""Decides what a server's certificate must be like, the same on every Python."""

from __future__ import annotations

import os
import ssl
from typing import Any

import requests.adapters
from typing_extensions import override
from urllib3.util.ssl_ import create_urllib3_context

from twauth_gui.domain.network import NetworkSettings
from twauth_gui.xapi.deadline import AbortableAdapter


def custom_ca_bundle(network: NetworkSettings) -> str:
    """Return the file or folder of certificates that the user chose; "" for the built-in ones.

    Sessions ignore the environment, and with it these two variables; behind a proxy that inspects
    TLS they are the usual way.
    """
    environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return network.ca_bundle or environment or ""


def make_client_context(*, chosen: bool) -> ssl.SSLContext:
    """Make a TLS context with no certificates in it yet.

    Python 3.13 made its own contexts strict about the form of certificates (RFC 5280) and took
    every trusted certificate for an anchor; urllib3 follows it there, and not before. Here both
    hold on every Python, but a chosen certificate may lack what many a company's proxy leaves out:
    see docs/decisions/0030-what-a-chosen-certificate-may-lack.md.

    chosen: whether the user chose the certificates that will be trusted.
    """
    context = create_urllib3_context()
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if chosen:
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    else:
        context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


class TlsAdapter(AbortableAdapter):
    """Checks certificates by client_context, also that of a proxy which is spoken to over TLS."""

    def __init__(self, chosen: str) -> None:
        """chosen: as chosen_certificates returns it; the session's verify has to agree with it."""
        super().__init__()
        self._chosen = chosen
        self._context: ssl.SSLContext | None = None

    @override
    def build_connection_pool_key_attributes(self, *given: Any, **named: Any) -> Any:
        """Let the pool use our context; urllib3 loads the trusted certificates into it."""
        host, options = super().build_connection_pool_key_attributes(*given, **named)
        if host["scheme"] == "https":
            if self._context is None:
                self._context = make_client_context(chosen=bool(self._chosen))
            options["ssl_context"] = self._context
        return host, options

    @override
    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Give a proxy that is spoken to over TLS a context of its own."""
        if proxy.lower().startswith("https:") and proxy not in self.proxy_manager:
            context = make_client_context(chosen=bool(self._chosen))
            self._load_into(context)
            options["proxy_ssl_context"] = context
        return super().proxy_manager_for(proxy, **options)

    def _load_into(self, context: ssl.SSLContext) -> None:
        path = self._chosen or requests.adapters.DEFAULT_CA_BUNDLE_PATH
        if os.path.isdir(path):  # noqa: PTH112 - as requests decides it
            context.load_verify_locations(capath=path)
        elif os.path.exists(path):  # noqa: PTH110 - requests says of a missing file what is wrong
            context.load_verify_locations(path)
