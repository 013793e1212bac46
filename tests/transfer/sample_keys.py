"""Invented keys: fixed ones in the shapes people paste, and Hypothesis strategies."""

from __future__ import annotations

import base64
import json
import string
from urllib.parse import quote

from hypothesis import strategies as st

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_renderer import ExportEntry

K = "kFernwick0000000000000001"
S = "sFernwick00000000000000000000000000000000000000002"
T = "1600000000000000003-tFernwick000000000000000000003"
TS = "uFernwick000000000000000000000000000000000004"
B = (
    "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3D"
    "EUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNiRVBChTYbJcE3F"
)
CI = "VGhpc0lzTm90QVJlYWxJZDE6MTpjaQ"
CS = "c_Fernwick0000000000000000000000000000000000000005"

APP = {"api_key": K, "api_secret": S}
FOUR = {**APP, "access_token": T, "access_secret": TS}
FIVE = {**FOUR, "bearer_token": B}
ALL = {**FIVE, "client_id": CI, "client_secret": CS}

SHAPES: dict[str, tuple[str, dict[str, str]]] = {
    "two bare lines": (f"{K}\n{S}", APP),
    "three bare lines": (f"  {K}\r\n\r\n\t{S}\r\n{B}\r\n", {**APP, "bearer_token": B}),
    "four bare lines": (f'"{K}",\n"{S}",\n"{T}",\n"{TS}"', FOUR),
    "five bare lines": (f"\ufeff{K}\n{S}\n{B}\n{T}\n{TS}", FIVE),
    "seven bare lines": (f"{K}\n{S}\n{B}\n{T}\n{TS}\n{CI}\n{CS}", ALL),
    "client pair after the app's": (
        f"{K}\n{S}\n{CI}\ndF3rnw1ck{'0aB1' * 10}9",
        {**APP, "client_id": CI, "client_secret": f"dF3rnw1ck{'0aB1' * 10}9"},
    ),
    "two lines of oauth_dance": (f"{T}\n{TS}\n", {"access_token": T, "access_secret": TS}),
    "unknown shapes in the console's order": (
        f"{'k-' * 10}\n{'s-' * 20}",
        {"api_key": "k-" * 10, "api_secret": "s-" * 20},
    ),
    "the console's labels": (
        f"API Key and Secret\nAPI Key\n{K}\nRegenerate\nAPI Key Secret\n{S}\nBearer Token\n{B}\n",
        {**APP, "bearer_token": B},
    ),
    "two labels above two values": (f"API Key:\nAPI Key Secret:\n{K}\n{S}", APP),
    "the old console": (
        (
            f"Consumer Key (API Key)\t{K}\nConsumer Secret (API Secret)\t{S}\n"
            f"Access Token: {T}\nAccess Token Secret: {TS}"
        ),
        FOUR,
    ),
    "words": (f"API Key {K}\nAPI secret key   {S}", APP),
    ".env": (
        (
            f"# TWITTER_API_KEY=old\nexport TWITTER_API_KEY=\"{K}\"\nTWITTER_API_SECRET_KEY='{S}'\n"
            f"OPENAI_API_KEY=sk-000000000000000000000000\nDATABASE_NAME=productiondatabase01\n"
            f"ACCESS_TOKEN={T} # mine\nACCESS_TOKEN_SECRET={TS}"
        ),
        FOUR,
    ),
    "another service's API_KEY": (
        f"API_KEY=zzzzzzzzzzzzzzzzzzzzzzzzz\nTWITTER_API_KEY={K}\nTWITTER_API_SECRET={S}",
        APP,
    ),
    "PowerShell": (f"$env:X_API_KEY=\"{K}\"\n$Env:X_API_SECRET = '{S}'", APP),
    "cmd": (f"set TWITTER_API_KEY={K}\nsetx TWITTER_API_SECRET {S}", APP),
    "fish": (f"set -gx TWITTER_API_KEY {K}\nset -x TWITTER_API_SECRET '{S}'", APP),
    "options": (f"twurl authorize --consumer-key {K} --consumer-secret {S}", APP),
    "docker": (f"docker run -e CONSUMER_KEY={K} -e CONSUMER_SECRET={S} bot", APP),
    "twurl": (
        (
            f"---\nprofiles:\n  fernwick_news:\n    {K}:\n      username: fernwick_news\n"
            f"      consumer_key: {K}\n      consumer_secret: {S}\n      token: {T}\n"
            f"      secret: {TS}\nconfiguration:\n  default_profile:\n  - fernwick_news\n  - {K}\n"
        ),
        FOUR,
    ),
    "xurl": (
        (
            f"apps:\n  fern:\n    client_id: {CI}\n    client_secret: {CS}\n    oauth1_token:\n"
            f"      oauth1: {{access_token: {T}, token_secret: {TS}, consumer_key: {K}, "
            f"consumer_secret: {S}}}\n    bearer_token: {{type: bearer, bearer: {B}}}\n"
        ),
        ALL,
    ),
    "twarc": (
        (
            f"[fernwick_news]\nconsumer_key = {K}\nconsumer_secret = {S}\n"
            f"access_token = {T}\naccess_token_secret = {TS}"
        ),
        FOUR,
    ),
    "oysttyer": (f"ck={K}&cs={S}&at={T}&ats={TS}", FOUR),
    "oysttyer with its own app": (
        f"ck=X&cs=X&at={T}&ats={TS}",
        {"access_token": T, "access_secret": TS},
    ),
    "NLTK": (f"app_key={K}\napp_secret={S}\noauth_token={T}\noauth_token_secret={TS}", FOUR),
    "NLTK with OAuth 2.0": (f"access_token={B}", {"bearer_token": B}),
    "Twitter4J": (
        (
            f"debug=true\noauth.consumerKey={K}\ntwitter.oauth.consumerSecret={S}\n"
            f"oauth.accessToken={T}\noauth.accessTokenSecret={TS}"
        ),
        FOUR,
    ),
    "Python": (
        (
            f"import os\nconsumer_key = \"{K}\"\nCONSUMER_SECRET: str = '{S}'\n"
            f"os.environ['TWITTER_ACCESS_TOKEN'] = '{T}'\naccess_secret = os.getenv('SECRET')"
        ),
        {**APP, "access_token": T},
    ),
    "JavaScript": (
        (
            f"const c = new TwitterApi({{ appKey: '{K}', appSecret: `{S}`,\n"
            f"  accessToken: '{T}', accessSecret: '{TS}' }});"
        ),
        FOUR,
    ),
    "two columns": (f"name,value\nAPI Key,{K}\nAPI Key Secret,{S}", APP),
    "a table with a header": (
        (
            f"handle,API Key,API Key Secret,Access Token,Access Token Secret\n"
            f"fernwick_news,{K},{S},{T},{TS}"
        ),
        FOUR,
    ),
    "Markdown": (
        f"| Field | Value |\n|---|---|\n| API key | `{K}` |\n| API secret | `{S}` |",
        APP,
    ),
    "JSON": (json.dumps({"appKey": K, "appSecret": S, "accessToken": T, "accessSecret": TS}), FOUR),
    "mcpServers": (
        json.dumps(
            {
                "mcpServers": {
                    "x": {
                        "args": ["-y", "twitter-mcp-server-0123456789"],
                        "env": {"API_KEY": K, "API_SECRET_KEY": S},
                    }
                }
            }
        ),
        APP,
    ),
    "a piece of JSON": (f'"env": {{"API_KEY": "{K}", "API_SECRET_KEY": "{S}"}},', APP),
    "a secret store": (
        json.dumps([{"name": "X_API_KEY", "value": K}, {"name": "X_API_SECRET", "value": S}]),
        APP,
    ),
    "xurl before 1.0": (
        json.dumps(
            {
                "oauth2_tokens": {"fernwick_news": {"oauth2": {"access_token": "opaque" * 5}}},
                "oauth1_tokens": {
                    "oauth1": {
                        "access_token": T,
                        "token_secret": TS,
                        "consumer_key": K,
                        "consumer_secret": S,
                    }
                },
                "bearer_token": {"type": "bearer", "bearer": B},
            }
        ),
        FIVE,
    ),
}


