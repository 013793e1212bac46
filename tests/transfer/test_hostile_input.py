"""No text or file from outside hangs a reader, fills the memory or raises a stray error."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.run_records import FaultProof
from tests.transfer import reader_process
from tests.transfer.format_inputs import FORMATS
from tests.transfer.hostile_input import draw_hostile_input, make_worst_inputs, open_readers

FULL = os.environ.get("TWAUTH_FULL") == "1"
COUNT = 20_000 if FULL else 120
FILE_COUNT = 20_000 if FULL else 40
"""Fewer, because the long ones take a second each."""
MOST_MIB = 150
ROOT = Path(__file__).parents[2]
READERS = (
    *("twurl, t, x-cli", "xurl", "twarc", "two lines", "named values", "JSON", "rtweet", "Cawbird"),
    *("1Password", *(f"{name} files" for name in FORMATS)),
    *("pasted keys", "pasted handles", "a page's address"),
    *("a pasted answer, oauth1", "a pasted answer, oauth2"),
    *("X's answers", "what a bot printed", "the browser's return", "the log"),
    *("export presets", "a destination's file", "a vendor's list"),
    *("an update's file", "an update's notice", "a shell's start-up file"),
    *("a bundle's licences", "another start's request"),
    *("a backup", "a backup's contents", "a backup in age"),
)


def test_every_reader_is_tried() -> None:
    with open_readers() as by_name:
        assert sorted(by_name) == sorted(READERS)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_of_hostile_input(name: str, tmp_path: Path, proof: FaultProof) -> None:
    seed = f"{random.randrange(10**9):09}"  # noqa: S311 - told where it fails
    at = tmp_path / "at"
    count = FILE_COUNT if name.endswith(" files") else COUNT
    run = subprocess.run(
        [sys.executable, "-m", reader_process.__name__, name, str(count), seed, str(at)],
        cwd=ROOT,
        env=_unmeasured(tmp_path),
        check=False,
        capture_output=True,
        text=True,
    )
    if run.returncode:
        number = int(at.read_text().split()[0])
        content = _input(name, seed, number)
        raise AssertionError((name, seed, number, run.returncode, content[:300], run.stderr))
    seen = json.loads(run.stdout)
    assert seen["peak_mib"] < MOST_MIB, seen
    proof.record(
        "Text and files from outside are mutated, or drawn out to any length, for each reader",
        f"None takes a second of processor time or {MOST_MIB} MiB, and no error escapes",
        readers=1,
        inputs=seen["inputs"],
        hangs=0,
    )


def _input(name: str, seed: str, number: int) -> bytes:
    with open_readers() as by_name:
        reader = by_name[name]
        known = list(make_worst_inputs(reader))
        return [*known, draw_hostile_input(reader, seed, number - len(known))][
            min(number, len(known))
        ]


def _unmeasured(folder: Path) -> dict[str, str]:
    """The environment without coverage measurement, which takes time too."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COV")}
    return {**kept, "TMPDIR": str(folder)}
