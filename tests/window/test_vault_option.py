"""The window takes --vault: a new folder begins with the file, another one has to agree."""

from __future__ import annotations

import pytest

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.app import parse_arguments
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.diagnosis_view import StartFailureWindow
from twauth_gui.store.vault_selection import VaultKind


def test_a_new_folder_begins_with_the_file(
    driver: WindowDriver, installation: Installation
) -> None:
    # As app.main does, though a keychain is there.
    installation.services.vaults.select(VaultKind("file"))
    driver.open()
    driver.wait_for_text("The file cannot be opened without this passphrase")
    driver.press("Cancel")
    driver.wait_for_text("The encrypted file does not exist yet.")
    assert not driver.has_text("Bring it back"), "there never was one"
    driver.press("Create encrypted file")
    driver.type("Passphrase", "marsh marigold ferry")
    driver.type("Repeat the passphrase", "marsh marigold ferry")
    driver.press("Create file")
    driver.wait_for_text("go into the encrypted file")
    assert installation.vault.items == {}


def test_a_file_that_is_lost_is_distinguished_from_one_that_never_was(
    driver: WindowDriver, installation: Installation
) -> None:
    installation.services.vaults.create_file_vault(Secret("marsh marigold ferry"))
    installation.services.vaults.file_vault.path.unlink()
    installation.restart()
    installation.services.vaults.select(VaultKind.FILE)
    driver.open()
    driver.wait_for_text("There is no encrypted file.")
    assert driver.has_text("If it was moved, put it back.")
    assert not driver.has_text("not created yet")
    assert driver.has_button("Create encrypted file")


@pytest.mark.usefixtures("app")
def test_another_vault_than_the_one_in_use_is_refused(
    driver: WindowDriver, installation: Installation
) -> None:
    with pytest.raises(DiagnosedError) as refused:
        installation.services.vaults.select(VaultKind.FILE)
    alone = StartFailureWindow(driver.look, refused.value.diagnosis)
    assert "twauth vault move file" in refused.value.diagnosis.advice
    alone.close()
    alone.deleteLater()
    driver.open()


def test_what_can_be_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert parse_arguments([]).vault is None
    assert parse_arguments(["--vault", "file"]).vault == "file"
    monkeypatch.setenv("TWAUTH_VAULT", "file")
    assert parse_arguments([]).vault == "file"
    assert parse_arguments(["--vault", "keychain"]).vault == "keychain"
    with pytest.raises(SystemExit):
        _ = parse_arguments(["--vault", "elsewhere"])
    assert "--vault" in capsys.readouterr().err
    monkeypatch.setenv("TWAUTH_VAULT", "elsewhere")
    with pytest.raises(SystemExit):
        _ = parse_arguments([])
    assert "neither keychain nor file" in capsys.readouterr().err
