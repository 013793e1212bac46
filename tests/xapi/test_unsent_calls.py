"""Proves that a call which never left this computer is told from one that X may have seen."""

from __future__ import annotations

import socket

import pytest

from tests.support.certificates import SERVER_NAME, Authority, ServerCertificate
from tests.support.http_servers import CannedServer, HttpProxy
from tests.support.sample_credentials import OAUTH2_TOKENS, PUBLIC_CLIENT
from tests.xapi.network_calls import PROXIED_HOST, UNKNOWN_HOST, make_call_settings
from tests.xapi.test_network import reset, server_that
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, NotSentError
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.xapi import oauth2

pytestmark = pytest.mark.usefixtures("plain_environment")


def was_sent(hosts: Hosts, over: CallSettings | None = None) -> bool:
    """Renew, which fails; whether the failure leaves it open that X has seen that."""
    with pytest.raises(DiagnosedError) as caught:
        oauth2.refresh_tokens(
            hosts, PUBLIC_CLIENT, OAUTH2_TOKENS, CancelToken(), settings=over or CallSettings()
        )
    return not isinstance(caught.value, NotSentError)


def test_what_never_left_is_known(authority: Authority) -> None:
    assert not was_sent(UNKNOWN_HOST)
    assert not was_sent(Hosts.from_api_url("http://127.0.0.1:1"))
    with CannedServer(tls=authority.context(ServerCertificate())) as untrusted:
        assert not was_sent(untrusted.hosts)
    with (
        CannedServer(tls=authority.context(ServerCertificate(SERVER_NAME))) as distant,
        HttpProxy(distant.port, refuse=b"HTTP/1.1 403 Forbidden\r\n\r\n") as proxy,
    ):
        settings = make_call_settings(authority, proxy.url)
        assert not was_sent(PROXIED_HOST, settings)
    assert not was_sent(PROXIED_HOST, settings)
    assert not distant.requests


def test_whatever_may_have_arrived_counts_as_sent(canned: CannedServer) -> None:
    for status, body in ((200, "{"), (400, '{"error":"invalid_request"}'), (503, "")):
        canned.set_reply(status, body)
        assert was_sent(canned.hosts)
    with server_that(reset) as resetting, socket.create_server(("127.0.0.1", 0)) as silent:
        assert was_sent(resetting)
        hung = Hosts.from_api_url(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert was_sent(hung, CallSettings(NetworkSettings(read_seconds=0.1)))
        assert was_sent(hung, CallSettings(NetworkSettings(total_seconds=0.1)))
