"""A process that renews an account's tokens when it is told to; it can be killed at any step.

python -m tests.services.renewing FOLDER ACCOUNT STEP

It says "ready", waits for a line, then renews, and says the end of the access token. STEP: after so
many of the store's steps it is killed; 0 never.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from pathlib import Path

from tests.store.file_vaults import opened
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.services.kit import Services, wall_clock
from twauth_gui.services.places import AppPaths
from twauth_gui.services.storage import Storage
from twauth_gui.store.store import Store


class Fuse:
    """Ends the process at the given step as nothing else would."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.seen = 0

    def __call__(self, _name: str) -> None:
        self.seen += 1
        if self.seen == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, account: str, at: str) -> None:
    places, fuse = AppPaths(Path(folder)), Fuse(int(at))
    storage = Storage(places.data, opened(places.data))
    store = Store.open(places.data, storage.vault, now=wall_clock, on_step=fuse)
    storage.attach(store)
    kit = Services(store, storage, wall_clock, places)
    keeper = kit.tokens
    print("ready", flush=True)  # noqa: T201 - this is how it is heard
    _ = sys.stdin.readline()
    try:
        tokens = keeper.fresh(AccountId(account), CancelToken())
        said = hashlib.sha256(tokens.access.reveal().encode()).hexdigest()
    except DiagnosedError as error:
        said = error.diagnosis.title
    print(said, fuse.seen, flush=True)  # noqa: T201 - this is how it is heard
    kit.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
