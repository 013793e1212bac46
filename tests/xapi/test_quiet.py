"""Proves that the libraries write no secret to a log, even where the root logger is at DEBUG."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.xapi.canned import Canned
from tests.xapi.samples import (
    ACCESS_BODY,
    BEGUN,
    CALLBACK,
    CODE,
    CONFIDENTIAL,
    CREDENTIALS,
    KEYS,
    PUBLIC,
    REQUEST,
    TOKEN_BODY,
    TOKENS,
)
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.oauth2 import TokenHint
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.app_only import mint
from twauth_gui.xapi.identity import verify
from twauth_gui.xapi.oauth1 import exchange_verifier, obtain_request_token
from twauth_gui.xapi.quiet import quiet_libraries

if TYPE_CHECKING:
    import pytest


def test_a_whole_sign_in_logs_nothing(canned: Canned, caplog: pytest.LogCaptureFixture) -> None:
    quiet_libraries()
    canned.says(200, TOKEN_BODY, path="/oauth/request_token")
    canned.says(200, ACCESS_BODY, path="/oauth/access_token")
    canned.says(200, '{"id":1,"screen_name":"fernwick_news"}')
    with caplog.at_level(logging.DEBUG):
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
        exchange_verifier(canned.hosts, KEYS, REQUEST, Secret("1234567"), CancelToken())
        verify(canned.hosts, KEYS, CREDENTIALS, CancelToken())
        canned.says(200, '{"token_type":"bearer","access_token":"fresh","refresh_token":"new"}')
        oauth2.exchange(canned.hosts, CONFIDENTIAL, BEGUN, CODE, CancelToken())
        oauth2.refresh(canned.hosts, PUBLIC, TOKENS, CancelToken())
        oauth2.revoke(canned.hosts, PUBLIC, TOKENS.access, TokenHint.ACCESS, CancelToken())
        mint(canned.hosts, KEYS, CancelToken())
    assert len(canned.requests) == 7
    assert not caplog.records


def test_quieting_loads_no_library() -> None:
    program = (
        "import sys; from twauth_gui.xapi.quiet import quiet_libraries; quiet_libraries();"
        "import twauth_gui.xapi.health;"
        "sys.exit(any(name in sys.modules for name in ('tweepy', 'requests', 'oauthlib')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
