"""Everything is in the selected vault, and complete after every migration."""

from __future__ import annotations

import pytest

from tests.support.installations import Installation, demo_app_keys
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.passphrases import advise_on_passphrase, find_passphrase_problem
from twauth_gui.store.crash_recovery import RecoveryReport
from twauth_gui.store.vault_errors import (
    FileLockedError,
    VaultAbsentError,
    VaultDismissedError,
    VaultHungError,
    VaultLockedError,
    WrongPassphraseError,
)
from twauth_gui.store.vault_selection import VaultKind

PASSPHRASE, OTHER = Secret("marsh marigold ferry"), Secret("another one entirely")


def test_a_fresh_folder_takes_the_file_and_keeps_to_it(installation: Installation) -> None:
    installation.vault.fail_with = VaultAbsentError()
    storage = installation.services.vaults
    storage.select(VaultKind.FILE)
    storage.create_file_vault(PASSPHRASE)
    account = installation.sign_in(installation.add_app())
    assert storage.vault.name == "The encrypted file"
    assert len(storage.file_vault.services()) == 2
    assert installation.vault.items == {}

    installation.restart()
    storage = installation.services.vaults
    assert storage.read_selected_kind() is VaultKind.FILE
    with pytest.raises(FileLockedError):
        _ = installation.services.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)
    with pytest.raises(WrongPassphraseError):
        storage.unlock(OTHER)
    storage.unlock(PASSPHRASE)
    assert installation.services.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)


@pytest.mark.usefixtures("app")
def test_another_vault_than_the_one_in_use_is_refused(installation: Installation) -> None:
    storage = installation.services.vaults
    storage.select(None)
    storage.select(VaultKind.KEYCHAIN)
    with pytest.raises(DiagnosedError, match="twauth vault move file") as refused:
        storage.select(VaultKind.FILE)
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_VAULT
    _ = storage.migrate(VaultKind.FILE, PASSPHRASE)
    storage.select(VaultKind.FILE)
    with pytest.raises(DiagnosedError, match="twauth vault move keychain"):
        storage.select(VaultKind.KEYCHAIN)


def test_everything_moves_there_and_back_and_leaves_nothing(
    installation: Installation, app: App
) -> None:
    account = installation.sign_in(app)
    before = dict(installation.vault.items)
    storage = installation.services.vaults
    steps: list[tuple[int, int]] = []
    moved = storage.migrate(
        VaultKind.FILE, PASSPHRASE, lambda done, total: steps.append((done, total))
    )
    assert (moved.items, moved.missing, moved.not_deleted) == (2, (), 0)
    assert steps[-1] == (2, 2)
    assert installation.vault.items == {}
    assert storage.selected_kind is VaultKind.FILE
    assert installation.services.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)
    assert storage.migrate(VaultKind.KEYCHAIN).items == 2
    assert installation.vault.items == before
    assert not storage.file_vault.exists


def test_a_move_that_fails_leaves_no_empty_file(installation: Installation, app: App) -> None:
    installation.vault.fail_with, installation.vault.fail_on = (
        VaultLockedError("Test Keyring"),
        "read",
    )
    with pytest.raises(VaultLockedError):
        _ = installation.services.vaults.migrate(VaultKind.FILE, PASSPHRASE)
    installation.vault.fail_with = None
    assert not installation.services.vaults.file_vault.exists
    assert installation.services.store.apps.read_keys(app.id) == demo_app_keys(installation.sandbox)


def test_an_interrupted_migration_is_finished_with_both_vaults(
    installation: Installation, app: App
) -> None:
    installation.vault.fail_with, installation.vault.fail_on = (
        VaultHungError("Test Keyring"),
        "read",
    )
    with pytest.raises(VaultHungError):
        _ = installation.services.vaults.migrate(VaultKind.FILE, PASSPHRASE)
    installation.vault.fail_with = None
    installation.restart()
    storage = installation.services.vaults
    with pytest.raises(FileLockedError):
        _ = storage.finish_interrupted_migration()
    storage.open_file_vault(PASSPHRASE)
    recovery = storage.finish_interrupted_migration()
    assert recovery is not None
    assert recovery.is_undone
    assert "Nothing was lost" in recovery.message
    assert storage.finish_interrupted_migration() is None
    assert not storage.file_vault.exists
    assert installation.services.store.apps.read_keys(app.id) == demo_app_keys(installation.sandbox)


def test_what_another_process_moved_is_found_where_it_is(
    installation: Installation, app: App
) -> None:
    twin = installation.open_second()
    assert installation.services.store.apps.read_keys(app.id) == demo_app_keys(installation.sandbox)
    _ = installation.services.vaults.migrate(VaultKind.FILE, PASSPHRASE)
    with pytest.raises(FileLockedError):
        _ = twin.store.apps.read_keys(app.id)
    assert twin.vaults.selected_kind is VaultKind.FILE
    twin.vaults.unlock(PASSPHRASE)
    assert twin.store.apps.read_keys(app.id) == demo_app_keys(installation.sandbox)
    twin.close()


