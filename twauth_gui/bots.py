"""A ready tweepy.Client for a bot in Python, with credentials from the keychain."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from twauth_gui.domain.account_names import find_accounts, parse_account_name, qualified_name
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import open_services
from twauth_gui.services.passphrases import DESCRIPTOR_VARIABLE, PassphraseDescriptor
from twauth_gui.services.vault_service import make_keychain_vault
from twauth_gui.store.store import Store
from twauth_gui.store.vault_selection import VaultKind

if TYPE_CHECKING:
    import tweepy  # pyright: ignore[reportMissingTypeStubs]


def client(account: str | None = None, *, data_dir: str | Path | None = None) -> tweepy.Client:
    """Return a tweepy.Client that is ready to act as an account.

    Any thread may call it. If the credentials are in the encrypted file, each call reads its
    passphrase as one line from the file descriptor that TWAUTH_PASSPHRASE_FD names.

    Args:
        account: "@handle", or "app/@handle" if the handle exists under two apps, or the user id;
            the active account if it is left out.
        data_dir: the folder of the account list, if it is not the default one.

    Raises:
        LookupError: there is no such account, or there are several.
        DiagnosedError: the keychain refuses, or has lost the credentials; it says what to do.
    """
    services = open_services(
        find_app_paths(None if data_dir is None else Path(data_dir)), make_keychain_vault()
    )
    try:
        found = _find_account(services.store, account)
        if services.vaults.read_selected_kind() is VaultKind.FILE:
            services.vaults.unlock(_read_passphrase())
        program = PurePath(sys.argv[0] or "python").name
        return services.bot_clients.create(found.id, program, CancelToken())
    finally:
        services.close()


def _find_account(store: Store, name: str | None) -> Account:
    accounts = store.accounts.list_all()
    if name is None:
        active = store.settings.active_account()
        found = [one for one in accounts if one.id == active]
        problem = "No account is active. Name one as @handle, or choose one: twauth use @handle"
    else:
        labels = {app.id: app.label for app in store.apps.list_all()}
        found = find_accounts(parse_account_name(name), accounts, labels)
        problem = f"There is no account {name}. twauth list shows the accounts."
        if len(found) > 1:
            names = ", ".join(qualified_name(one, labels) for one in found)
            problem = f"{name} matches several accounts. Name one of these: {names}"
    if len(found) != 1:
        raise LookupError(problem)
    return found[0]


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
