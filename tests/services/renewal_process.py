"""Renew an account's tokens when told to, and die at a given step; run as a program.

python -m tests.services.renewal_process FOLDER ACCOUNT STEP

It says "ready", waits for a line, then renews, and says the end of the access token. STEP: after so
many of the store's steps it is killed; 0 never.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from pathlib import Path

from tests.support.vaults import open_file_vault
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import Services, utc_now
from twauth_gui.services.vault_service import VaultService
from twauth_gui.store.store import Store


class KillAtStep:
    """Ends the process at the given step as nothing else would."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.call_count = 0

    def __call__(self, _name: str) -> None:
        self.call_count += 1
        if self.call_count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, account: str, at: str) -> None:
    places, fuse = AppPaths(Path(folder)), KillAtStep(int(at))
    storage = VaultService(places.data, open_file_vault(places.data))
    store = Store.open(places.data, storage.vault, now=utc_now, on_step=fuse)
    storage.attach_store(store)
    services = Services(store, storage, utc_now, places)
    token_service = services.tokens
    print("ready", flush=True)  # noqa: T201 - this is how it is heard
    _ = sys.stdin.readline()
    try:
        tokens = token_service.get_fresh(AccountId(account), CancelToken())
        output = hashlib.sha256(tokens.access_token.reveal().encode()).hexdigest()
    except DiagnosedError as error:
        output = error.diagnosis.title
    print(output, fuse.call_count, flush=True)  # noqa: T201 - this is how it is heard
    services.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