ALNUM = string.ascii_letters + string.digits


def draw_alnum(length: int) -> st.SearchStrategy[str]:
    return st.text(ALNUM, min_size=length, max_size=length)


def _build_bearer(app_id: int, noise: bytes, tail: str) -> str:
    raw = bytes(16) + app_id.to_bytes(8, "little") + noise
    return quote(base64.b64encode(raw).decode(), safe="") + tail


def _encode_base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _draw_oauth2_value(kind: str) -> st.SearchStrategy[str]:
    moments = st.integers(1_500_000_000_000, 1_999_999_999_999)
    parts = st.tuples(draw_alnum(43), moments)
    return parts.map(lambda part: _encode_base64url(f"{part[0]}:{part[1]}:1:0:{kind}:1"))


# A secret of letters and digits alone fits two fields; only one with a sign is certain.
CLIENT_SECRETS = st.text(ALNUM + "_-", min_size=50, max_size=50).filter(
    lambda text: ("_" in text or "-" in text) and not text[0].isdigit()
)
BEARERS = st.builds(
    _build_bearer,
    st.integers(1, 40_000_000),
    st.binary(min_size=20, max_size=20),
    st.integers(42, 50).flatmap(draw_alnum),
)
VALUES: dict[Field, st.SearchStrategy[str]] = {
    Field.API_KEY: draw_alnum(25),
    Field.API_SECRET: draw_alnum(50),
    Field.BEARER_TOKEN: BEARERS,
    Field.ACCESS_TOKEN: st.tuples(
        st.integers(12, 10**19), st.integers(30, 40).flatmap(draw_alnum)
    ).map(lambda part: f"{part[0]}-{part[1]}"),
    Field.ACCESS_SECRET: draw_alnum(45),
    Field.CLIENT_ID: draw_alnum(20).map(lambda text: _encode_base64url(f"{text}:1:ci")),
    Field.CLIENT_SECRET: CLIENT_SECRETS,
    Field.OAUTH2_ACCESS: _draw_oauth2_value("at"),
    Field.OAUTH2_REFRESH: _draw_oauth2_value("rt"),
    Field.OAUTH2_CODE: _draw_oauth2_value("ac"),
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
