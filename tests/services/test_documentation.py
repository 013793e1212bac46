"""The documentation is found in the program's folder, else at the project's address."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.installed_copy import use_copy_with_site, use_metadata
from twauth_gui.services.documentation import find_documentation

ADDRESS = "https://docs.example/twauth/"
SOURCE = "Project-URL: Source, https://code.example"


def test_pages_that_came_with_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_metadata(tmp_path, monkeypatch, f"Project-URL: Documentation, {ADDRESS}")
    page = use_copy_with_site(tmp_path, monkeypatch)
    assert find_documentation() == page.as_uri()
    page.unlink()  # as where a system leaves out what is below /usr/share/doc
    assert find_documentation() == ADDRESS


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ([], ""),
        ([SOURCE], ""),
        (
            ["Project-URL: Source, https://code.example", f"Project-URL: documentation, {ADDRESS}"],
            ADDRESS,
        ),
    ],
)
def test_the_address_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], address: str
) -> None:
    use_metadata(tmp_path, monkeypatch, *lines)
    assert find_documentation() == address
