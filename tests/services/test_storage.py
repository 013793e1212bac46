"""Proves that everything is where it was chosen to be, and comes whole through every move."""

from __future__ import annotations

import pytest

from tests.services.ground import Ground, keys_of
from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.parts import CredentialField
from twauth_gui.services.passphrases import advice_on, refusal_of
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.recovery import Recovery
from twauth_gui.store.sealed_errors import FileLockedError, WrongPassphraseError
from twauth_gui.store.vault_errors import (
    VaultAbsentError,
    VaultDismissedError,
    VaultHungError,
    VaultLockedError,
)

PASSPHRASE, OTHER = Secret("marsh marigold ferry"), Secret("another one entirely")


def test_a_fresh_folder_takes_the_file_and_keeps_to_it(ground: Ground) -> None:
    ground.vault.fail_with = VaultAbsentError()
    storage = ground.kit.storage
    storage.require(VaultKind.FILE)
    storage.create_file(PASSPHRASE)
    account = ground.sign_in(ground.add_app())
    assert storage.vault.name == "The encrypted file"
    assert len(storage.file.services()) == 2
    assert ground.vault.items == {}

    ground.restart()
    storage = ground.kit.storage
    assert storage.look_up() is VaultKind.FILE
    with pytest.raises(FileLockedError):
        _ = ground.kit.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)
    with pytest.raises(WrongPassphraseError):
        storage.unlock(OTHER)
    storage.unlock(PASSPHRASE)
    assert ground.kit.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)


@pytest.mark.usefixtures("app")
def test_another_vault_than_the_one_in_use_is_refused(ground: Ground) -> None:
    storage = ground.kit.storage
    storage.require(None)
    storage.require(VaultKind.KEYCHAIN)
    with pytest.raises(DiagnosedError, match="twauth vault move file") as refused:
        storage.require(VaultKind.FILE)
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_VAULT
    _ = storage.move(VaultKind.FILE, PASSPHRASE)
    storage.require(VaultKind.FILE)
    with pytest.raises(DiagnosedError, match="twauth vault move keychain"):
        storage.require(VaultKind.KEYCHAIN)


