"""Ask X about each of some accounts, as a plain script with tweepy does; run as a program."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import tweepy  # pyright: ignore[reportMissingTypeStubs]

from tests.journeys.bot import RedirectedSession


def main(path: str) -> None:
    url, accounts = json.loads(Path(path).read_text(encoding="utf-8"))
    started = time.perf_counter()
    for values in accounts:
        api: Any = tweepy.API(tweepy.OAuth1UserHandler(*values))
        api.session = RedirectedSession(url)
        assert api.verify_credentials().screen_name
    sys.stdout.write(json.dumps({"seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main(sys.argv[1])
