"""The door for bots in Python: a ready client, its credentials out of the keychain."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from twauth_gui.cli.choosing import Chooser
from twauth_gui.cli.passphrase import Passphrases
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.sealed_errors import FileLockedError

if TYPE_CHECKING:
    import tweepy  # pyright: ignore[reportMissingTypeStubs]

    from twauth_gui.cli.console import Console
    from twauth_gui.services.storage import Storage


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
    with session.lists() as kit:
        try:
            chosen = Chooser(kit.store, session.console, whole=True).account(account)
        except CliError as error:
            raise LookupError(" ".join((error.title, error.advice, *error.choices))) from None
        _open(kit.storage, session.console)
        program = PurePath(sys.argv[0] or "python").name
        return kit.bot_clients.make(chosen.id, program, CancelToken())


def _open(storage: Storage, console: Console) -> None:
    """Unlock the encrypted file where it is in use; signals stay the bot's own, so without a job.

    Raises:
        VaultError: it does not open the file, or nobody can give the passphrase.
    """
    if storage.look_up() is not VaultKind.FILE:
        return
    try:
        storage.unlock(Passphrases(console).current())
    except CliError as error:
        raise FileLockedError(storage.file.path, error.advice) from None
