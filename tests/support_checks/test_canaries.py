"""Prove that the search for secrets finds what is there, in every writing."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.desktop import Desktop
from tests.support.processes import Program
from tests.support.screen_reader import Screen
from tests.support.secret_search import (
    list_descendants,
    list_readable_by_others,
    search_files,
    search_processes,
    search_screen,
    search_titles,
)
from tests.support.wait import wait_until
from tests.support_checks.conftest import REPOSITORY as ROOT

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
        assert search_files([CANARY], [path])
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        path.write_bytes(encode(before + CANARY.encode() + after))
        assert search_files([CANARY], [path])


def test_names_count_and_clean_folders_give_nothing(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/file").write_text("Zq7+canary/secret")
    assert search_files([CANARY], [tmp_path]) == []
    (tmp_path / "deep/value-abcdefgh").touch()
    (find,) = search_files(["value-abcdefgh"], [tmp_path])
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
    program = desktop.start(["sh", "-c", "sleep 600; : argument-canary"], SOME="environ-canary")

    def is_found() -> bool:
        # For a moment after its start a process has no arguments to read yet.
        family = list_descendants(program.pid)
        searches = [
            search_processes([f"{what}-canary"], family) for what in ("argument", "environ")
        ]
        return all(search.hits and not search.refused for search in searches)

    wait_until(is_found, 5, "both are found")
    assert search_processes(["typed-in-clear"], list_descendants(sample.pid)).hits == []
    program.kill()
    with pytest.raises(AssertionError, match="runs any more"):
        search_processes(["argument-canary"], [program.pid])


@pytest.mark.unprivileged
def test_a_closed_process_is_distinguished_from_a_clean_one() -> None:
    shielded = (
        "from twauth_gui.services.process_hardening import harden_process; harden_process(); "
    )
    for program, refused in (("", False), (shielded, True)):
        words = [sys.executable, "-c", f"{program}print('ready', flush=True); input()"]
        env = {**os.environ, "SOME": "environ-canary", "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(words, env=env, stdin=PIPE, stdout=PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            search = search_processes(["environ-canary"], [process.pid])
            assert (bool(search.hits), process.pid in search.refused) == (not refused, refused)
            assert bool(list_readable_by_others(process.pid)) is not refused
            assert search_processes(["print('ready'"], [process.pid]).hits
            process.kill()
