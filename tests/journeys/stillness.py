"""Tells when the screen has stopped changing."""

from __future__ import annotations

from pathlib import Path

from tests.support.desktop import Desktop

LOOKS = 10
"""A screen reader knows a sheet before it is painted: two looks alike can be too few."""


class Stillness:
    """Takes a picture at each look; true once the last ones were all the same.

    path: holds the latest picture.
    """

    def __init__(self, desktop: Desktop, path: Path) -> None:
        self._desktop = desktop
        self._path = path
        self._seen = b""
        self._same = 0

    def __call__(self) -> bool:
        seen = self._desktop.screenshot(self._path).read_bytes()
        self._same = self._same + 1 if seen == self._seen else 1
        self._seen = seen
        return self._same >= LOOKS
