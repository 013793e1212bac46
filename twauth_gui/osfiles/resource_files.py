"""Paths of the files that come with the program."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource_path(*parts: str) -> Path:
    """Return the path of one file or folder among the program's; the parts lead to it.

    A wheel and a bundle carry the files inside the package; a source tree has them beside it.
    """
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def shared_file_path(name: str) -> Path:
    """Return the path of a file for the desktop, by its name alone.

    A wheel and a bundle have it in the package's folder share; a source tree in packaging/linux.
    """
    inside = _PACKAGE / "share"
    return (inside if inside.is_dir() else _PACKAGE.parent / "packaging" / "linux") / name
