"""Changes on a disk of its own that is full at every possible point: run as a program.

Its arguments: an empty folder that may be filled, another one for what has to survive, and the
words of the change. It writes one line of JSON. What fails with anything but one of our own
failures ends it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.store.rings import PASSPHRASE, open_file
from tests.store.samples import Clock
from tests.store.test_crashes import CHANGES, State, referred, state_of
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Kind
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.index import Index
from twauth_gui.store.store import Store

BLOCK = 4096
FILLER = "filler"
ENOUGH = 4
"""So many changes that ended well in a row: more free blocks change nothing any more."""


@dataclass
class Tally:
    """refused: changes that ended with words. done: those that had room. opens: whole starts."""

    refused: int = 0
    done: int = 0
    opens: int = 0


def fill(folder: Path, free: int) -> None:
    """Leave so many free blocks."""
    with (folder / FILLER).open("wb", buffering=0) as filler:
        while True:
            try:
                if not filler.write(bytes(BLOCK)):
                    break
            except OSError:
                break
        os.ftruncate(filler.fileno(), max(0, filler.tell() - free * BLOCK))


def opened(folder: Path) -> tuple[Store, FileVault]:
    vault = open_file(folder / "credentials.twauth", lambda _name: None)
    return Store.open(folder, vault, now=Clock()), vault


def prepare(folder: Path, name: str) -> State:
    vault = open_file(folder / "credentials.twauth", lambda _name: None)
    vault.create(PASSPHRASE)
    store = Store.open(folder, vault, now=Clock())
    CHANGES[name][0](store)
    state = state_of(store)
    store.close()
    return state


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def refusal_of(operation: Callable[[], object]) -> Diagnosis | None:
    """Give what was said where it did not work."""
    try:
        _ = operation()
    except DiagnosedError as error:
        return error.diagnosis
    return None


def require_told(refusal: Diagnosis | None) -> None:
    """See that a full disk, and nothing else, is named as what is wrong."""
    if refusal is not None:
        assert refusal.kind is Kind.FILE_NOT_WRITTEN, refusal
        assert "The disk is full" in refusal.advice, refusal


def change_on(disk: Path, name: str, free: int) -> bool:
    """Fill the disk, change, and end as a person would; give whether it was done."""
    store, _ = opened(disk)
    fill(disk, free)
    refusal = refusal_of(lambda: CHANGES[name][1](store))
    require_told(refusal)
    store.close()
    return refusal is None


def start_on(disk: Path) -> None:
    """Start while the disk is still full: it works, or it says why not."""

    def start() -> None:
        store, _ = opened(disk)
        _ = store.recover()
        store.close()

    require_told(refusal_of(start))


def check(disk: Path, expected: tuple[State, ...]) -> None:
    """Start with room again, and look at everything."""
    (disk / FILLER).unlink()
    store, vault = opened(disk)
    _ = store.recover()
    assert state_of(store) in expected, state_of(store)
    store.purge_hidden()
    assert set(vault.services()) == referred(store)
    assert store.recover().messages == ()
    store.close()


def play(disk: Path, kept: Path, name: str) -> Tally:
    before = prepare(kept, name)
    _ = shutil.copytree(kept, disk, dirs_exist_ok=True)
    assert change_on(disk, name, free=1000)
    (disk / FILLER).unlink()
    store, _ = opened(disk)
    after = state_of(store)
    store.close()
    tally = Tally()
    free = in_a_row = 0
    while in_a_row < ENOUGH:
        empty(disk)
        _ = shutil.copytree(kept, disk, dirs_exist_ok=True)
        done = change_on(disk, name, free)
        start_on(disk)
        check(disk, (after,) if done else (before, after))
        tally.done += done
        tally.refused += not done
        tally.opens += 1
        in_a_row = in_a_row + 1 if done else 0
        free += 1
    return tally


def main(disk: str, kept: str, name: str) -> None:
    Index.open(Path(kept)).close()
    tally = play(Path(disk), Path(kept), name)
    _ = sys.stdout.write(json.dumps(asdict(tally)))


if __name__ == "__main__":
    main(*sys.argv[1:])
