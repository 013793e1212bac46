"""Files as the known tools write them, with invented keys."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.transfer.sample_keys import TS, B, K, S, T

K2 = "kMarsh00000000000000000006"[:25]
S2 = "sMarsh0000000000000000000000000000000000000000007"
T2 = "42-tMarsh00000000000000000000000000000008"
TS2 = "uMarsh000000000000000000000000000000000000009"
ONE, TWO = (K, S, T, TS), (K2, S2, T2, TS2)

ToolAccount = tuple[str | None, str | None, str, str, str]
"""API key and secret (None where the file names no app), token, its secret, the handle."""


@dataclass(frozen=True)
class ToolFile:
    """A file: its place below a home folder, its contents, and what has to be found."""

    tool: str
    name: str
    text: str
    accounts: tuple[ToolAccount, ...] = ()
    apps: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()


def _profile(values: tuple[str, str, str, str], name: str) -> str:
    key, secret, token, token_secret = values
    return (
        f"    {key}:\n      username: {name}\n      consumer_key: {key}\n"
        f"      consumer_secret: {secret}\n      token: {token}\n      secret: {token_secret}\n"
    )


TWURL = (
    f"---\nprofiles:\n  fernwick_news:\n{_profile(ONE, 'fernwick_news')}  marsh:\n"
    f"{_profile(TWO, 'marsh_weather')}configuration:\n  default_profile:\n  - fernwick_news\n"
    f"  - {K}\naliases:\n  h: /1.1/statuses/home_timeline.json\nbearer_tokens:\n  {K}: {B}\n"
)
BOTH: tuple[ToolAccount, ...] = ((*ONE, "fernwick_news"), (*TWO, "marsh_weather"))


def _token(values: tuple[str, str, str, str]) -> dict[str, object]:
    key, secret, token, token_secret = values
    inner = {
        "access_token": token,
        "token_secret": token_secret,
        "consumer_key": key,
        "consumer_secret": secret,
    }
    return {"type": "oauth1", "oauth1": inner}


_OAUTH2 = {"type": "oauth2", "oauth2": {"access_token": "a", "refresh_token": "r"}}
XURL_1 = json.dumps(
    {
        "oauth2_tokens": {"alice": _OAUTH2},
        "oauth1_tokens": _token(ONE),
        "bearer_token": {"type": "bearer", "bearer": B},
    }
)
XURL_3 = f"""apps:
    newsroom:
        client_id: VGhpc0lzTm90QVJlYWxJZDE6MTpjaQ
        client_secret: c_Fernwick0000000000000000000000000000000000000005
        default_user: alice
        oauth2_tokens:
            "":
                type: oauth2
                oauth2: {{access_token: a, refresh_token: r, expiration_time: 1234567890}}
        oauth1_token:
            type: oauth1
            oauth1:
                access_token: {T}
                token_secret: {TS}
                consumer_key: {K}
                consumer_secret: {S}
        bearer_token: {{type: bearer, bearer: {B}}}
    alerts:
        client_id: abc