def test_locked_gives_nothing_out_and_knows_no_key(installation: Installation, app: App) -> None:
    storage = installation.services.vaults
    storage.lock()
    with pytest.raises(VaultLockedError, match="Twauth is locked"):
        _ = installation.services.store.apps.read_keys(app.id)
    problem = storage.find_problem()
    assert problem is not None
    assert "Test Keyring" in problem.advice
    storage.unlock()
    assert storage.find_problem() is None

    _ = storage.migrate(VaultKind.FILE, PASSPHRASE)
    storage.lock()
    assert storage.file_vault.is_locked
    with pytest.raises(FileLockedError):
        _ = installation.services.store.apps.read_keys(app.id)
    with pytest.raises(WrongPassphraseError):
        storage.unlock(OTHER)
    assert storage.is_locked
    storage.unlock(PASSPHRASE)
    assert installation.services.store.apps.read_keys(app.id) == demo_app_keys(installation.sandbox)


def test_a_late_lock_does_not_undo_an_unlock(installation: Installation, app: App) -> None:
    storage = installation.services.vaults
    _ = storage.migrate(VaultKind.FILE, PASSPHRASE)
    _ = storage.block_access()
    storage.unlock(PASSPHRASE)
    storage.forget_key()
    assert not storage.is_locked
    assert installation.services.store.apps.read_keys(app.id) == demo_app_keys(installation.sandbox)


def test_a_keychain_that_is_gone_locks_nobody_out(installation: Installation, app: App) -> None:
    storage = installation.services.vaults
    storage.lock()
    installation.vault.fail_with = VaultDismissedError("Test Keyring")
    with pytest.raises(VaultDismissedError):
        storage.unlock()
    after_no = storage.is_locked
    installation.vault.fail_with = VaultAbsentError()
    with pytest.raises(VaultAbsentError):
        storage.unlock()
    assert (after_no, storage.is_locked) == (True, False)
    installation.vault.fail_with = None
    assert installation.services.store.apps.read_keys(app.id) == demo_app_keys(installation.sandbox)


def test_an_interrupted_migration_is_finished_once_the_file_is_open(
    installation: Installation,
) -> None:
    installation.services.vaults.create_file_vault(PASSPHRASE)
    account = installation.sign_in(installation.add_app())
    installation.services.account_removal.remove(account.id)
    installation.services.vaults.file_vault.lock()
    installation.services.account_removal.purge(account.id)  # its item cannot be deleted now
    installation.restart()
    assert "is locked" in installation.services.store.recover().messages[0]
    storage = installation.services.vaults
    storage.unlock(PASSPHRASE)
    assert len(storage.file_vault.services()) == 2
    assert storage.recover() == RecoveryReport(orphans=1)
    assert storage.finish_interrupted_migration() is None
    assert len(storage.file_vault.services()) == 1


def test_an_older_file_in_its_place_is_reported(installation: Installation) -> None:
    storage = installation.services.vaults
    storage.create_file_vault(PASSPHRASE)
    older = storage.file_vault.path.read_bytes()
    _ = installation.add_app()
    installation.restart()
    storage = installation.services.vaults
    _ = storage.file_vault.path.write_bytes(older)
    storage.unlock(PASSPHRASE)
    (warning,) = storage.warnings
    assert "An older copy of the encrypted file is in its place." in warning


def test_the_hint_at_a_passphrase_never_calls_one_strong() -> None:
    assert advise_on_passphrase(Secret("")) == ""
    assert "Short: 9 characters" in advise_on_passphrase(Secret("ferryboat"))
    assert "few different" in advise_on_passphrase(Secret("abcabcabcabcabc"))
    assert "Only digits" in advise_on_passphrase(Secret("195201260311999"))
    assert advise_on_passphrase(PASSPHRASE) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", "Too short: 1 character. Use at least 8."),
        ("ferries", "Too short: 7 characters."),
        ("ünï🚢", "Too short: 4 characters."),
        ("aAaAaAbbbbbb", "Too few different characters"),
        ("19520126", "Too few digits: 8. Use at least 12."),
        ("ferryboa", ""),
        ("195201260311", ""),
        ("", ""),
    ],
)
def test_what_is_guessed_in_no_time_is_refused(text: str, words: str) -> None:
    refused = find_passphrase_problem(Secret(text))
    assert refused.startswith(words)
    assert bool(refused) == bool(words)
    if refused:
        assert advise_on_passphrase(Secret(text)) == refused, "it is told while it is typed"
