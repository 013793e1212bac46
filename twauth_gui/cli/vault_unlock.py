"""Prepare the vault for a command: create it, unlock it, finish an interrupted migration."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError
from twauth_gui.cli.passphrase import PassphraseReader
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.secret import Secret
from twauth_gui.services.container import Services
from twauth_gui.services.vault_service import VaultService
from twauth_gui.store.vault_errors import FileAbsentError, VaultError, WrongPassphraseError
from twauth_gui.store.vault_selection import VaultKind

_TRIES = 3


def prepare_vault(storage: VaultService, console: Console, *, renew: bool = False) -> None:
    """Unlock the encrypted file if it is in use, or create it if it was chosen for a new folder.

    renew: create it also if it is lost.

    Raises:
        CliError: there is no way to get the passphrase.
        VaultError: the passphrase does not open the file, or the file cannot be used.
    """
    passphrases = PassphraseReader(console)
    if storage.read_selected_kind() is not VaultKind.FILE:
        return
    if storage.is_empty() or (renew and not storage.file_vault.exists):
        create_or_unlock_file(storage, passphrases, console, storage.create_file_vault)
    elif not storage.file_vault.exists:
        raise FileAbsentError(storage.file_vault.path)
    else:
        _ = unlock_file(storage.unlock, passphrases, console)
    print_file_warnings(storage, console)


def unlock_file_if_possible(console: Console, storage: VaultService) -> None:
    """Unlock the encrypted file if it is in use and its passphrase can be read.

    Raises:
        VaultError: the passphrase does not open the file.
    """
    if storage.read_selected_kind() is VaultKind.FILE and storage.file_vault.exists:
        with contextlib.suppress(CliError):
            _ = unlock_file(storage.unlock, PassphraseReader(console), console)


def create_or_unlock_file(
    storage: VaultService,
    passphrases: PassphraseReader,
    console: Console,
    open_file: Callable[[Secret], None],
) -> None:
    """Call open_file with the passphrase of the existing file, or with a new one."""
    if storage.file_vault.exists:
        _ = unlock_file(open_file, passphrases, console)
        return
    passphrase = passphrases.read_new()
    console.jobs.run(lambda _cancel: open_file(passphrase))
    console.note(f"Created the encrypted file {storage.file_vault.path}.")


def unlock_file(
    unlock: Callable[[Secret], None], passphrases: PassphraseReader, console: Console
) -> Secret:
    """Read the passphrase until it opens the file, three times at most, and return it.

    Raises:
        CliError: there is no way to get the passphrase.
        WrongPassphraseError: it does not open the file.
    """
    for left in reversed(range(_TRIES)):
        passphrase = passphrases.read_current()
        try:
            console.jobs.fetch(partial(_unlock_with, unlock, passphrase))
        except WrongPassphraseError as error:
            if not left or not passphrases.can_ask_again:
                raise
            console.print_problem(error.diagnosis.title)
        else:
            return passphrase
    raise AssertionError("the last try raises")


def _unlock_with(
    unlock: Callable[[Secret], None], passphrase: Secret, _cancel: CancelToken
) -> None:
    unlock(passphrase)


def finish_interrupted_migration(services: Services, console: Console) -> None:
    """Finish or undo an interrupted migration; print it if that has to wait."""
    if services.store.is_read_only or services.store.vault_selection.pending_migration() is None:
        return
    storage = services.vaults
    try:
        if storage.file_vault.exists and storage.file_vault.is_locked:
            console.note(
                "Moving the credentials was interrupted. The encrypted file is needed to finish it."
            )
            _ = unlock_file(storage.open_file_vault, PassphraseReader(console), console)
        outcome = console.jobs.run(lambda _cancel: storage.finish_interrupted_migration())
    except VaultError as error:
        console.warn(f"Not finished yet: {error.diagnosis.to_sentence()}")
    except CliError as error:  # no passphrase here; a later command may get it
        console.warn(f"Not finished yet: {error.title}")
    else:
        if outcome is not None:
            console.warn(outcome.message)


def print_file_warnings(storage: VaultService, console: Console) -> None:
    """Print the warnings of the encrypted file, once."""
    for sentence in storage.warnings:
        console.warn(sentence)
    storage.warnings.clear()