def test_everything_moves_there_and_back_and_leaves_nothing(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    before = dict(ground.vault.items)
    storage = ground.kit.storage
    steps: list[tuple[int, int]] = []
    moved = storage.move(
        VaultKind.FILE, PASSPHRASE, lambda done, total: steps.append((done, total))
    )
    assert (moved.items, moved.missing, moved.left) == (2, (), 0)
    assert steps[-1] == (2, 2)
    assert ground.vault.items == {}
    assert storage.kind is VaultKind.FILE
    assert ground.kit.exporter.reveal(account.id, CredentialField.ACCESS_TOKEN)
    assert storage.move(VaultKind.KEYCHAIN).items == 2
    assert ground.vault.items == before
    assert not storage.file.exists


def test_a_move_that_fails_leaves_no_empty_file(ground: Ground, app: App) -> None:
    ground.vault.fail_with, ground.vault.fail_on = VaultLockedError("Test Keyring"), "read"
    with pytest.raises(VaultLockedError):
        _ = ground.kit.storage.move(VaultKind.FILE, PASSPHRASE)
    ground.vault.fail_with = None
    assert not ground.kit.storage.file.exists
    assert ground.kit.store.apps.keys(app.id) == keys_of(ground.sandbox)


def test_a_move_that_was_cut_off_is_settled_with_both_ends(ground: Ground, app: App) -> None:
    ground.vault.fail_with, ground.vault.fail_on = VaultHungError("Test Keyring"), "read"
    with pytest.raises(VaultHungError):
        _ = ground.kit.storage.move(VaultKind.FILE, PASSPHRASE)
    ground.vault.fail_with = None
    ground.restart()
    storage = ground.kit.storage
    with pytest.raises(FileLockedError):
        _ = storage.settle()
    storage.open_file(PASSPHRASE)
    settled = storage.settle()
    assert settled is not None
    assert settled.undone
    assert "Nothing was lost" in settled.message
    assert storage.settle() is None
    assert not storage.file.exists
    assert ground.kit.store.apps.keys(app.id) == keys_of(ground.sandbox)


def test_what_another_process_moved_is_found_where_it_is(ground: Ground, app: App) -> None:
    twin = ground.open_again()
    assert ground.kit.store.apps.keys(app.id) == keys_of(ground.sandbox)
    _ = ground.kit.storage.move(VaultKind.FILE, PASSPHRASE)
    with pytest.raises(FileLockedError):
        _ = twin.store.apps.keys(app.id)
    assert twin.storage.kind is VaultKind.FILE
    twin.storage.unlock(PASSPHRASE)
    assert twin.store.apps.keys(app.id) == keys_of(ground.sandbox)
    twin.close()


def test_locked_gives_nothing_out_and_knows_no_key(ground: Ground, app: App) -> None:
    storage = ground.kit.storage
    storage.lock()
    with pytest.raises(VaultLockedError, match="Twauth is locked"):
        _ = ground.kit.store.apps.keys(app.id)
    problem = storage.problem()
    assert problem is not None
    assert "Test Keyring" in problem.advice
    storage.unlock()
    assert storage.problem() is None

    _ = storage.move(VaultKind.FILE, PASSPHRASE)
    storage.lock()
    assert storage.file.locked
    with pytest.raises(FileLockedError):
        _ = ground.kit.store.apps.keys(app.id)
    with pytest.raises(WrongPassphraseError):
        storage.unlock(OTHER)
    assert storage.locked
    storage.unlock(PASSPHRASE)
    assert ground.kit.store.apps.keys(app.id) == keys_of(ground.sandbox)


def test_a_keychain_that_is_gone_locks_nobody_out(ground: Ground, app: App) -> None:
    storage = ground.kit.storage
    storage.lock()
    ground.vault.fail_with = VaultDismissedError("Test Keyring")
    with pytest.raises(VaultDismissedError):
        storage.unlock()
    after_no = storage.locked
    ground.vault.fail_with = VaultAbsentError()
    with pytest.raises(VaultAbsentError):
        storage.unlock()
    assert (after_no, storage.locked) == (True, False)
    ground.vault.fail_with = None
    assert ground.kit.store.apps.keys(app.id) == keys_of(ground.sandbox)


def test_what_was_cut_off_is_settled_once_the_file_is_open(ground: Ground) -> None:
    ground.kit.storage.create_file(PASSPHRASE)
    account = ground.sign_in(ground.add_app())
    ground.kit.account_removal.remove(account.id)
    ground.kit.storage.file.lock()
    ground.kit.account_removal.purge(account.id)  # its item cannot be deleted now
    ground.restart()
    assert "is locked" in ground.kit.store.recover().messages[0]
    storage = ground.kit.storage
    storage.unlock(PASSPHRASE)
    assert len(storage.file.services()) == 2
    assert storage.recover() == Recovery(orphans=1)
    assert storage.settle() is None
    assert len(storage.file.services()) == 1


def test_an_older_file_in_its_place_is_told(ground: Ground) -> None:
    storage = ground.kit.storage
    storage.create_file(PASSPHRASE)
    older = storage.file.path.read_bytes()
    _ = ground.add_app()
    ground.restart()
    storage = ground.kit.storage
    _ = storage.file.path.write_bytes(older)
    storage.unlock(PASSPHRASE)
    (told,) = storage.news
    assert "An older copy of the encrypted file is in its place." in told


def test_the_hint_at_a_passphrase_never_calls_one_strong() -> None:
    assert advice_on(Secret("")) == ""
    assert "Short: 9 characters" in advice_on(Secret("ferryboat"))
    assert "few different" in advice_on(Secret("abcabcabcabcabc"))
    assert "Only digits" in advice_on(Secret("195201260311999"))
    assert advice_on(PASSPHRASE) == ""


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
    refused = refusal_of(Secret(text))
    assert refused.startswith(words)
    assert bool(refused) == bool(words)
    if refused:
        assert advice_on(Secret(text)) == refused, "it is told while it is typed"
