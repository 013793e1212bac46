"""Proves that a bot in Python gets a ready client, out of the keychain, in two lines."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.prepared import sign_in
from tests.cli.test_vault import PASSPHRASE, with_passphrases
from tests.support.command import CALL_SECONDS, TwauthCommand, approve_link
from tests.support.installations import Installation
from tests.support.keychain import SecretService
from tests.support.secret_search import search_files
from tests.support.vaults import PASSPHRASE as FILE_PASSPHRASE
from tests.support.vaults import make_file_vault
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.store.vault_selection import VaultKind

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
_API = """
import tweepy
from twauth_gui import api, client, credentials

print(api("@fernwick_news").verify_credentials().screen_name)
found = credentials("@fernwick_news")
stranger = client("@fernwick_news")
stranger.access_token_secret = "another"
for refused in (stranger.get_me, api("@fernwick_news").get_user):
    try:
        refused()
    except tweepy.HTTPException as error:
        print(type(error).__name__)
print(found.access_token, found.access_secret, found.oauth2_access_token)
"""
_LOADED = """
import sys
from twauth_gui import api, client, credentials

for ask in (client, api, credentials):
    ask("@fernwick_news")
unwanted = ("PySide6", "click", "getpass", "readline", "twauth_gui.cli", "twauth_gui.gui")
print([name for name in sys.modules if name.startswith(unwanted)])
"""
_MANY = """
import fcntl, os, sys, termios, threading
from twauth_gui import api, client, credentials

reading, writing = os.pipe()
os.environ["TWAUTH_PASSPHRASE_FD"] = str(reading)

def type_slowly(text):
    for letter in text:  # so that whoever waits for a letter takes it
        os.write(writing, letter.encode())
        while fcntl.ioctl(reading, termios.FIONREAD, bytes(4)) != bytes(4):
            os.sched_yield()

found, failed = [], []
def ask(start):
    try:
        start.wait()
        for handle in ("@fernwick_news", "@marsh_weather"):
            one = credentials(handle)
            made = client(handle)
            old = api(handle)
            key = (one.handle, one.access_token, one.access_secret)
            assert (made.access_token, made.access_token_secret) == key[1:]
            assert (old.auth.access_token, old.auth.access_token_secret) == key[1:]
            found.append(key)
    except Exception as error:
        failed.append(repr(error))

start = threading.Barrier(12)
threads = [threading.Thread(target=ask, args=(start,)) for _ in range(12)]
lines = (sys.argv[1] + "\\n") * 72
threads.append(threading.Thread(target=type_slowly, args=(lines,), daemon=True))
for one in threads: one.start()
for one in threads[:-1]: one.join()
print(len(found), len(set(found)), failed)
"""
_LIGHT = "import sys, twauth_gui; print('tweepy' in sys.modules, hasattr(twauth_gui, 'nonsense'))"


def run_bot(
    env: dict[str, str], script: str, *descriptors: int, arguments: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
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
    sign_in(twauth.env, app, "fernwick_news")
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


def test_version_1_1_and_what_x_refuses(twauth: TwauthCommand, app: str) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    done = run_bot(twauth.env, _API)
    assert done.stderr == ""
    name, *refusals, values = done.stdout.splitlines()
    assert (name, refusals) == ("fernwick_news", ["Unauthorized", "NotFound"])
    fields = ("--field", "access_token", "--field", "access_secret")
    printed = twauth("credential", *fields).out
    assert values.split() == [*printed.split(), "None"]


def test_nothing_of_window_and_command_is_loaded(twauth: TwauthCommand, app: str) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    done = run_bot(twauth.env, _LOADED)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_many_threads_ask_at_once(bare: TwauthCommand, sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = Installation.create(folder, sandbox)
    with closing(made.services) as services:
        app = made.add_app()
        for handle in ("fernwick_news", "marsh_weather"):
            _ = made.sign_in(app, handle)
        with closing(make_file_vault(folder)) as cheap:
            cheap.create(FILE_PASSPHRASE)
        _ = services.vaults.migrate(VaultKind.FILE, FILE_PASSPHRASE)
    done = run_bot(bare.env, _MANY, arguments=[FILE_PASSPHRASE.reveal()])
    assert (done.stdout, done.stderr) == ("24 2 []\n", "")


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
