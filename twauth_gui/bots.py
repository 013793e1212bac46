"""What a bot in Python asks for: a ready client or API of tweepy, or the credentials themselves.

Neither the window nor the command is loaded, and nothing is asked at a terminal.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.account_lookup import AccountLookup
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.passphrases import DESCRIPTOR_VARIABLE, PassphraseDescriptor
from twauth_gui.services.vault_service import make_keychain_vault
from twauth_gui.store.vault_selection import VaultKind

if TYPE_CHECKING:
    import tweepy  # pyright: ignore[reportMissingTypeStubs]

    from twauth_gui.services.bot_clients import BotCredentials

_UNLOCK_LOCK = threading.Lock()
"""Held while the encrypted file is unlocked: lines of a descriptor must not be mixed, and each
derivation of a key takes 64 MiB."""


def client(account: str | None = None, *, data_dir: str | Path | None = None) -> tweepy.Client:
    """Return a tweepy.Client that is ready to act as an account.

    Any thread may call it. If the credentials are in the encrypted file, each call reads its
    passphrase as one line from the file descriptor that TWAUTH_PASSPHRASE_FD names.

    Args:
        account: "@handle", or "app/@handle" if the handle exists under two apps, or the user id. If
            it is left out: what TWAUTH_ACCOUNT names, else the nearest file .twauth in the current
            folder or above, else the active account.
        data_dir: the folder of the account list, if it is not the default one.

    Raises:
        LookupError: there is no such account, or there are several.
        DiagnosedError: the keychain refuses, or has lost the credentials; it says what to do.
    """
    with _open_account(account, data_dir) as (services, account_id):
        return services.bot_clients.create(account_id, _name_program(), CancelToken())


def api(account: str | None = None, *, data_dir: str | Path | None = None) -> tweepy.API:
    """Return a tweepy.API, for version 1.1 and uploads of media, that acts as an account.

    Arguments and exceptions are those of client(). The account needs OAuth 1.0a.
    """
    with _open_account(account, data_dir) as (services, account_id):
        return services.bot_clients.create_api(account_id, _name_program())


def credentials(
    account: str | None = None, *, oauth2: bool = False, data_dir: str | Path | None = None
) -> BotCredentials:
    """Return an account's credentials, for another library than tweepy.

    Arguments and exceptions are those of client(). oauth2: whether an OAuth 2.0 access token that
    is valid now is wanted although the account has OAuth 1.0a.
    """
    with _open_account(account, data_dir) as (services, account_id):
        return services.bot_clients.read_credentials(
            account_id, _name_program(), CancelToken(), oauth2=oauth2
        )


@contextmanager
def _open_account(
    name: str | None, data_dir: str | Path | None
) -> Generator[tuple[Services, AccountId]]:
    """Open the services for one call, with the vault unlocked; no state is shared by threads."""
    paths = find_app_paths(None if data_dir is None else Path(data_dir))
    services = open_services(paths, make_keychain_vault())
    try:
        found = AccountLookup(services.store).find(name)
        if services.vaults.read_selected_kind() is VaultKind.FILE:
            with _UNLOCK_LOCK:
                services.vaults.unlock(_read_passphrase())
        yield services, found.id
    finally:
        services.close()


def _name_program() -> str:
    return PurePath(sys.argv[0] or "python").name


def _read_passphrase() -> Secret:
    try:
        passphrase = PassphraseDescriptor().read_line()
    except OSError:
        passphrase = None
    if passphrase is None:
        raise DiagnosedError(
            Diagnosis(
                ProblemKind.KEYCHAIN_LOCKED,
                "The encrypted file is locked.",
                "Pass its passphrase on a file descriptor, one line for each call:"
                f" {DESCRIPTOR_VARIABLE}=3 python bot.py 3<FILE",
            )
        )
    return passphrase
