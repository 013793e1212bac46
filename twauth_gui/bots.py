"""The door for bots in Python: a ready client, its credentials out of the keychain."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from twauth_gui.cli.errors import CliError
from twauth_gui.cli.lookup import NameLookup
from twauth_gui.cli.passphrase import PassphraseReader
from twauth_gui.cli.session import Session
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.store.vault_errors import FileLockedError
from twauth_gui.store.vault_selection import VaultKind

if TYPE_CHECKING:
    import tweepy  # pyright: ignore[reportMissingTypeStubs]

    from twauth_gui.cli.console import Console
    from twauth_gui.services.vault_service import VaultService


def client(account: str | None = None, *, data_dir: str | Path | None = None) -> tweepy.Client:
    """Give a tweepy.Client that is ready to act as an account.

    Args:
        account: "@handle", or "app/@handle" where a handle stands under two apps; the user id
            does as well; the active account where it is left out.
        data_dir: the folder of the list of accounts, where it is not the usual one.

    Any thread may call it. The passphrase of the encrypted file is typed, or comes on the file
    descriptor that TWAUTH_PASSPHRASE_FD names, one line for each call.

    Raises:
        LookupError: there is no such account, or there are several.
        DiagnosedError: the keychain refuses, or has lost the credentials; it says what to do.
    """
    session = Session(data_dir=None if data_dir is None else Path(data_dir))
    session.console.quiet = True
    with session.open_index() as services:
        try:
            chosen = NameLookup(services.store, session.console, whole=True).find_account(account)
        except CliError as error:
            raise LookupError(" ".join((error.title, error.advice, *error.choices))) from None
        _unlock_file(services.vaults, session.console)
        program = PurePath(sys.argv[0] or "python").name
        return services.bot_clients.create(chosen.id, program, CancelToken())


def _unlock_file(storage: VaultService, console: Console) -> None:
    """Unlock the encrypted file where it is in use; signals stay the bot's own, so without a job.

    Raises:
        VaultError: it does not open the file, or nobody can give the passphrase.
    """
    if storage.read_selected_kind() is not VaultKind.FILE:
        return
    try:
        storage.unlock(PassphraseReader(console).read_current())
    except CliError as error:
        raise FileLockedError(storage.file_vault.path, error.advice) from None
