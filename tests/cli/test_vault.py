"""Proves that a script without a keychain keeps everything in the encrypted file, and moves it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.command import CommandResult, TerminalUser, TwauthCommand, approve_link
from tests.support.keychain import SecretService
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.index import Index
from twauth_gui.store.vault_selection import (
    FILE_VAULT_FILE_NAME,
    MigrationNote,
    MigrationStage,
    VaultKind,
    journal_migration,
)

KEYS = "K" * 25 + "\n" + "S" * 50 + "\n"
LOOK = """
import os
print(os.environ["TWITTER_ACCESS_TOKEN"])
print([name for name in os.environ if name.startswith("TWAUTH_PASS")])
for one in range(3, 64):
    try:
        print(os.fstat(one))
    except OSError:
        pass
"""
PASSPHRASE, OTHER = "marsh marigold ferry", "another one entirely"


def with_passphrases(
    twauth: TwauthCommand, passphrases: Sequence[str], *arguments: str, stdin: str = ""
) -> CommandResult:
    """Call it with one passphrase per line on descriptor 3, which a shell opens from a pipe."""
    reading, writing = os.pipe()
    os.write(writing, "".join(f"{one}\n" for one in passphrases).encode())
    os.close(writing)
    try:
        return twauth.call_with_descriptor(
            reading, *arguments, stdin=stdin, TWAUTH_PASSPHRASE_FD=str(reading)
        )
    finally:
        os.close(reading)


def test_the_main_job_without_a_keychain(
    bare: TwauthCommand, sandbox: Sandbox, tmp_path: Path
) -> None:
    file, demo = tmp_path / "data" / "credentials.twauth", sandbox.demo_app
    result = with_passphrases(
        *(bare, [PASSPHRASE], "--vault", "file", "app", "add", "News", "--api-url", sandbox.url),
        stdin=f"{demo.api_key}\n{demo.api_secret}\n",
    )
    assert result.code == 0, result.err
    assert f"Created the encrypted file {file}." in result.err
    assert "saved in the encrypted file" in result.out
    assert file.stat().st_mode & 0o777 == 0o600
    # From now on the folder itself says where they are.
    assert bare("vault", "show", "--json").json["vault"] == "file"
    result = bare("vault")
    assert str(file) in result.out
    assert "locked" in result.out
    authorization = with_passphrases(
        bare, [PASSPHRASE], "authorize", "--app", "News", "--no-wait", "--method", "pin", "--json"
    )
    assert authorization.code == 0, authorization.err
    pin = approve_link(authorization.json["url"], "fernwick_news")
    result = with_passphrases(
        bare, [PASSPHRASE], "resume", authorization.json["id"], "--pin", "-", stdin=f"{pin}\n"
    )
    assert result.code == 0, result.err
    assert [one["handle"] for one in bare("list", "--json").json] == ["fernwick_news"]
    # What a command is given to run can neither read the descriptor nor see that there was one.
    ran = with_passphrases(bare, [PASSPHRASE], "run", "--", sys.executable, "-c", LOOK)
    assert ran.code == 0, ran.err
    token, *more = ran.out.splitlines()
    assert token
    assert more == ["[]"]


def test_nobody_to_give_a_passphrase(bare: TwauthCommand) -> None:
    never = bare("--vault", "file", "vault", "show")
    assert "The encrypted file does not exist yet" in never.out
    assert "Next: twauth --vault file unlock" in never.err
    result = bare("--vault", "file", "app", "add", "News", stdin=KEYS)
    assert result.code == 4
    assert "needs a passphrase" in result.err
    assert "TWAUTH_PASSPHRASE_FD=3" in result.err
    result = with_passphrases(
        bare, [PASSPHRASE], "--vault", "file", "app", "add", "News", stdin=KEYS
    )
    assert result.code == 0
    result = bare("app", "add", "Alerts", stdin=KEYS)
    assert result.code == 4
    assert "The encrypted file is locked." in result.err
    wrong = with_passphrases(bare, [OTHER], "unlock")
    assert wrong.code == 4
    assert "That passphrase does not open the encrypted file." in wrong.err
    assert OTHER not in wrong.err
    assert with_passphrases(bare, [PASSPHRASE], "unlock").code == 0
    empty = with_passphrases(bare, [], "unlock")
    assert empty.code == 4
    assert "no more lines" in empty.err
    unusable = bare("unlock", TWAUTH_PASSPHRASE_FD="99")
    assert unusable.code == 2
    assert "does not name an open file descriptor" in unusable.err


def test_the_doctor_tries_the_file(bare: TwauthCommand) -> None:
    _ = with_passphrases(bare, [PASSPHRASE], "--vault", "file", "app", "add", "News", stdin=KEYS)
    tried = with_passphrases(bare, [PASSPHRASE], "doctor")
    assert tried.code == 0, tried.out
    assert "The encrypted file: wrote, read and deleted a test item" in tried.out
    locked = bare("doctor")
    assert locked.code == 4
    assert "The encrypted file is locked." in locked.out


def test_passphrase_on_standard_input_leaves_the_rest(bare: TwauthCommand) -> None:
    result = bare(
        *("--vault", "file", "app", "add", "News"),
        stdin=f"{PASSPHRASE}\n{KEYS}",
        TWAUTH_PASSPHRASE_FD="0",
    )
    assert result.code == 0, result.err
    assert with_passphrases(bare, [PASSPHRASE], "unlock").code == 0


def test_changing_the_passphrase(bare: TwauthCommand) -> None:
    refused = bare("vault", "change-passphrase")
    assert refused.code == 2
    assert "in the keychain" in refused.err
    _ = with_passphrases(bare, [PASSPHRASE], "--vault", "file", "app", "add", "News", stdin=KEYS)
    changed = with_passphrases(bare, [PASSPHRASE, OTHER], "vault", "change-passphrase")
    assert changed.code == 0, changed.err
    assert with_passphrases(bare, [PASSPHRASE], "unlock").code == 4
    assert with_passphrases(bare, [OTHER], "unlock").code == 0


@pytest.mark.keychain
def test_moving_there_and_back(
    twauth: TwauthCommand, keychain: SecretService, tmp_path: Path
) -> None:
    before = keychain.service_names()
    assert twauth("app", "add", "News", stdin=KEYS).code == 0
    refused = twauth("--vault", "file", "list")
    assert refused.code == 2
    assert "twauth vault move file" in refused.err
    moved = with_passphrases(twauth, [PASSPHRASE], "vault", "move", "file")
    assert (moved.code, moved.out) == (0, "1 item is now in the encrypted file.\n")
    assert keychain.service_names() == before
    assert "already" in with_passphrases(twauth, [PASSPHRASE], "vault", "move", "file").out
    assert twauth("list", TWAUTH_VAULT="keychain").code == 2
    back = with_passphrases(twauth, [PASSPHRASE], "vault", "move", "keychain")
    assert back.code == 0, back.err
    assert len(keychain.service_names() - before) == 1
    assert not (tmp_path / "data" / "credentials.twauth").exists()


@pytest.mark.keychain
def test_a_move_that_was_interrupted_is_undone(twauth: TwauthCommand, tmp_path: Path) -> None:
    """As after a kill while copying: a note of it is in the index, and copies are in a file."""
    assert twauth("app", "add", "News", stdin=KEYS).code == 0
    folder = tmp_path / "data"
    index, file = Index.open(folder), FileVault(folder / FILE_VAULT_FILE_NAME)
    file.create(Secret(PASSPHRASE))
    (app,) = twauth("app", "list", "--json").json
    copied = f"twauth/app/{app['id']}/1"
    file.write(copied, Secret("a copy"))
    journal_migration(
        index, MigrationNote(VaultKind.KEYCHAIN, VaultKind.FILE, MigrationStage.COPYING, (copied,))
    )
    index.close()

    waiting = twauth("app", "add", "Alerts", stdin=KEYS)  # it goes on without the passphrase
    assert waiting.code == 0, waiting.err
    assert "Not finished yet" in waiting.err
    assert twauth("vault", "show", "--json").json["moving"]
    result = with_passphrases(twauth, [PASSPHRASE], "app", "add", "Third", stdin=KEYS)
    assert result.code == 0, result.err
    assert "Nothing was lost: all are in the keychain." in result.err
    assert not file.exists


def test_a_person_is_asked_twice_and_may_mistype_once(bare: TwauthCommand) -> None:
    with TerminalUser(bare.env, "--vault", "file", "app", "add", "News") as person:
        person.wait_for("The file cannot be opened without this passphrase")
        person.wait_for("New passphrase: ")
        person.type("ferry\n")
        person.wait_for("confirmation: ")
        person.type("ferry\n")
        person.wait_for("Too short: 5 characters. Use at least 8.")
        person.wait_for("New passphrase: ", times=2)
        person.type("ferryboat\n")
        person.wait_for("confirmation: ", times=2)
        person.type("ferryboat\n")
        person.wait_for("At least 15 are recommended")
        person.wait_for("API key: ")
        person.type("K" * 25 + "\n")
        person.wait_for("API key secret: ")
        person.type("S" * 50 + "\n")
        assert person.wait_for_exit() == 0
        assert "ferry" not in person.seen
    with TerminalUser(bare.env, "unlock") as person:
        person.wait_for("Passphrase: ")
        person.type("fery\n")
        person.wait_for("does not open the encrypted file")
        person.wait_for("\nPassphrase: ")
        person.type("ferryboat\n")
        person.wait_for("opens the encrypted file")
        assert person.wait_for_exit() == 0


def test_a_script_is_refused_what_is_guessed_in_no_time(
    bare: TwauthCommand, tmp_path: Path
) -> None:
    file, backup = tmp_path / "data" / "credentials.twauth", tmp_path / "all.twauth"
    refused = with_passphrases(bare, ["a"], "--vault", "file", "app", "add", "News", stdin=KEYS)
    assert (refused.code, file.exists()) == (2, False)
    assert "Too short: 1 character. Use at least 8." in refused.err
    result = with_passphrases(
        bare, [PASSPHRASE], "--vault", "file", "app", "add", "News", stdin=KEYS
    )
    assert result.code == 0, result.err
    refused = with_passphrases(bare, [PASSPHRASE, "12345678"], "backup", str(backup))
    assert (refused.code, backup.exists()) == (2, False)
    refused = with_passphrases(bare, [PASSPHRASE, "short"], "vault", "change-passphrase")
    assert refused.code == 2
    assert with_passphrases(bare, [PASSPHRASE], "unlock").code == 0, "it is as it was"


def test_a_lost_file_begins_anew_with_a_backup(bare: TwauthCommand, tmp_path: Path) -> None:
    file, backup = tmp_path / "data" / "credentials.twauth", str(tmp_path / "all.twauth")
    result = with_passphrases(
        bare, [PASSPHRASE], "--vault", "file", "app", "add", "News", stdin=KEYS
    )
    assert result.code == 0, result.err
    assert with_passphrases(bare, [PASSPHRASE, OTHER], "backup", backup).code == 0
    file.unlink()
    lost = with_passphrases(bare, [PASSPHRASE], "app", "bearer", "News")
    assert (lost.code, "twauth restore FILE" in lost.err) == (4, True)
    dry = with_passphrases(bare, [PASSPHRASE, OTHER], "restore", backup, "--dry-run")
    assert (dry.code, file.exists()) == (4, False)
    done = with_passphrases(bare, ["a new one for it", OTHER], "restore", backup)
    assert (done.code, done.out) == (0, "Restored: 1 added.\n"), done.err
    assert f"Created the encrypted file {file}." in done.err
    (app,) = bare("app", "list", "--json").json
    assert app["label"] == "News"
    again = with_passphrases(bare, ["a new one for it", OTHER], "restore", backup)
    assert again.out == "Restored: 1 left as they were.\n"
