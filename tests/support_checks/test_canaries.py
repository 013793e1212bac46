"""Proves that the search for secrets finds what is there, in every writing."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.canaries import (
    descendants,
    search_for,
    search_processes,
    search_screen,
    search_titles,
)
from tests.support.desktop import Desktop
from tests.support.eventually import eventually
from tests.support.program import Program
from tests.support.screen import Screen

CANARY = "Zq7+canary/secret value=9"


@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
def test_every_writing_is_found_among_anything(
    tmp_path_factory: pytest.TempPathFactory, before: bytes, after: bytes
) -> None:
    path = tmp_path_factory.mktemp("files") / "some.db"
    for writing in (
        CANARY.encode(),
        CANARY.encode("utf-16-le"),
        CANARY.encode("utf-16-be"),
        quote_plus(CANARY).encode(),
        CANARY.encode().hex().encode(),
    ):
        path.write_bytes(before + writing + after)
        assert search_for([CANARY], [path])
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        path.write_bytes(encode(before + CANARY.encode() + after))
        assert search_for([CANARY], [path])


def test_names_count_and_clean_folders_give_nothing(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/file").write_text("Zq7+canary/secret")
    assert search_for([CANARY], [tmp_path]) == []
    (tmp_path / "deep/value-abcdefgh").touch()
    (find,) = search_for(["value-abcdefgh"], [tmp_path])
    assert find.endswith("valu… as UTF-8")


@pytest.mark.journey
def test_processes_titles_tree(desktop: Desktop, screen: Screen, sample: Program) -> None:
    screen.find("text", "Handle").type("typed-in-clear")
    screen.find("text", "API secret").type("typed-in-dots")
    screen.find("push button", "Save").click()
    screen.find("label", name_contains="Saved")
    assert search_screen(["typed-in-clear"], screen)
    assert search_screen(["typed-in-dots"], screen) == []
    assert search_titles(["Sample window"], desktop)
    assert search_titles(["typed-in-clear"], desktop) == []
    teller = desktop.start(["sh", "-c", "sleep 600; : argument-canary"], SOME="environ-canary")

    def told() -> bool:
        # For a moment after its start a process has no arguments to read yet.
        family = descendants(teller.pid)
        return all(search_processes([f"{what}-canary"], family) for what in ("argument", "environ"))

    eventually(told, 5, "both are found")
    assert search_processes(["typed-in-clear"], descendants(sample.pid)) == []
    teller.kill()
    with pytest.raises(AssertionError, match="runs any more"):
        search_processes(["argument-canary"], [teller.pid])
