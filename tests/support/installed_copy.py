"""An installed copy of the program that carries the built documentation, or none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twauth_gui.osfiles import resource_files
from twauth_gui.osfiles.resource_files import resource_path

if TYPE_CHECKING:
    import pytest


def use_copy_with_site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use the resources of such a copy in a folder; return the first page of its documentation.

    As some packages do, it keeps the pages elsewhere, behind a link.
    """
    package, pages = folder / "twauth_gui", folder / "doc" / "html"
    (package / "resources").mkdir(parents=True)
    for one in resource_path().iterdir():
        (package / "resources" / one.name).symlink_to(one)
    pages.mkdir(parents=True)
    (pages / "index.html").write_text("<h1>Twauth</h1>", "utf-8")
    (package / "resources" / "site").symlink_to(pages)
    monkeypatch.setattr(resource_files, "_PACKAGE", package)
    return pages / "index.html"


def use_metadata(folder: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Use metadata of an installed twauth with these lines."""
    record = folder / "twauth-0.1.0.dist-info" / "METADATA"
    record.parent.mkdir(parents=True)
    record.write_text("\n".join(["Name: twauth", "Version: 0.1.0", *lines, ""]), "utf-8")
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
