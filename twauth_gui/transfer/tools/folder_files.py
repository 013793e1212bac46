"""The files in a folder that a person may have written: no caches, no other people's code."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelToken

MOST_FILES = 10_000
MOST_NAMES = 200_000
"""Of files and folders that are looked at, whatever they are."""

LEFT_ALONE = frozenset({
    ".git", ".hg", ".svn", ".bzr", "_darcs", "node_modules", "bower_components", "jspm_packages",
    "vendor", "Pods", "Carthage", "site-packages", "dist-packages", ".venv", "venv", "virtualenv",
    "__pycache__", ".eggs", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".hypothesis", ".cache", ".gradle", ".m2", ".cargo", ".rustup", ".npm", ".pnpm-store", ".yarn",
    ".bundle", ".gem", ".next", ".nuxt", ".svelte-kit", ".parcel-cache", ".turbo", ".terraform",
    ".dart_tool", ".ipynb_checkpoints", ".Trash",
})  # fmt: skip
# The first one is in every virtual environment; the other one: https://bford.info/cachedir/
_MARKS = frozenset({"pyvenv.cfg", "CACHEDIR.TAG"})


@dataclass(slots=True)
class FolderListing:
    """The files of a folder, those that lie least deep first.

    closed: how many folders in it could not be opened. is_cut: whether there are more files.
    """

    files: list[Path] = field(default_factory=list[Path])
    closed: int = 0
    is_cut: bool = False


def list_folder(
    root: Path, cancel: CancelToken, on_files: Callable[[int], None] = ignore
) -> FolderListing:
    """List the files in a folder and in the folders below it, at most MOST_FILES.

    Links to folders are not followed, so that none is met twice. on_files gets the number of files
    known so far.

    Raises:
        CancelledError: the user cancelled.
    """
    listing = FolderListing()
    waiting, names_left = deque([str(root)]), MOST_NAMES
    while waiting and not listing.is_cut:
        cancel.raise_if_cancelled()
        folder = waiting.popleft()
        try:
            entries = _scan(folder, names_left)
        except OSError:
            listing.closed += 1
            continue
        names_left -= len(entries)
        if folder == str(root) or _MARKS.isdisjoint(entry.name for entry in entries):
            listing.files += islice(_files_of(entries), MOST_FILES + 1 - len(listing.files))
            waiting.extend(_folders_of(entries))
        listing.is_cut = len(listing.files) > MOST_FILES or names_left <= 0
        on_files(len(listing.files))
    del listing.files[MOST_FILES:]
    return listing


def _scan(folder: str, most: int) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(islice(entries, most), key=lambda entry: entry.name)


def _files_of(entries: list[os.DirEntry[str]]) -> Iterator[Path]:
    for entry in entries:
        try:
            if entry.is_file():
                yield Path(entry.path)
        except OSError:  # a link that leads to itself
            continue


def _folders_of(entries: list[os.DirEntry[str]]) -> Iterator[str]:
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False) and entry.name not in LEFT_ALONE:
                yield entry.path
        except OSError:
            continue
