"""What the tests of networks share: calls over a line, and what they come to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.xapi.certificates import NAME, Authority
from tests.xapi.samples import CREDENTIALS, KEYS
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.identity import verify

V1 = '{"id":17,"id_str":"17","screen_name":"fernwick_news","name":"Fernwick"}'
NOWHERE = Hosts.at("https://api.fernwick.invalid")
PROXIED = Hosts.at(f"https://{NAME}")
DAY = timedelta(days=1)


def line(authority: Authority, proxy: str | None = None) -> CallSettings:
    return CallSettings(NetworkSettings(proxy, str(authority.bundle)))


def refusal(hosts: Hosts, over: CallSettings | None = None) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        verify(hosts, KEYS, CREDENTIALS, CancelToken(), line=over or CallSettings())
    return caught.value.diagnosis


def is_entry(found: Diagnosis, entry: ErrorTemplate) -> bool:
    return (found.kind, found.title, found.advice) == (entry.kind, entry.title, entry.advice)
