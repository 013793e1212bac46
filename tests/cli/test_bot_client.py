"""Proves that a bot in Python gets a ready client, out of the keychain, in two lines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_journey import sign_in
from tests.cli.test_vault import PASSPHRASE, with_passphrases
from tests.support.command import CALL_SECONDS, TwauthCommand, approve_link
from tests.support.keychain import SecretService
from tests.support.secret_search import search_files
from twauth_gui.sandbox.server import Sandbox

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


def run_bot(
    env: dict[str, str], script: str, *descriptors: int
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env=env,
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=CALL_SECONDS,
    )


def test_a_bot_posts(
    twauth: TwauthCommand, app: str, keychain: SecretService, tmp_path: Path
) -> None:
    sign_in(twauth, app, "fernwick_news")
    done = run_bot(twauth.env, _BOT)
    assert (done.returncode, done.stderr) == (0, "")
    posted, missing = done.stdout.splitlines()
    assert posted == "fernwick_news Fog on the quay"
    assert missing.startswith("There is no account @nobody.")
    shown = twauth("show", "--json", "--reveal").json["credentials"]
    secrets = [value for value in shown.values() if isinstance(value, str)]
    assert not search_files(secrets, [tmp_path / "data"])
    keychain.lock()
    try:
        locked = run_bot(twauth.env, "from twauth_gui import client; client()")
        assert "GNOME Keyring is locked." in locked.stderr.splitlines()[-1]
    finally:
        keychain.unlock()


def test_a_bot_with_the_encrypted_file(bare: TwauthCommand, sandbox: Sandbox) -> None:
    demo = sandbox.demo_app
    keys = f"{demo.api_key}\n{demo.api_secret}\n"
    words = ("--vault", "file", "app", "add", "News", "--api-url", sandbox.url)
    assert with_passphrases(bare, [PASSPHRASE], *words, stdin=keys).code == 0
    authorize_arguments = ("authorize", "--app", "News", "--no-wait", "--method", "pin", "--json")
    authorization = with_passphrases(bare, [PASSPHRASE], *authorize_arguments).json
    resume_arguments = ("resume", authorization["id"], "--pin", "-")
    pin = approve_link(authorization["url"], "fernwick_news")
    assert with_passphrases(bare, [PASSPHRASE], *resume_arguments, stdin=pin).code == 0
    reading, writing = os.pipe()
    os.write(writing, f"{PASSPHRASE}\n".encode())
    os.close(writing)
    try:
        done = run_bot({**bare.env, "TWAUTH_PASSPHRASE_FD": str(reading)}, _BOT, reading)
    finally:
        os.close(reading)
    assert done.stdout.startswith("fernwick_news Fog on the quay\n"), done.stderr
    refused = run_bot(bare.env, "from twauth_gui import client; client()")
    assert "TWAUTH_PASSPHRASE_FD" in refused.stderr.splitlines()[-1]


def test_nothing_is_loaded_before_it_is_asked_for(twauth: TwauthCommand) -> None:
    assert run_bot(twauth.env, _LIGHT).stdout == "False False\n"
