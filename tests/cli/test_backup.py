"""Proves that a backup made by the command comes back in an empty folder, with a real keychain."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.prepared import sign_in
from tests.cli.test_journey import values_of
from tests.support.command import CommandResult, TerminalUser, TwauthCommand
from tests.support.secret_search import search_files
from twauth_gui.cli.json_output import JSON_KEYS
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import pack_backup, read_backup
from twauth_gui.store.sealed_file import derive_new_key, seal
from twauth_gui.store.sealed_format import SealPurpose

pytestmark = pytest.mark.keychain
PASSPHRASE = "tidal ferry lantern"


def with_passphrase(
    twauth: TwauthCommand, *arguments: str, passphrase: str = PASSPHRASE, **env: str
) -> CommandResult:
    with tempfile.TemporaryFile() as file:
        _ = file.write(f"{passphrase}\n".encode())
        _ = file.seek(0)
        number = file.fileno()
        return twauth.call_with_descriptor(
            number, *arguments, TWAUTH_PASSPHRASE_FD=str(number), **env
        )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "all.twauth"


@pytest.fixture
def elsewhere(twauth: TwauthCommand, tmp_path: Path) -> TwauthCommand:
    """Another computer: an empty folder, with the same keychain daemon."""
    return TwauthCommand({**twauth.env, "TWAUTH_DATA_DIR": str(tmp_path / "elsewhere")})


def note(twauth: TwauthCommand, text: str) -> None:
    """Change the note of all accounts, which no command changes."""
    index = Path(twauth.env["TWAUTH_DATA_DIR"]) / "index.sqlite3"
    with sqlite3.connect(index) as connection:
        _ = connection.execute("UPDATE accounts SET note = ?", (text,))
    connection.close()


def test_everything_comes_back_elsewhere(
    twauth: TwauthCommand, elsewhere: TwauthCommand, app: str, path: Path
) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    values = values_of(twauth)
    result = with_passphrase(twauth, "backup", str(path))
    assert (result.code, result.out) == (0, f"1 app and 1 account written to {path}.\n"), result.err
    again = with_passphrase(twauth, "backup", str(path))
    assert (again.code, "--force" in again.err) == (1, True)
    assert with_passphrase(twauth, "backup", str(path), "--force").code == 0
    assert not search_files([*values.values(), PASSPHRASE], [path])

    shown = with_passphrase(elsewhere, "restore", str(path), "--dry-run", "--json")
    assert [(one["kind"], one["change"]) for one in shown.json] == [
        ("app", "add"),
        ("account", "add"),
    ]
    assert set(shown.json[0]) == set(JSON_KEYS["restore"])
    dry = with_passphrase(elsewhere, "restore", str(path), "--dry-run")
    assert "2 new" in dry.err
    assert f"add       @fernwick_news · {app}  New" in dry.out
    assert json.loads(elsewhere("list", "--json").out) == [], "a dry run changes nothing"
    done = with_passphrase(elsewhere, "restore", str(path))
    output = "Restored: 2 added, @fernwick_news is the active account.\n"
    assert (done.code, done.out) == (0, output), done.err
    assert values_of(elsewhere) == values
    (checked,) = elsewhere("check", "--all", "--json").json
    assert checked["health"]["state"] == "working"


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_dry_run_leaves_no_trace(
    twauth: TwauthCommand, elsewhere: TwauthCommand, app: str, tmp_path: Path
) -> None:
    """Neither in an empty folder nor in one with data."""
    path = tmp_path / "all.twauth"
    sign_in(twauth.env, app, "fernwick_news")
    assert with_passphrase(twauth, "backup", str(path)).code == 0
    keys = tmp_path / "keys.env"
    keys.write_text(f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}\n", "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    here = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    for vault in ("keychain", "file"):
        calls = [("restore", str(path), "--dry-run"), ("import", str(keys), "--dry-run")]
        for one in (twauth, elsewhere) if vault == "keychain" else (elsewhere,):
            before = everything_in(tmp_path)
            for words in calls:
                shown = with_passphrase(one, "--vault", vault, *words, **here)
                assert shown.code == 0, shown.err
                assert "Created" not in shown.err
            assert everything_in(tmp_path) == before
            assert not (tmp_path / "elsewhere").exists()
            assert list(home.iterdir()) == []


def test_conflicts_are_kept_replaced_or_asked_about(
    twauth: TwauthCommand, app: str, path: Path
) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    note(twauth, "of the backup")
    assert with_passphrase(twauth, "backup", str(path)).code == 0
    note(twauth, "mine")
    result = with_passphrase(twauth, "restore", str(path))
    assert result.out == "Restored: 2 left as they were.\n"
    ask_result = with_passphrase(twauth, "restore", str(path), "--conflicts", "ask")
    assert (ask_result.code, "--conflicts keep" in ask_result.err) == (2, True)
    assert twauth("list", "--json").json[0]["note"] == "mine"
    with TerminalUser(twauth.env, "restore", str(path)) as person:
        person.wait_for("Passphrase: ")
        person.type("a wrong one\n")
        person.wait_for("That passphrase does not open this backup")
        person.wait_for("\nPassphrase: ")
        person.type(f"{PASSPHRASE}\n")
        person.wait_for("Differs: note")
        person.wait_for("[keep]: ")
        person.type("replace\n")
        person.wait_for("Restored: 1 replaced, 1 left as they were")
        assert person.wait_for_exit() == 0
    assert twauth("list", "--json").json[0]["note"] == "of the backup"
    note(twauth, "mine")
    replaced = with_passphrase(twauth, "restore", str(path), "--conflicts", "replace")
    assert replaced.out == "Restored: 1 replaced, 1 left as they were.\n"


def test_refusals_have_their_own_codes(
    bare: TwauthCommand, twauth: TwauthCommand, path: Path
) -> None:
    path.write_text("a shopping list", "utf-8")
    assert twauth("restore", str(path)).code == 4, "nobody gives a passphrase"
    assert with_passphrase(twauth, "restore", str(path)).code == 1
    assert with_passphrase(twauth, "restore", str(path.with_name("absent"))).code == 3
    assert twauth("restore", str(path), "--json").code == 2
    path.unlink()
    assert with_passphrase(twauth, "backup", str(path)).code == 0
    wrong = with_passphrase(twauth, "restore", str(path), passphrase="a wrong one")
    assert (wrong.code, "That passphrase does not open this backup" in wrong.err) == (4, True)
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    refused = with_passphrase(bare, "backup", str(pipe), "--force")
    assert (refused.code, "not an ordinary file" in refused.err) == (1, True)
    assert pipe.is_fifo()


def test_what_a_forged_backup_brings_along_is_reported_and_left(
    twauth: TwauthCommand, elsewhere: TwauthCommand, app: str, path: Path
) -> None:
    """Its author knows the passphrase, and wants the keys of the user who restores it."""
    assert with_passphrase(twauth, "backup", str(path)).code == 0
    secret = Secret(PASSPHRASE)
    fields = json.loads(pack_backup(read_backup(path, secret)))
    fields["settings"] = {"network": json.dumps({"proxy": "http://evil.example:3128"})}
    away = {**fields["apps"][0], "id": "other", "api_host": "http://evil.example", "label": "Other"}
    raw = json.dumps({**fields, "apps": [*fields["apps"], away]}).encode()
    path.write_bytes(seal(raw, derive_new_key(secret, path), SealPurpose.BACKUP))
    shown = with_passphrase(elsewhere, "restore", str(path), "--dry-run")
    assert "1 new, 1 refused. It also holds settings of the computer" in shown.err
    assert "refused   Other  Refused: http://evil.example is not protected." in shown.out
    done = with_passphrase(elsewhere, "restore", str(path))
    assert (done.code, done.out) == (0, "Restored: 1 added, 1 refused.\n")
    assert "Other: Refused: http://evil.example is not protected." in done.err
    assert elsewhere("network", "--json").json["proxy"] != "http://evil.example:3128"
    assert [one["label"] for one in elsewhere("app", "list", "--json").json] == [app]


def test_of_four_concurrent_backups_to_one_file_one_wins(
    twauth: TwauthCommand, app: str, path: Path
) -> None:
    with ThreadPoolExecutor(4) as together:
        calls = [together.submit(with_passphrase, twauth, "backup", str(path)) for _ in range(4)]
        results = [one.result() for one in calls]
    assert sorted(one.code for one in results) == [0, 1, 1, 1], [one.err for one in results]
    output = [one.err for one in results if one.code]
    assert all("already exists" in err and "--force" in err for err in output), output
    assert with_passphrase(twauth, "restore", str(path), "--dry-run").code == 0
    assert [one.name for one in path.parent.iterdir() if "twauth" in one.name] == [path.name]


def test_the_format_of_age(
    twauth: TwauthCommand, elsewhere: TwauthCommand, app: str, tmp_path: Path
) -> None:
    path = tmp_path / "all.age"
    assert with_passphrase(twauth, "backup", str(path)).code == 0
    assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
    done = with_passphrase(elsewhere, "restore", str(path))
    assert done.out == "Restored: 1 added.\n", done.err
    assert [one["label"] for one in elsewhere("app", "list", "--json").json] == [app]
