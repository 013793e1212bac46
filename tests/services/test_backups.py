"""A backup restores everything, in both formats, and replaces only what was decided."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.support.installations import Installation
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.backups import BackupService, describe_restore, describe_restored
from twauth_gui.store import backup as in_store
from twauth_gui.store.restore_plan import RestoreChange, RestoreChoice
from twauth_gui.store.sealed_format import KdfCost

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("tidal ferry lantern")
WRONG = Secret("a wrong one")


def backups(installation: Installation) -> BackupService:
    return BackupService(
        installation.services.store,
        installation.services.private_files,
        installation.services.now,
        cost=CHEAP,
    )


@pytest.fixture
def source(installation: Installation) -> Installation:
    """Two accounts under one app."""
    app = installation.add_app()
    _ = installation.sign_in(app, "fernwick_news")
    _ = installation.sign_in(app, "tidal_times")
    return installation


@pytest.fixture
def target(tmp_path: Path, sandbox: Sandbox) -> Iterator[Installation]:
    installation = Installation.create(tmp_path / "there", sandbox)
    yield installation
    installation.services.close()


def by_handle(installation: Installation) -> dict[str, Account]:
    return {account.handle: account for account in installation.services.store.accounts.list_all()}


def token(installation: Installation, handle: str) -> str:
    return installation.access_token(by_handle(installation)[handle])


@pytest.mark.parametrize("name", ["all.twauth", "all.AGE"])
def test_everything_comes_along_in_either_format(
    source: Installation, target: Installation, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    result = backups(source).write(path, PASSPHRASE, ignore)
    assert (result.apps, result.accounts, result.pending_sign_ins, result.without_credentials) == (
        1,
        2,
        0,
        0,
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [name]
    assert token(source, "tidal_times").encode() not in path.read_bytes()
    preview = backups(target).read(path, PASSPHRASE)
    becomes = "@fernwick_news becomes the active account."
    assert describe_restore(preview) == f"Apps and accounts: 3 new. {becomes}"
    assert by_handle(target) == {}, "looking changes nothing"
    assert describe_restored(backups(target).restore(preview, {}, ignore), preview) == (
        "Restored: 3 added, @fernwick_news is the active account"
    )
    assert token(target, "tidal_times") == token(source, "tidal_times")
    again = backups(target).read(path, PASSPHRASE)
    assert describe_restore(again) == "Everything in it is here already."


def test_what_stays_out_is_reported(source: Installation, target: Installation) -> None:
    backup = in_store.collect_backup(source.services.store, source.services.now())
    (app, keys) = backup.apps[0]
    elsewhere = replace(app, hosts=Hosts("http://evil.example", "http://evil.example"))
    forged = replace(backup, apps=((elsewhere, keys),), settings=("network",))
    preview = backups(target).compare(forged)
    text = describe_restore(preview)
    assert text.startswith("Apps and accounts: 3 refused. It also holds settings of the computer")
    why = "http://evil.example is not protected. Only https, or http on this computer, is used."
    notes = [line.note for line in preview.lines]
    assert notes == [f"Refused: {why}", "Its app is refused", "Its app is refused"]
    assert preview.lines[1].title == "@fernwick_news · Newsroom"
    assert (
        describe_restored(backups(target).restore(preview, {}, ignore), preview)
        == "Restored: 3 refused"
    )
    (first, *_) = backups(target).compare(backup).lines
    assert first.note == f"New. Its calls go to {source.sandbox.url}, not to X"


def test_other_programs_open_the_age_file(source: Installation, tmp_path: Path) -> None:
    path = tmp_path / "all.age"
    _ = backups(source).write(path, PASSPHRASE, ignore)
    snapshots: Any = importlib.import_module("pyrage")
    whole = bytes(snapshots.passphrase.decrypt(path.read_bytes(), PASSPHRASE.reveal()))
    assert token(source, "fernwick_news").encode() in whole
    assert opened_by_age(path, PASSPHRASE.reveal()) == whole
    assert read_refusal(backups(source), path, WRONG)[0] is ProblemKind.BACKUP_LOCKED


def opened_by_age(path: Path, passphrase: str) -> bytes:
    """Open the file with the age command, which asks for the passphrase on a terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        ["setsid", "--ctty", "--wait", "age", "--decrypt", str(path)],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(follower)
        _ = os.write(leader, f"{passphrase}\n".encode())
        out, err = process.communicate(timeout=60)
    os.close(leader)
    assert process.returncode == 0, err
    return out


