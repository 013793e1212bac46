"""Rules for servers' certificates, the same on every Python version."""

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

    Sessions ignore the environment, so its two variables are read here: they are the usual way
    behind a proxy that inspects TLS.
    """
    environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return network.ca_bundle or environment or ""


def make_client_context(*, chosen: bool) -> ssl.SSLContext:
    """Return a new TLS context, without certificates in it yet.

    Python 3.13 made its own contexts strict about the form of certificates (RFC 5280) and accepts
    every trusted certificate as an anchor; urllib3 follows it there, and not before. Here both
    apply on every Python version, but a chosen certificate may lack what many company proxies leave
    out: see docs/decisions/0030-what-a-chosen-certificate-may-lack.md.

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
    """Adapter that checks certificates with make_client_context, also those of an HTTPS proxy."""

    def __init__(self, ca_bundle: str) -> None:
        """ca_bundle: as custom_ca_bundle returns it; the session's verify has to agree with it."""
        super().__init__()
        self._ca_bundle = ca_bundle
        self._context: ssl.SSLContext | None = None

    @override
    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Set this adapter's context; urllib3 loads the trusted certificates into it."""
        host, options = super().build_connection_pool_key_attributes(*args, **kwargs)
        if host["scheme"] == "https":
            if self._context is None:
                self._context = make_client_context(chosen=bool(self._ca_bundle))
            options["ssl_context"] = self._context
        return host, options

    @override
    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Set a context for an HTTPS proxy."""
        if proxy.lower().startswith("https:") and proxy not in self.proxy_manager:
            context = make_client_context(chosen=bool(self._ca_bundle))
            self._load_into(context)
            options["proxy_ssl_context"] = context
        return super().proxy_manager_for(proxy, **options)

    def _load_into(self, context: ssl.SSLContext) -> None:
        path = self._ca_bundle or requests.adapters.DEFAULT_CA_BUNDLE_PATH
        if os.path.isdir(path):  # noqa: PTH112 - as requests decides it
            context.load_verify_locations(capath=path)
        elif os.path.exists(path):  # noqa: PTH110 - requests itself reports a missing file
            context.load_verify_locations(path)
