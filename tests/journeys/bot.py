"""A bot as people write them: reads a .env file and posts once, with a stock tweepy.Client.

python -m tests.journeys.bot FILE API_URL TEXT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy  # pyright: ignore[reportMissingTypeStubs]
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


def main(file: str, api_url: str, text: str) -> None:
    values = read_env(Path(file))
    client: Any = tweepy.Client(
        consumer_key=values["TWITTER_CONSUMER_KEY"],
        consumer_secret=values["TWITTER_CONSUMER_SECRET"],
        access_token=values["TWITTER_ACCESS_TOKEN"],
        access_token_secret=values["TWITTER_ACCESS_TOKEN_SECRET"],
    )
    client.session = RedirectedSession(api_url)
    answer = client.create_tweet(text=text)
    print(answer.data["id"])  # noqa: T201 - the bot's output


if __name__ == "__main__":
    main(*sys.argv[1:])
