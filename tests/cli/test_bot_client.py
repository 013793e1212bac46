"""Proves that a bot in Python gets a ready client, out of the keychain, in two lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_journey import signed_in
from tests.cli.twauth import SECONDS, Twauth
from tests.support.canaries import search_for
from tests.support.secret_service import SecretService

pytestmark = pytest.mark.keychain

_BOT = """
import threading
from twauth_gui import client

def post():
    bot = client("@fernwick_news")
    answer = bot.create_tweet(text="Fog on the quay")
    print(bot.get_me(user_auth=True).data.username, answer.data["text"])

worker = threading.Thread(target=post)
worker.start()
worker.join()
try:
    client("@nobody")
except LookupError as error:
    print(error)
"""
_LIGHT = "import sys, twauth_gui; print('tweepy' in sys.modules, hasattr(twauth_gui, 'nonsense'))"


def ran(env: dict[str, str], script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def test_a_bot_posts(twauth: Twauth, app: str, keychain: SecretService, tmp_path: Path) -> None:
    signed_in(twauth, app, "fernwick_news")
    done = ran(twauth.env, _BOT)
    assert (done.returncode, done.stderr) == (0, "")
    posted, missing = done.stdout.splitlines()
    assert posted == "fernwick_news Fog on the quay"
    assert missing.startswith("There is no account @nobody.")
    shown = twauth("show", "--json", "--reveal").json["credentials"]
    secrets = [value for value in shown.values() if isinstance(value, str)]
    assert not search_for(secrets, [tmp_path / "data"])
    keychain.lock()
    try:
        locked = ran(twauth.env, "from twauth_gui import client; client()")
        assert "GNOME Keyring is locked." in locked.stderr.splitlines()[-1]
    finally:
        keychain.unlock()


def test_nothing_is_loaded_before_it_is_asked_for(twauth: Twauth) -> None:
    assert ran(twauth.env, _LIGHT).stdout == "False False\n"
