"""Gets the vault ready for a command: created, unlocked, its unfinished move settled."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial

from twauth_gui.cli.console import Console
from twauth_gui.cli.passphrase import Passphrases
from twauth_gui.cli.refusal import CliError
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import Services
from twauth_gui.services.storage import Storage
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.sealed_errors import FileAbsentError, WrongPassphraseError
from twauth_gui.store.vault_errors import VaultError

_TRIES = 3


def make_ready(storage: Storage, console: Console, *, renew: bool = False) -> None:
    """Unlock the encrypted file where it is in use, or create it where a new folder is to have it.

    renew: create it also where it is lost.

    Raises:
        RefusedError: nobody can give the passphrase.
        VaultError: it does not open the file, or the file cannot be used.
    """
    passphrases = Passphrases(console)
    if storage.look_up() is not VaultKind.FILE:
        return
    if storage.is_fresh() or (renew and not storage.file.exists):
        begin_file(storage, passphrases, console, storage.create_file)
    elif not storage.file.exists:
        raise FileAbsentError(storage.file.path)
    else:
        _ = open_file(storage.unlock, passphrases, console)
    tell_news(storage, console)


def unlock_if_asked(console: Console, storage: Storage) -> None:
    """Unlock the encrypted file where it is in use, and somebody gives the passphrase.

    Raises:
        VaultError: it does not open the file.
    """
    if storage.look_up() is VaultKind.FILE and storage.file.exists:
        with contextlib.suppress(CliError):
            _ = open_file(storage.unlock, Passphrases(console), console)


def begin_file(
    storage: Storage,
    passphrases: Passphrases,
    console: Console,
    begin: Callable[[Secret], None],
) -> None:
    """Call begin with a new passphrase, or with the one of a file that is there."""
    if storage.file.exists:
        _ = open_file(begin, passphrases, console)
        return
    passphrase = passphrases.new()
    console.jobs.run(lambda _cancel: begin(passphrase))
    console.note(f"Created the encrypted file {storage.file.path}.")


def open_file(
    unlock: Callable[[Secret], None], passphrases: Passphrases, console: Console
) -> Secret:
    """Ask for the passphrase until it fits, a few times at most; give it.

    Raises:
        WrongPassphraseError: it did not fit, and nobody can correct it.
    """
    for left in reversed(range(_TRIES)):
        passphrase = passphrases.current()
        try:
            console.jobs.fetch(partial(_with, unlock, passphrase))
        except WrongPassphraseError as error:
            if not left or not passphrases.may_ask_again:
                raise
            console.problem(error.diagnosis.title)
        else:
            return passphrase
    raise AssertionError("the last try raises")


def _with(unlock: Callable[[Secret], None], passphrase: Secret, _cancel: CancelToken) -> None:
    unlock(passphrase)


def settle_move(kit: Services, console: Console) -> None:
    """Undo or finish a move that was cut off; where that has to wait, say so."""
    if kit.store.is_read_only or kit.store.vault_selection.move_under_way() is None:
        return
    storage = kit.storage
    try:
        if storage.file.exists and storage.file.locked:
            console.note("Moving the credentials was cut off. The encrypted file is needed for it.")
            _ = open_file(storage.open_file, Passphrases(console), console)
        settled = console.jobs.run(lambda _cancel: storage.settle())
    except VaultError as error:
        console.warn(f"Cleaning up waits: {error.diagnosis.sentence()}")
    except CliError as error:  # nobody is there to give the passphrase; the next one may
        console.warn(f"Cleaning up waits: {error.title}")
    else:
        if settled is not None:
            console.warn(settled.message)


def tell_news(storage: Storage, console: Console) -> None:
    """Pass on what the encrypted file noticed about itself."""
    for sentence in storage.news:
        console.warn(sentence)
    storage.news.clear()
