"""A call to X over given network settings, and the diagnosis it ends with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.certificates import SERVER_NAME, Authority
from tests.support.sample_credentials import CREDENTIALS, KEYS
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.identity import verify_credentials

USER_BODY = '{"id":17,"id_str":"17","screen_name":"fernwick_news","name":"Fernwick"}'
UNKNOWN_HOST = Hosts.from_api_url("https://api.fernwick.invalid")
PROXIED_HOST = Hosts.from_api_url(f"https://{SERVER_NAME}")
DAY = timedelta(days=1)


def make_call_settings(authority: Authority, proxy: str | None = None) -> CallSettings:
    return CallSettings(NetworkSettings(proxy, str(authority.bundle)))


def diagnose_call(hosts: Hosts, settings: CallSettings | None = None) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        verify_credentials(
            hosts, KEYS, CREDENTIALS, CancelToken(), settings=settings or CallSettings()
        )
    return caught.value.diagnosis


def matches_template(found: Diagnosis, template: ErrorTemplate) -> bool:
    return (found.kind, found.title, found.advice) == (
        template.kind,
        template.title,
        template.advice,
    )