def test_what_differs_is_replaced_only_where_that_was_decided(
    source: Installation, target: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "all.twauth"
    for account in by_handle(source).values():
        _ = source.services.store.accounts.update(replace(account, note="of the backup"))
    _ = backups(source).write(path, PASSPHRASE, ignore)
    _ = backups(target).restore(backups(target).read(path, PASSPHRASE), {}, ignore)
    store = target.services.store
    for account in by_handle(target).values():
        _ = store.accounts.update(replace(account, note="mine"))
    preview = backups(target).read(path, PASSPHRASE)
    first, second, app = preview.lines
    assert (first.title, first.note) == ("@fernwick_news · Newsroom", "Differs: note")
    assert (app.change, preview.count(RestoreChange.CONFLICT)) == (RestoreChange.SAME, 2)
    text = describe_restored(
        backups(target).restore(preview, {second.key: RestoreChoice.BACKUP}, ignore), preview
    )
    assert text == "Restored: 1 replaced, 2 left as they were"
    assert [by_handle(target)[name].note for name in ("fernwick_news", "tidal_times")] == [
        "mine",
        "of the backup",
    ]


def test_cancelling_leaves_no_file_and_what_is_whole(
    source: Installation, target: Installation, tmp_path: Path
) -> None:
    cancel = CancelToken()
    remaining = 2

    def cancel_soon() -> None:
        nonlocal remaining
        remaining -= 1
        if remaining < 0:
            cancel.cancel()
        cancel.raise_if_cancelled()

    path = tmp_path / "all.twauth"
    with pytest.raises(CancelledError):
        _ = backups(source).write(path, PASSPHRASE, cancel_soon)
    assert not path.exists()
    _ = backups(source).write(path, PASSPHRASE, ignore)
    cancel, remaining = CancelToken(), 2
    preview = backups(target).read(path, PASSPHRASE)
    with pytest.raises(CancelledError):
        _ = backups(target).restore(preview, {}, cancel_soon)
    assert len(by_handle(target)) == 1
    assert describe_restored(backups(target).restore(preview, {}, ignore), preview) == (
        "Restored: 1 added, 2 left as they were, @fernwick_news is the active account"
    )


def test_every_failure_speaks_of_a_backup(source: Installation, tmp_path: Path) -> None:
    service = backups(source)
    native = tmp_path / "all.twauth"
    foreign, cut = tmp_path / "foreign", tmp_path / "cut"
    _ = service.write(native, PASSPHRASE, ignore)
    foreign.write_bytes(b"a shopping list, long enough to be looked at" * 9)
    cut.write_bytes(native.read_bytes()[:-9])
    messages = {
        "absent": read_refusal(service, tmp_path / "absent", PASSPHRASE),
        "wrong": read_refusal(service, native, WRONG),
        "foreign": read_refusal(service, foreign, PASSPHRASE),
        "cut": read_refusal(service, cut, PASSPHRASE),
        "folder": read_refusal(service, tmp_path, PASSPHRASE),
    }
    kinds = {name: kind for name, (kind, _) in messages.items()}
    assert kinds.pop("wrong") is ProblemKind.BACKUP_LOCKED
    assert set(kinds.values()) == {ProblemKind.BACKUP_UNUSABLE}
    assert all("encrypted file" not in title for _, title in messages.values()), messages


def read_refusal(service: BackupService, path: Path, passphrase: Secret) -> tuple[ProblemKind, str]:
    with pytest.raises(DiagnosedError) as caught:
        _ = service.read(path, passphrase)
    return caught.value.diagnosis.kind, caught.value.diagnosis.title


def test_a_file_in_the_way_stays_and_an_empty_passphrase_is_refused(
    source: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "all.twauth"
    for empty in (path, tmp_path / "all.age"):
        with pytest.raises(DiagnosedError, match="passphrase is empty"):
            _ = backups(source).write(empty, Secret(""), ignore)
        assert not empty.exists()
    path.write_text("mine", "utf-8")
    with pytest.raises(DiagnosedError, match="is a folder"):
        backups(source).write(tmp_path, PASSPHRASE, ignore, overwrite=True)
    beside = tmp_path / "all.twauth.new"
    beside.write_text("mine too", "utf-8")
    with pytest.raises(DiagnosedError) as caught:
        _ = backups(source).write(path, PASSPHRASE, ignore)
    assert caught.value.diagnosis.kind is ProblemKind.FILE_EXISTS
    _ = backups(source).write(path, PASSPHRASE, ignore, overwrite=True)
    assert backups(source).read(path, PASSPHRASE).plan.is_empty
    assert beside.read_text("utf-8") == "mine too"


@contextmanager
def at_the_call_of(name: str, do: Callable[[], None]) -> Generator[None]:
    """Call do just before the named function of the writer runs."""

    def meet(frame: FrameType, event: str, _what: object) -> None:
        if event == "call" and frame.f_code.co_name == name:
            sys.setprofile(None)
            do()

    sys.setprofile(meet)
    try:
        yield
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("name", ["all.twauth", "all.age"])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    source: Installation, tmp_path: Path, name: str
) -> None:
    """Not even if everything else is done, and only the name is still to be taken."""
    path, theirs = tmp_path / name, "of another program"

    def appear() -> None:
        path.write_text(theirs, "utf-8")

    with (
        at_the_call_of("write_and_verify", appear),
        pytest.raises(DiagnosedError) as caught,
    ):
        _ = backups(source).write(path, PASSPHRASE, ignore)
    assert caught.value.diagnosis.kind is ProblemKind.FILE_EXISTS
    assert path.read_text("utf-8") == theirs
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [name]


def test_a_cost_beyond_ours_is_reported_in_words_of_a_backup(
    source: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "all.age"
    stanza = f"-> scrypt {'s' * 22} 22\n{'b' * 43}\n--- {'m' * 43}\n"
    path.write_bytes(f"age-encryption.org/v1\n{stanza}".encode())
    kind, title = read_refusal(backups(source), path, PASSPHRASE)
    assert (kind, title) == (
        ProblemKind.BACKUP_UNUSABLE,
        "This backup needs too much memory to open.",
    )


def test_without_the_library_an_age_file_says_what_to_install(
    source: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyrage", None)
    assert importlib.util.find_spec("pyrage") is None
    assert not backups(source).supports_age
    with pytest.raises(DiagnosedError, match=r"twauth\[age\]"):
        _ = backups(source).write(tmp_path / "all.age", PASSPHRASE, ignore)


def test_what_the_keychain_lost_is_counted(
    source: Installation, target: Installation, tmp_path: Path
) -> None:
    lost = by_handle(source)["tidal_times"]
    services = [name for name in source.vault.items if lost.id in name]
    for name in services:
        source.vault.delete(name)
    path = tmp_path / "all.twauth"
    assert backups(source).write(path, PASSPHRASE, ignore).without_credentials == 1
    preview = backups(target).read(path, PASSPHRASE)
    assert describe_restore(preview) == (
        "Apps and accounts: 2 new, 1 without credentials in the backup."
        " @fernwick_news becomes the active account."
    )
    assert in_store.read_backup(path, PASSPHRASE).accounts[1].credentials is None
    text = describe_restored(backups(target).restore(preview, {}, ignore), preview)
    assert text == (
        "Restored: 2 added, 1 without credentials, not restored,"
        " @fernwick_news is the active account"
    )