default_app: newsroom
"""
_ENV = f"TWITTER_API_KEY={K}\nTWITTER_API_SECRET_KEY={S}\n"
_FOUR = (
    f"consumer_key = {K}\nconsumer_secret = {S}\naccess_token = {T}\naccess_token_secret = {TS}\n"
)


def _mcp(values: tuple[str, str, str, str]) -> dict[str, str]:
    names = ("API_KEY", "API_SECRET_KEY", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
    return dict(zip(names, values, strict=True))


NAMELESS: tuple[ToolAccount, ...] = ((*ONE, ""),)
NO_APP: tuple[ToolAccount, ...] = ((None, None, T, TS, ""),)

SAMPLES = (
    ToolFile("twurl", ".twurlrc", TWURL, BOTH),
    ToolFile(
        "twurl",
        "nil.twurlrc",
        f"profiles:\n  ? \n  :\n{_profile(ONE, '')}  x:\n    12345:\n      username: 1e5\n"
        f"      token: {T2}\n",
        NAMELESS,
        skipped=("profile x",),
    ),
    ToolFile(
        "t", ".trc", TWURL.replace("fernwick_news", "authorized_user"), (NAMELESS[0], BOTH[1])
    ),
    ToolFile("x-cli", ".xrc", TWURL, BOTH),
    ToolFile("xurl", ".xurl", XURL_1, NAMELESS, skipped=("the OAuth 2.0 tokens of alice",)),
    ToolFile(
        "xurl", ".xurl.migrating", XURL_3, NAMELESS, skipped=("OAuth 2.0 tokens", "app alerts")
    ),
    ToolFile(
        "xurl", "third/auth.yml", XURL_3, NAMELESS, skipped=("OAuth 2.0 tokens", "app alerts")
    ),
    ToolFile(
        "twarc",
        ".twarc",
        f"; mine\n[fernwick_news]\n{_FOUR}[DEFAULT]\n"
        + _FOUR.replace(T, T2).replace(TS, TS2)
        + "[main]\nconsumer_secret = 100%\n[gnip]\ngnip_username = x\n",
        ((*ONE, "fernwick_news"), (K, S, T2, TS2, "")),
        skipped=("consumer_secret",),
    ),
    ToolFile(
        "twarc",
        ".config/twarc/config",
        "".join(
            f"{line.partition(' = ')[0]} = '{line.partition(' = ')[2]}'\n"
            for line in _FOUR.splitlines()
        ),
        NAMELESS,
    ),
    ToolFile("python-twitter-tools", ".twitter_oauth", f"{T}\n{TS}\n", NO_APP),
    ToolFile("rainbowstream", ".rainbow_oauth", f"{T}\n{TS}", NO_APP),
    ToolFile("oysttyer", ".oysttyerkey", f"ck={K}&cs={S}&at={T}&ats={TS}\n", NAMELESS),
    ToolFile("TTYtter", ".ttytterkey", f"ck=X&cs=X&at={T}&ats={TS}", NO_APP),
    ToolFile(
        "NLTK",
        "nltk/credentials.txt",
        f"app_key={K}\napp_secret={S}\noauth_token={T}\noauth_token_secret={TS}\n",
        NAMELESS,
    ),
    ToolFile(
        "Twitter4J",
        "work/twitter4j.properties",
        f"debug=true\noauth.consumerKey={K}\noauth.consumerSecret={S}\n"
        f"oauth.accessToken={T}\noauth.accessTokenSecret={TS}\n",
        NAMELESS,
    ),
    ToolFile(
        "a Kafka connector",
        "connector.properties",
        f"twitter.oauth.consumerKey={K}\ntwitter.oauth.consumerSecret={S}\n"
        f"twitter.oauth.accessToken={T}\ntwitter.oauth.accessTokenSecret={TS}\n",
        NAMELESS,
    ),
    ToolFile(
        "Apache Streams",
        "streams.conf",
        f'twitter {{\n oauth {{\n  consumerKey = "{K}"\n  consumerSecret = "{S}"\n'
        f'  accessToken = "{T}"\n  accessTokenSecret = "{TS}"\n }}\n}}\n',
        NAMELESS,
    ),
    ToolFile(
        "a .env file", "work/.env", f"{_ENV}ACCESS_TOKEN={T}\nACCESS_TOKEN_SECRET={TS}\n", NAMELESS
    ),
    ToolFile("keys alone", "app.env", _ENV, apps=((K, S),)),
    ToolFile(
        "two bots in one file",
        "bots.env",
        f"{_ENV}A_ACCESS_TOKEN={T}\nA_ACCESS_TOKEN_SECRET={TS}\n"
        f"B_ACCESS_TOKEN={T2}\nB_ACCESS_TOKEN_SECRET={TS2}\n",
        ((*ONE, ""), (K, S, T2, TS2, "")),
    ),
    ToolFile(
        "an MCP server",
        "claude_desktop_config.json",
        json.dumps({"mcpServers": {"a": {"env": _mcp(ONE)}, "b": {"env": _mcp(TWO)}}}),
        (NAMELESS[0], (*TWO, "")),
    ),
    ToolFile(
        "elizaOS",
        ".eliza/twitter/oauth2.tokens.json",
        json.dumps({"access_token": "a" * 40, "refresh_token": "r" * 40, "expires_at": 1}),
        skipped=("OAuth 2.0 tokens",),
    ),
    ToolFile("rtweet", ".rtweet_token1.rds", "X\n\0\0\0\3", skipped=("rtweet's token",)),
    ToolFile("nothing", "notes.txt", "Dear diary,\n", skipped=("the file",)),
    ToolFile("nothing", "empty", "", skipped=("the file",)),
)

_COLUMNS = (
    "accounts(id, screen_name, name, avatar_url, migrated, token, token_secret, consumer_key,"
    " consumer_secret)"
)


def write_cawbird(path: Path, *, older: bool = False) -> Path:
    """Write Cawbird's list of accounts; in older ones the tokens are in files beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key, secret, token, token_secret = ONE
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE {_COLUMNS}")
        tokens = (None, None) if older else (token, token_secret)
        row = (7, "fernwick_news", "Fernwick", "", 1, *tokens, key, secret)
        connection.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    if older:
        beside = path.parent / "accounts" / "7.db"
        beside.parent.mkdir()
        with closing(sqlite3.connect(beside)) as connection, connection:
            connection.execute("CREATE TABLE common(token, token_secret)")
            connection.execute("INSERT INTO common VALUES (?, ?)", (token, token_secret))
    return path


def write_tool_files(home: Path) -> None:
    """Put every sample where its tool has it."""
    for sample in SAMPLES:
        path = home / sample.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sample.text, encoding="utf-8")
