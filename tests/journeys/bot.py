"""Bots as people write them: each reads one exported file and posts once, with a stock client.

python -m tests.journeys.bot CLIENT FILE API_URL TEXT
"""

from __future__ import annotations

import configparser
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import requests
import yaml
from typing_extensions import override


class RedirectedSession(requests.Session):
    """Sends what tweepy wants to send to X to another host."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.trust_env = False

    @override
    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Change the host before the request is signed: the signature covers the address."""
        request.url = f"{self._base}{urlsplit(str(request.url)).path}"
        return super().prepare_request(request)


def read_env(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value.strip("'\"") for name, _, value in pairs}


def post_with_tweepy(file: Path, api_url: str, text: str) -> str:
    import tweepy  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    values = read_env(file)
    client: Any = tweepy.Client(
        consumer_key=values["TWITTER_CONSUMER_KEY"],
        consumer_secret=values["TWITTER_CONSUMER_SECRET"],
        access_token=values["TWITTER_ACCESS_TOKEN"],
        access_token_secret=values["TWITTER_ACCESS_TOKEN_SECRET"],
    )
    client.session = RedirectedSession(api_url)
    return str(client.create_tweet(text=text).data["id"])


def post_with_requests_oauthlib(file: Path, api_url: str, text: str) -> str:
    from requests_oauthlib import OAuth1Session  # noqa: PLC0415

    session = OAuth1Session(*_four(yaml.safe_load(file.read_text("utf-8"))))
    session.trust_env = False
    response = session.post(f"{api_url}/2/tweets", json={"text": text}, timeout=30)
    response.raise_for_status()
    return str(response.json()["data"]["id"])


def post_with_xdk(file: Path, api_url: str, text: str) -> str:
    from xdk import Client  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]
    from xdk.oauth1_auth import OAuth1  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]
    from xdk.posts.models import CreateRequest  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    key, secret, token, token_secret = _four(tomllib.loads(file.read_text("utf-8")))
    signature = OAuth1(key, secret, "http://127.0.0.1", token, token_secret)
    client: Any = Client(base_url=api_url, auth=signature)
    return str(client.posts.create(body=CreateRequest(text=text)).data.id)


def post_with_twitter_tools(file: Path, api_url: str, text: str) -> str:
    from twitter import OAuth, Twitter  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    parser = configparser.ConfigParser()
    parser.read(file, "utf-8")
    key, secret, token, token_secret = _four(parser["twitter"])
    client: Any = cast("Any", Twitter)(
        auth=OAuth(token, token_secret, key, secret),
        domain=urlsplit(api_url).netloc,
        secure=False,
        api_version="2",
        format="",
    )
    return str(client.tweets(_method="POST", _json={"text": text}))


def _four(values: Mapping[str, str]) -> tuple[str, str, str, str]:
    return (
        values["consumer_key"],
        values["consumer_secret"],
        values["access_token"],
        values["access_token_secret"],
    )


CLIENTS: Mapping[str, Callable[[Path, str, str], str]] = {
    "tweepy": post_with_tweepy,
    "requests-oauthlib": post_with_requests_oauthlib,
    "xdk": post_with_xdk,
    "twitter": post_with_twitter_tools,
}
"""By the names of their packages."""


def main(client: str, file: str, api_url: str, text: str) -> None:
    print(CLIENTS[client](Path(file), api_url, text))  # noqa: T201 - the bot's output


if __name__ == "__main__":
    main(*sys.argv[1:])
