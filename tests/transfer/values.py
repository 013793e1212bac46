"""Synthetic values in the shapes of X, for the tests of this room."""

from __future__ import annotations

import base64
import string
from urllib.parse import quote

from hypothesis import strategies as st

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.render import ExportEntry
from twauth_gui.transfer.shapes import Field

ALNUM = string.ascii_letters + string.digits


def alnum(length: int) -> st.SearchStrategy[str]:
    return st.text(ALNUM, min_size=length, max_size=length)


def _bearer(app_id: int, noise: bytes, tail: str) -> str:
    raw = bytes(16) + app_id.to_bytes(8, "little") + noise
    return quote(base64.b64encode(raw).decode(), safe="") + tail


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _oauth2(kind: str) -> st.SearchStrategy[str]:
    moments = st.integers(1_500_000_000_000, 1_999_999_999_999)
    parts = st.tuples(alnum(43), moments)
    return parts.map(lambda part: _packed(f"{part[0]}:{part[1]}:1:0:{kind}:1"))


# A secret of letters and digits alone fits two fields; only one with a sign is certain.
CLIENT_SECRETS = st.text(ALNUM + "_-", min_size=50, max_size=50).filter(
    lambda text: ("_" in text or "-" in text) and not text[0].isdigit()
)
BEARERS = st.builds(
    _bearer,
    st.integers(1, 40_000_000),
    st.binary(min_size=20, max_size=20),
    st.integers(42, 50).flatmap(alnum),
)
VALUES: dict[Field, st.SearchStrategy[str]] = {
    Field.API_KEY: alnum(25),
    Field.API_SECRET: alnum(50),
    Field.BEARER_TOKEN: BEARERS,
    Field.ACCESS_TOKEN: st.tuples(st.integers(12, 10**19), st.integers(30, 40).flatmap(alnum)).map(
        lambda part: f"{part[0]}-{part[1]}"
    ),
    Field.ACCESS_SECRET: alnum(45),
    Field.CLIENT_ID: alnum(20).map(lambda text: _packed(f"{text}:1:ci")),
    Field.CLIENT_SECRET: CLIENT_SECRETS,
    Field.OAUTH2_ACCESS: _oauth2("at"),
    Field.OAUTH2_REFRESH: _oauth2("rt"),
    Field.OAUTH2_CODE: _oauth2("ac"),
}

HANDLES = st.text(ALNUM + "_", min_size=1, max_size=15)
ENTRIES = st.builds(
    ExportEntry,
    handle=HANDLES,
    name=st.text(max_size=20),
    user_id=st.integers(12, 10**19).map(str),
    app_label=st.text(max_size=20),
    keys=st.builds(
        AppKeys,
        VALUES[Field.API_KEY].map(Secret),
        VALUES[Field.API_SECRET].map(Secret),
        st.none() | BEARERS.map(Secret),
    ),
    credentials=st.builds(
        Credentials,
        VALUES[Field.ACCESS_TOKEN].map(Secret),
        VALUES[Field.ACCESS_SECRET].map(Secret),
    ),
    api_url=st.sampled_from(["https://api.x.com", "http://127.0.0.1:8740", ""]),
)
