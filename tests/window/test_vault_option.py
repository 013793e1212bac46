"""The window takes --vault: a new folder begins with the file, another one has to agree."""

from __future__ import annotations

import pytest

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.app import parse
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.plain_message import PlainMessage
from twauth_gui.store.choice import VaultKind


def test_a_new_folder_begins_with_the_file(desk: Driver, ground: Ground) -> None:
    ground.kit.storage.require(VaultKind("file"))  # as app.main does, though a keychain is there
    desk.open()
    desk.wait_for("Nobody can open the file without this passphrase")
    desk.press("Cancel")
    desk.wait_for("The encrypted file is not created yet.")
    assert not desk.sees("Bring it back"), "there never was one"
    desk.press("Create encrypted file")
    desk.type("Passphrase", "marsh marigold ferry")
    desk.type("Repeat the passphrase", "marsh marigold ferry")
    desk.press("Create file")
    desk.wait_for("go into the encrypted file")
    assert ground.vault.items == {}


def test_a_file_that_is_lost_is_told_from_one_that_never_was(desk: Driver, ground: Ground) -> None:
    ground.kit.storage.create_file(Secret("marsh marigold ferry"))
    ground.kit.storage.file.path.unlink()
    ground.restart()
    ground.kit.storage.require(VaultKind.FILE)
    desk.open()
    desk.wait_for("There is no encrypted file.")
    assert desk.sees("Bring it back from where it was moved.")
    assert not desk.sees("not created yet")
    assert desk.has("Create encrypted file")


@pytest.mark.usefixtures("app")
def test_another_vault_than_the_one_in_use_is_refused(desk: Driver, ground: Ground) -> None:
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.storage.require(VaultKind.FILE)
    alone = PlainMessage(refused.value.diagnosis)
    assert "twauth vault move file" in refused.value.diagnosis.advice
    alone.close()
    alone.deleteLater()
    desk.open()


def test_what_can_be_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert parse([]).vault is None
    assert parse(["--vault", "file"]).vault == "file"
    monkeypatch.setenv("TWAUTH_VAULT", "file")
    assert parse([]).vault == "file"
    assert parse(["--vault", "keychain"]).vault == "keychain"
    with pytest.raises(SystemExit):
        _ = parse(["--vault", "elsewhere"])
    assert "--vault" in capsys.readouterr().err
    monkeypatch.setenv("TWAUTH_VAULT", "elsewhere")
    with pytest.raises(SystemExit):
        _ = parse([])
    assert "neither keychain nor file" in capsys.readouterr().err
