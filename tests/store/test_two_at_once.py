"""Several processes change one store at once: no change is lost, and no process reports a lock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.store.scenario_process import make_credentials
from tests.store.store_changes import referenced_items
from tests.store.writer_process import SHARED_ACCOUNT, make_own_account, open_store
from tests.support.keychain import SecretService
from tests.support.run_records import FaultProof
from tests.support.sample_records import APP, OLD_CREDENTIALS, OLD_KEYS
from tests.support.system_vaults import open_killable_file
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.secret import Secret

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("TWAUTH_FULL") == "1"
HAMMERS = 4 if FULL else 3
COUNTS = {"file": 60 if FULL else 8, "service": 30 if FULL else 4}
WORDS = {"file": "the encrypted file", "service": "a real GNOME Keyring"}


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[SecretService]:
    with SecretService(tmp_path / "ss") as service:
        service.activate(monkeypatch)
        yield service


@pytest.mark.keychain
@pytest.mark.parametrize("kind", COUNTS)
def test_no_change_is_lost(
    service: SecretService, tmp_path: Path, kind: str, proof: FaultProof
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    store = open_store(folder, kind)
    _ = store.apps.add(APP, OLD_KEYS)
    _ = store.accounts.add(SHARED_ACCOUNT, OLD_CREDENTIALS)
    running = [start_writer(folder, kind, f"h{number}", COUNTS[kind]) for number in range(HAMMERS)]
    for one in running:
        assert one.stdin is not None
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        print("go", file=one.stdin, flush=True)
    results = [json.loads(wait_for_output(one)) for one in running]
    assert store.accounts.read_credentials(SHARED_ACCOUNT.id) == make_credentials(COUNTS[kind] - 1)
    expected = {name: number for counters in results for name, number in counters.items()}
    assert {one.id for one in store.accounts.list_all()} == {*expected, SHARED_ACCOUNT.id}
    for name, number in expected.items():
        found = store.accounts.get(AccountId(name))
        assert store.accounts.read_credentials(found.id) == make_credentials(number)
        assert found.note == name.partition("-")[0]
    assert len(store.placements.list_all(account_id=SHARED_ACCOUNT.id)) == 1
    counted = store.apps.read_keys(APP.id).bearer_token
    assert counted == Secret(str(HAMMERS * COUNTS[kind])), "a change was written over another one"
    assert store.recover().messages == ()
    counters = store_names(folder, service, kind)
    assert counters == referenced_items(store)
    store.close()
    proof.record(
        f"Several processes change one store at once, over {WORDS[kind]}",
        "Every change that was acknowledged is there; no process is told of a lock or fails",
        processes=HAMMERS,
        changes=HAMMERS * COUNTS[kind] * 8,
        lost=0,
    )


@pytest.mark.keychain
@pytest.mark.parametrize("kind", COUNTS)
def test_nothing_is_lost_when_others_come_and_end(
    service: SecretService, tmp_path: Path, kind: str
) -> None:
    """The last process to close an index tidies up, so no other may take itself for the last."""
    folder = tmp_path / "data"
    folder.mkdir()
    store = open_store(folder, kind)
    _ = store.apps.add(APP, OLD_KEYS)
    _ = store.accounts.add(SHARED_ACCOUNT, OLD_CREDENTIALS)
    expected = {SHARED_ACCOUNT.id}
    for number in range(3):
        mine = store.accounts.add(
            make_own_account(f"mine{number}", number), make_credentials(number)
        )
        other = start_writer(folder, kind, f"other{number}", 2)
        assert other.stdin is not None
        print("go", file=other.stdin, flush=True)
        results = json.loads(wait_for_output(other).removeprefix("ready\n"))
        expected |= {mine.id, *map(AccountId, results)}
        assert {one.id for one in store.accounts.list_all()} == expected
    store.close()
    fresh = open_store(folder, kind)
    assert {one.id for one in fresh.accounts.list_all()} == expected
    fresh.close()


def store_names(folder: Path, service: SecretService, kind: str) -> set[str]:
    """List the vault as another program sees it."""
    if kind == "service":
        return {name for name in service.service_names() if name.startswith("twauth/")}
    return set(open_killable_file(folder / "credentials.twauth", lambda _name: None).services())


def start_writer(folder: Path, kind: str, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer_process", str(folder), kind, name, str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_output(hammer: subprocess.Popen[str]) -> str:
    out, err = hammer.communicate(timeout=300)
    assert (hammer.returncode, err) == (0, "")
    return out
