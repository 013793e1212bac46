"""Change a store on a disk that is full at each possible point; run as a program.

Its arguments: "disk" or "limit", an empty folder, another one for what has to survive, and the
name of the change. Without the right to mount a small disk, a limit on the size of each file takes
its place. It writes one line of JSON. Any error but a DiagnosedError ends it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.store.store_changes import CHANGES, State, referenced_items, state_of
from tests.support.sample_records import FakeClock
from tests.support.system_vaults import PASSPHRASE, open_killable_file
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.store import Store

BLOCK = 4096
FILLER = "filler"
ENOUGH = 4
"""After so many successes in a row, more free blocks change nothing."""


@dataclass
class Tally:
    """Counts of changes. refused: with an explanation. done: with enough room."""

    refused: int = 0
    done: int = 0


class FileSizeLimit:
    """Lets no file grow beyond so many blocks, as a quota does; nothing is mounted for it."""

    def fill(self, _folder: Path, free: int) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (free * BLOCK // 2, hard))

    def free_space(self, _folder: Path) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


class SmallDisk:
    """Fills the disk that a folder is, but for so many blocks."""

    words = "The disk is full"

    def fill(self, folder: Path, free: int) -> None:
        fill_disk(folder, free)

    def free_space(self, folder: Path) -> None:
        (folder / FILLER).unlink()


def fill_disk(folder: Path, free: int) -> None:
    """Leave so many free blocks."""
    with (folder / FILLER).open("wb", buffering=0) as filler:
        while True:
            try:
                if not filler.write(bytes(BLOCK)):
                    break
            except OSError:
                break
        os.ftruncate(filler.fileno(), max(0, filler.tell() - free * BLOCK))


def open_store(folder: Path) -> tuple[Store, FileVault]:
    vault = open_killable_file(folder / "credentials.twauth", lambda _name: None)
    return Store.open(folder, vault, now=FakeClock()), vault


def prepare_folder(folder: Path, name: str) -> State:
    vault = open_killable_file(folder / "credentials.twauth", lambda _name: None)
    vault.create(PASSPHRASE)
    store = Store.open(folder, vault, now=FakeClock())
    CHANGES[name][0](store)
    state = state_of(store)
    store.close()
    return state


def empty_folder(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def capture_diagnosis(operation: Callable[[], object]) -> Diagnosis | None:
    """Return the diagnosis if the operation fails."""
    try:
        _ = operation()
    except DiagnosedError as error:
        return error.diagnosis
    return None


@dataclass
class FullDiskTrial:
    """One change, on one kind of disk."""

    full: SmallDisk | FileSizeLimit
    disk: Path
    spare_file: Path
    name: str

    def require_disk_named(self, refusal: Diagnosis | None) -> None:
        """Check that a full disk, and nothing else, is named as the cause."""
        if refusal is not None:
            assert refusal.kind in {
                ProblemKind.FILE_NOT_WRITTEN,
                ProblemKind.KEYCHAIN_NOT_WRITTEN,
            }, refusal
            assert isinstance(self.full, FileSizeLimit) or self.full.words in refusal.advice, (
                refusal
            )

    def change(self, free: int) -> bool:
        """Fill the disk, change, then close as a user would; return whether it was done."""
        store, _ = open_store(self.disk)
        self.full.fill(self.disk, free)
        refusal = capture_diagnosis(lambda: CHANGES[self.name][1](store))
        self.require_disk_named(refusal)
        store.close()
        return refusal is None

    def start(self) -> None:
        """Start while the disk is still full: it works, or it says why not."""

        def start() -> None:
            store, _ = open_store(self.disk)
            _ = store.recover()
            store.close()

        self.require_disk_named(capture_diagnosis(start))

    def check(self, expected: tuple[State, ...]) -> None:
        """Start with room again, and check everything."""
        self.full.free_space(self.disk)
        store, vault = open_store(self.disk)
        _ = store.recover()
        assert state_of(store) in expected, state_of(store)
        store.accounts.purge_hidden()
        assert set(vault.services()) == referenced_items(store)
        assert store.recover().messages == ()
        store.close()

    def reset(self) -> None:
        """Put everything back as it was before the change."""
        empty_folder(self.disk)
        _ = shutil.copytree(self.spare_file, self.disk, dirs_exist_ok=True)

    def run(self) -> Tally:
        before = prepare_folder(self.spare_file, self.name)
        self.reset()
        assert self.change(free=500)
        self.full.free_space(self.disk)
        store, _ = open_store(self.disk)
        after = state_of(store)
        store.close()
        tally = Tally()
        free = in_a_row = 0
        while in_a_row < ENOUGH:
            self.reset()
            done = self.change(free)
            self.start()
            self.check((after,) if done else (before, after))
            tally.done += done
            tally.refused += not done
            in_a_row = in_a_row + 1 if done else 0
            free += 1
        return tally


def main(kind: str, disk: str, spare_file: str, name: str) -> None:
    full = SmallDisk() if kind == "disk" else FileSizeLimit()
    tally = FullDiskTrial(full, Path(disk), Path(spare_file), name).run()
    _ = sys.stdout.write(json.dumps(asdict(tally)))


if __name__ == "__main__":
    main(*sys.argv[1:])
