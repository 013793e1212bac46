"""Texts in the shapes people have, and what must come of each.

In a text ~K1 is the API key of app 1, ~S1 its secret, ~B1 its bearer token, ~T1 and ~U1 the access
token and its secret of account 1, ~C1 and ~D1 an OAuth 2.0 client id and secret, ~M1 a key of
Mastodon, and ~Q1 to ~Q4 keys of Tumblr. ~<K1 is the beginning of ~K1, and ~>K1 the rest.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache

TOLD, SILENT = "told", "silent"


@dataclass(frozen=True, slots=True)
class TextCase:
    """A text with what must come of it.

    accounts: "12" is account 2 with the keys of app 1, "-2" account 2 without an app. apps: the
    numbers of those without an account. told: whether something must be said. handles: of the
    accounts, in their order, if they matter. kept: what else an app must have: b bearer, c client.
    """

    name: str
    text: str
    accounts: str = ""
    apps: str = ""
    told: str = ""
    handles: str | None = None
    kept: str = ""


def _letters(seed: str, length: int) -> str:
    raw = b"".join(hashlib.sha256(f"{seed}{at}".encode()).digest() for at in range(4))
    text = base64.b64encode(raw).decode()
    return "".join(sign for sign in text if sign.isalnum())[:length]


@cache
def value_of(code: str) -> str:
    """Return the invented value that a code such as ~K1 stands for, without the tilde."""
    kind, number = code[0], code[1:]
    if kind == "T":
        return f"16000000000000000{int(number):02d}-{_letters(code, 40)}"
    if kind == "B":
        raw = bytes(16) + (10_000_000 + int(number)).to_bytes(8, "little") + b"\x07" * 20
        return base64.b64encode(raw).decode().replace("=", "%3D") + _letters(code, 46)
    if kind == "C":
        plain = f"{_letters(code, 20)}:1:ci".encode()
        return base64.urlsafe_b64encode(plain).decode().rstrip("=")
    lengths = {"K": 25, "S": 50, "U": 45, "D": 50, "M": 43, "Q": 50}
    value = _letters(code, lengths[kind])
    return f"{value[:20]}_{value[21:]}" if kind in "DM" else value


def fill(text: str) -> str:
    """Replace the codes in a text by their values."""
    return re.sub("~([<>]?)([A-Z][0-9])", lambda found: _part_of(*found.groups()), text)


def _part_of(which: str, code: str) -> str:
    value = value_of(code)
    return {"": value, "<": value[:20], ">": value[20:]}[which]


def _names(key: str, secret: str, token: str, token_secret: str) -> str:
    return f"{key}=~K1\n{secret}=~S1\n{token}=~T1\n{token_secret}=~U1\n"


_NAME_FAMILIES = """
CONSUMER_KEY CONSUMER_SECRET ACCESS_TOKEN ACCESS_TOKEN_SECRET
CONSUMER_KEY CONSUMER_SECRET ACCESS_KEY ACCESS_SECRET
TWITTER_CONSUMER_KEY TWITTER_CONSUMER_SECRET TWITTER_ACCESS_TOKEN_KEY TWITTER_ACCESS_TOKEN_SECRET
TWITTER_API_KEY TWITTER_API_SECRET_KEY TWITTER_ACCESS_TOKEN TWITTER_ACCESS_TOKEN_SECRET
TWITTER_API_KEY TWITTER_API_KEY_SECRET TWITTER_ACCESS_TOKEN TWITTER_ACCESS_SECRET
API_KEY API_SECRET_KEY ACCESS_TOKEN ACCESS_TOKEN_SECRET
TWITTER_CONSUMER_API_KEY TWITTER_CONSUMER_API_SECRET TWITTER_ACCESS_TOKEN TWITTER_ACCESS_SECRET
CONSUMER_API_KEY CONSUMER_API_SECRET_KEY ACCESS_TOKEN ACCESS_TOKEN_SECRET
X_API_KEY X_API_SECRET X_ACCESS_TOKEN X_ACCESS_TOKEN_SECRET
X_CONSUMER_KEY X_SECRET_KEY X_ACCESS_TOKEN X_ACCESS_TOKEN_SECRET
X_OAUTH1_CONSUMER_KEY X_OAUTH1_CONSUMER_SECRET X_OAUTH1_ACCESS_TOKEN X_OAUTH1_ACCESS_TOKEN_SECRET
T_AUTHORIZE_API_KEY T_AUTHORIZE_API_SECRET OAUTH1_TOKEN OAUTH1_TOKEN_SECRET
APP_KEY APP_SECRET ACCESS_TOKEN ACCESS_SECRET
app_key app_secret oauth_token oauth_token_secret
appKey appSecret accessToken accessSecret
apiKey apiSecretKey accessToken accessTokenSecret
consumerKey consumerSecret accessTokenKey accessTokenSecret
oauth.consumerKey oauth.consumerSecret oauth.accessToken oauth.accessTokenSecret
twitter4j.oauth.consumerKey twitter4j.oauth.consumerSecret twitter4j.oauth.accessToken \
twitter4j.oauth.accessTokenSecret
twitter.oauth.consumerKey twitter.oauth.consumerSecret twitter.oauth.accessToken \
twitter.oauth.accessTokenSecret
consumer-key consumer-secret access-token access-token-secret
twitterconsumerkey twitterconsumersecret twitteraccesstoken twitteraccesstokensecret
consumer_token consumer_secret access_token access_token_secret
TWITTER_KEY TWITTER_SECRET TWITTER_TOKEN TWITTER_TOKEN_SECRET
client_key client_secret resource_owner_key resource_owner_secret
customer_key customer_secret access_token access_token_secret
TWITTER_CONSUMER_KEY TWITTER_CONSUMER_SECRET TWITTER_USER_TOKEN TWITTER_USER_SECRET
TWITTER_APP_KEY TWITTER_APP_SECRET TWITTER_OAUTH_TOKEN TWITTER_OAUTH_SECRET
CONSUMER_API_KEY_TOKEN CONSUMER_API_KEY_SECRET AUTH_ACCESS_TOKEN AUTH_ACCESS_TOKEN_SECRET
TWITTER_PERSONAL_CONSUMER_KEY TWITTER_PERSONAL_CONSUMER_SECRET TWITTER_ACCESS_KEY \
TWITTER_ACCESS_KEY_SECRET
REACT_APP_TWITTER_API_KEY REACT_APP_TWITTER_API_SECRET REACT_APP_TWITTER_ACCESS_TOKEN \
REACT_APP_TWITTER_ACCESS_TOKEN_SECRET
MY_BOT_CONSUMER_KEY MY_BOT_CONSUMER_SECRET MY_BOT_ACCESS_TOKEN MY_BOT_ACCESS_TOKEN_SECRET
APIKey APIKeySecret AccessToken AccessTokenSecret
TwitterAPIKey TwitterAPISecret TwitterAccessToken TwitterAccessTokenSecret
""".replace("\\\n", "").strip()

NAME_CASES = [
    TextCase(f"names {line.split()[0]} {line.split()[2]}", _names(*line.split()), "11", "", SILENT)
    for line in _NAME_FAMILIES.splitlines()
]

CASES = [
    *NAME_CASES,
    # Numbered, prefixed and suffixed accounts.
    TextCase(
        "numbers in the middle",
        "TWITTER_1_API_KEY=~K1\nTWITTER_1_API_SECRET=~S1\nTWITTER_1_ACCESS_TOKEN=~T1\n"
        "TWITTER_1_ACCESS_SECRET=~U1\nTWITTER_2_API_KEY=~K2\nTWITTER_2_API_SECRET=~S2\n"
        "TWITTER_2_ACCESS_TOKEN=~T2\nTWITTER_2_ACCESS_SECRET=~U2",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "numbers joined to the name",
        "consumer_key1=~K1\nconsumer_secret1=~S1\naccess_token1=~T1\naccess_secret1=~U1\n"
        "consumer_key2=~K2\nconsumer_secret2=~S2\naccess_token2=~T2\naccess_secret2=~U2",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "the first without a number",
        "API_KEY=~K1\nAPI_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_SECRET=~U1\n"
        "API_KEY_2=~K2\nAPI_SECRET_2=~S2\nACCESS_TOKEN_2=~T2\nACCESS_SECRET_2=~U2",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "one app, numbered accounts",
        "TWITTER_API_KEY=~K1\nTWITTER_API_SECRET=~S1\nTWITTER_ACCESS_TOKEN_1=~T1\n"
        "TWITTER_ACCESS_SECRET_1=~U1\nTWITTER_ACCESS_TOKEN_2=~T2\nTWITTER_ACCESS_SECRET_2=~U2",
        "11 12",
        "",
        SILENT,
    ),
    TextCase(
        "numbers grouped by kind",
        "API_KEY_1=~K1\nAPI_KEY_2=~K2\nAPI_SECRET_1=~S1\nAPI_SECRET_2=~S2\nACCESS_TOKEN_1=~T1\n"
        "ACCESS_TOKEN_2=~T2\nACCESS_SECRET_1=~U1\nACCESS_SECRET_2=~U2",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "names in front of the service",
        "NEWS_TWITTER_API_KEY=~K1\nNEWS_TWITTER_API_SECRET=~S1\nNEWS_TWITTER_ACCESS_TOKEN=~T1\n"
        "NEWS_TWITTER_ACCESS_SECRET=~U1\nCATS_TWITTER_API_KEY=~K2\nCATS_TWITTER_API_SECRET=~S2\n"
        "CATS_TWITTER_ACCESS_TOKEN=~T2\nCATS_TWITTER_ACCESS_SECRET=~U2",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "staging and production",
        "TWITTER_API_KEY_PROD=~K1\nTWITTER_API_SECRET_PROD=~S1\nTWITTER_API_KEY_DEV=~K2\n"
        "TWITTER_API_SECRET_DEV=~S2\nTWITTER_ACCESS_TOKEN_PROD=~T1\n"
        "TWITTER_ACCESS_SECRET_PROD=~U1\n",
        "11",
        "2",
        SILENT,
    ),
    TextCase(
        "the same names again",
        "CONSUMER_KEY=~K1\nCONSUMER_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_SECRET=~U1\n\n"
        "CONSUMER_KEY=~K2\nCONSUMER_SECRET=~S2\nACCESS_TOKEN=~T2\nACCESS_SECRET=~U2\n",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "the same app again",
        "CONSUMER_KEY=~K1\nCONSUMER_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_SECRET=~U1\n\n"
        "CONSUMER_KEY=~K1\nCONSUMER_SECRET=~S1\nACCESS_TOKEN=~T2\nACCESS_SECRET=~U2\n",
        "11 12",
        "",
        SILENT,
    ),
    TextCase(
        "lists of equal length",
        "TWITTER_API_KEYS=~K1;~K2\nTWITTER_API_SECRETS=~S1;~S2\n"
        "TWITTER_ACCESS_TOKENS=~T1;~T2\nTWITTER_ACCESS_SECRETS=~U1;~U2",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "lists of unequal length",
        "TWITTER_API_KEYS=~K1,~K2,~K3\nTWITTER_API_SECRETS=~S1,~S2\n",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "pairs in a list",
        "TWITTER_API_KEY=~K1\nTWITTER_API_SECRET=~S1\nTWITTER_TOKENS=~T1:~U1,~T2:~U2",
        "11 12",
        "",
        SILENT,
    ),
    TextCase(
        "a pair across prefixes",
        "NEWS_ACCESS_TOKEN=~T1\nCATS_ACCESS_TOKEN_SECRET=~U2\nAPI_KEY=~K1\nAPI_SECRET=~S1",
        "",
        "1",
        TOLD,
    ),
    TextCase(
        "two tokens before two secrets",
        "API_KEY=~K1\nAPI_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_TOKEN=~T2\n"
        "ACCESS_TOKEN_SECRET=~U1\nACCESS_TOKEN_SECRET=~U2",
        "",
        "1",
        TOLD,
    ),
    # Halves.
    TextCase("key without secret", "TWITTER_API_KEY=~K1\n", "", "", TOLD),
    TextCase(
        "app's secret missing",
        "TWITTER_API_KEY=~K1\nTWITTER_ACCESS_TOKEN=~T1\nTWITTER_ACCESS_TOKEN_SECRET=~U1",
        "-1",
        "",
        TOLD,
    ),
    TextCase(
        "an empty secret",
        "API_KEY=~K1\nAPI_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_TOKEN_SECRET=\n",
        "",
        "1",
        TOLD,
    ),
    TextCase(
        "second account half",
        "API_KEY=~K1\nAPI_SECRET=~S1\nACCESS_TOKEN_1=~T1\nACCESS_SECRET_1=~U1\nACCESS_TOKEN_2=~T2",
        "11",
        "",
        TOLD,
    ),
    TextCase("bearer alone", "TWITTER_BEARER_TOKEN=~B1", "", "", TOLD),
    TextCase("account alone", "ACCESS_TOKEN=~T1\nACCESS_TOKEN_SECRET=~U1", "-1", "", SILENT),
    # Optional fields.
    TextCase(
        "bearer with its scheme",
        "API_KEY=~K1\nAPI_SECRET=~S1\nBEARER_TOKEN='Bearer ~B1'",
        "",
        "1",
        SILENT,
        kept="b",
    ),
    TextCase(
        "placeholder as bearer",
        "API_KEY=~K1\nAPI_SECRET=~S1\nBEARER_TOKEN=your_bearer_token_here",
        "",
        "1",
        TOLD,
    ),
    TextCase(
        "client id and secret",
        "X_API_KEY=~K1\nX_API_SECRET=~S1\nX_CLIENT_ID=~C1\nX_CLIENT_SECRET=~D1",
        "",
        "1",
        SILENT,
        kept="c",
    ),
    TextCase(
        "two words as a bearer",
        "API_KEY=~K1\nAPI_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_SECRET=~U1\nBEARER_TOKEN=ask Anna",
        "11",
        "",
        TOLD,
    ),
    # Swapped.
    TextCase(
        "key and secret swapped",
        "CONSUMER_KEY=~S1\nCONSUMER_SECRET=~K1\nACCESS_TOKEN=~T1\nACCESS_SECRET=~U1",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "token and its secret swapped",
        "CONSUMER_KEY=~K1\nCONSUMER_SECRET=~S1\nACCESS_TOKEN=~U1\nACCESS_SECRET=~T1",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "the pairs exchanged",
        "CONSUMER_KEY=~T1\nCONSUMER_SECRET=~U1\nACCESS_TOKEN=~K1\nACCESS_SECRET=~S1",
        "11",
        "",
        SILENT,
    ),
    TextCase("the key twice", "API_KEY=~K1\nAPI_SECRET=~K1", "", "", TOLD),
    # Placeholders, references, ciphertext.
    *(
        TextCase(
            f"no key: {value[:24]}",
            f"TWITTER_API_KEY={value}\nTWITTER_API_SECRET={value}",
            "",
            "",
            TOLD,
        )
        for value in (
            "your_api_key_here",
            "YOUR-TWITTER-API-KEY",
            "yourConsumerKeyGoesHere",
            "<insert your api key>",
            "xxxxxxxxxxxxxxxxxxxxxxxxx",
            "XXXXXXXXXXXXXXXXXXXXXXXXX",
            "insert_consumer_key_here",
            "TWITTER_CONSUMER_KEY",
            "1234567890123456789012345",
            "abcdefghijklmnopqrstuvwxyz",
            "op://Private/X/api key",
            "vault:secret/data/x#api_key",
            "ssm:/bots/fernwick/api_key",
            "arn:aws:secretsmanager:eu-west-1:000000000000:secret:x-AbCdEf",
            "${TWITTER_API_KEY}",
            "$(pass show twitter/key)",
            "{{ twitter_api_key }}",
            "encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi",
            "ENC[AES256_GCM,data:QzNKMjdYRENHMkxt,iv:aWlp,tag:dHR0,type:str]",
            "ref+awsssm://bots/twitter_api_key",
            "%TWITTER_API_KEY%",
            "C3J2*********************",
            "change-me-to-your-api-key",
        )
    ),
    # Other services beside X's.
    *(
        TextCase(
            f"beside {prefix}",
            f"{prefix}_ACCESS_TOKEN=~M1\n{prefix}_CLIENT_ID=~M2\n{prefix}_CLIENT_SECRET=~M3\n"
            f"{prefix}_API_KEY=~Q1\n{prefix}_API_SECRET=~Q2\n" + _names(*line.split()),
            "11",
            "",
            TOLD,
        )
        for prefix, line in zip(
            (
                "MASTODON",
                "TUMBLR",
                "FACEBOOK",
                "BLUESKY",
                "LINKEDIN",
                "REDDIT",
                "THREADS",
                "FLICKR",
            ),
            _NAME_FAMILIES.splitlines(),
            strict=False,
        )
    ),
    TextCase(
        "tumblr alone",
        "TUMBLR_CONSUMER_KEY=~Q1\nTUMBLR_CONSUMER_SECRET=~Q2\nTUMBLR_TOKEN=~Q3\n"
        "TUMBLR_TOKEN_SECRET=~Q4",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "keys of nobody known",
        "CONSUMER_KEY=~Q1\nCONSUMER_SECRET=~Q2\nACCESS_TOKEN=~Q3\nACCESS_SECRET=~Q4",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "AWS beside X",
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n"
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI0K7MDENG0bPxRfiCYEXAMPLEKEY\n"
        + _names("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"),
        "11",
    ),
    TextCase(
        "another secret key",
        "SECRET_KEY=~Q1\nTWITTER_API_KEY=~K1\nTWITTER_API_SECRET=~S1",
        "",
        "1",
    ),
    # Handles.
    TextCase(
        "handles in comments",
        "# @fernwick_news\nAPI_KEY=~K1\nAPI_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_SECRET=~U1\n"
        "# @marsh_weather, weather\nAPI_KEY=~K2\nAPI_SECRET=~S2\nACCESS_TOKEN=~T2\n"
        "ACCESS_SECRET=~U2\n",
        "11 22",
        "",
        SILENT,
        "fernwick_news marsh_weather",
    ),
    TextCase(
        "a user name beside",
        "TWITTER_USERNAME=fernwick_news\nDB_USERNAME=root\n"
        + _names("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"),
        "11",
        "",
        SILENT,
        "fernwick_news",
    ),
]
