"""The door for bots in Python: a ready client, its credentials out of the keychain."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from twauth_gui.cli.choosing import Chooser
from twauth_gui.cli.refusal import RefusedError
from twauth_gui.cli.session import Session
from twauth_gui.cli.vaults import make_ready
from twauth_gui.domain.cancel import CancelToken

if TYPE_CHECKING:
    import tweepy  # pyright: ignore[reportMissingTypeStubs]


def client(account: str | None = None, *, data_dir: str | Path | None = None) -> tweepy.Client:
    """Give a tweepy.Client that is ready to act as an account.

    Args:
        account: "@handle", or "app/@handle" where a handle stands under two apps; the active
            account where it is left out.
        data_dir: the folder of the list of accounts, where it is not the usual one.

    Raises:
        LookupError: there is no such account, or there are several.
        DiagnosedError: the keychain refuses, or has lost the credentials; it says what to do.
    """
    session = Session(data_dir=None if data_dir is None else Path(data_dir))
    session.console.quiet = True
    with session.lists() as kit:
        try:
            chosen = Chooser(kit.store, generous=False).account(account)
        except RefusedError as error:
            raise LookupError(" ".join((error.title, error.advice, *error.choices))) from None
        make_ready(kit.storage, session.console)
        program = PurePath(sys.argv[0] or "python").name
        return kit.bot_clients.make(chosen.id, program, CancelToken())
