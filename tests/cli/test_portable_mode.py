"""Prove that a folder beside a bundled program keeps everything there, and nothing elsewhere."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.test_vault import PASSPHRASE, with_passphrases
from tests.support.bundled_program import make_bundled_program
from tests.support.command import TwauthCommand
from tests.support.keychain import SecretService
from tests.support.namespaces import mount_read_only
from twauth_gui.sandbox.server import Sandbox

ADD = ("app", "add", "Newsroom", "--api-url")


@pytest.fixture
def env(keychain: SecretService, tmp_path: Path) -> dict[str, str]:
    """A user with a keychain and a home folder of their own, who names no folder."""
    ignored = {"TWAUTH_DATA_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}
    kept = {name: value for name, value in keychain.env.items() if name not in ignored}
    home = tmp_path / "home"
    home.mkdir()
    return {**kept, "HOME": str(home)}


def keys(sandbox: Sandbox) -> str:
    return f"{sandbox.demo_app.api_key}\n{sandbox.demo_app.api_secret}\n"


@pytest.mark.keychain
def test_everything_stays_beside_the_program(
    env: dict[str, str], keychain: SecretService, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = keychain.service_names()
    program = make_bundled_program(tmp_path / "stick")
    data = tmp_path / "stick" / "Twauth-Data"
    twauth = TwauthCommand(env, [str(program)])
    fresh = {one["topic"]: one for one in twauth("doctor", "--json").json}
    assert all(one["ok"] for one in fresh.values()), fresh
    assert str(data) in fresh["portable mode"]["text"]
    assert "does not exist yet" in fresh["keychain"]["text"]
    added = with_passphrases(twauth, [PASSPHRASE], *ADD, sandbox.url, stdin=keys(sandbox))
    assert (added.code, "saved in the encrypted file" in added.out) == (0, True), added.err
    assert sorted(one.name for one in data.iterdir() if one.suffix == ".twauth") == [
        "credentials.twauth"
    ]
    assert (data / "index.sqlite3").exists()
    assert data.stat().st_mode & 0o777 == 0o700
    assert list(Path(env["HOME"]).rglob("*")) == []
    assert sorted(one.name for one in program.parent.iterdir()) == ["Twauth-Data", "twauth"]
    assert keychain.service_names() == before
    moved = tmp_path / "other stick"
    program.parent.rename(moved)
    again = TwauthCommand(env, [str(make_bundled_program(moved))])
    assert "Newsroom" in again("app", "list").out
    checked = with_passphrases(again, [PASSPHRASE], "app", "check", "Newsroom")
    assert checked.code == 0, checked.err


@pytest.mark.keychain
def test_the_keychain_is_used_if_asked_for(
    env: dict[str, str], keychain: SecretService, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = keychain.service_names()
    program = make_bundled_program(tmp_path / "stick")
    twauth = TwauthCommand(env, [str(program)])
    assert twauth("--vault", "keychain", *ADD, sandbox.url, stdin=keys(sandbox)).code == 0
    assert len(keychain.service_names()) == len(before) + 1
    assert twauth("vault", "show", "--json").json["vault"] == "keychain"
    assert not (tmp_path / "stick" / "Twauth-Data" / "credentials.twauth").exists()


def test_an_appimage_looks_beside_its_own_file(env: dict[str, str], tmp_path: Path) -> None:
    mounted = make_bundled_program(tmp_path / "mount", portable=False)
    stick = tmp_path / "stick"
    (stick / "Twauth-Data").mkdir(parents=True)
    image = {"APPIMAGE": str(stick / "Twauth.AppImage"), "APPDIR": str(tmp_path / "mount")}
    result = TwauthCommand({**env, **image}, [str(mounted)])("doctor")
    assert f"stay in {stick / 'Twauth-Data'}." in result.out
    assert (stick / "Twauth-Data" / "index.sqlite3").exists()


def test_a_read_only_place_says_what_helps(
    env: dict[str, str], keychain: SecretService, tmp_path: Path
) -> None:
    before = keychain.service_names()
    program = make_bundled_program(tmp_path / "stick")
    frozen = mount_read_only(tmp_path / "stick")
    for words in (["doctor"], ["app", "list"]):
        done = subprocess.run(
            [*frozen, str(program), *words],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 1, said
        assert "Portable mode cannot write to its folder." in said
        assert "The disk is read-only." in said
        assert "Without Twauth-Data beside it, Twauth uses your own folders." in said
        assert "wrote, read and deleted" not in said, "no trial in the keychain either"
    assert list((tmp_path / "stick" / "Twauth-Data").iterdir()) == []
    assert keychain.service_names() == before
