"""Where copies are: every way out is noted, old ones are told, and files are updated."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.push_bench import open_bench
from tests.support.installations import export_to_file
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEW_KEYS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    make_account,
    make_placement,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.domain.placements import Freshness, Place, PlacementKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.placements import PlaceStatus, TrackedPlace, describe_outdated
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError

ACCOUNT, OTHER = make_account(), make_account(2, "7002", "marsh_weather")
GONE, OLD, CURRENT = PlaceStatus.GONE, PlaceStatus.OLD, PlaceStatus.CURRENT


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def services(tmp_path: Path, vault: MemoryVault) -> Iterator[Services]:
    with contextlib.closing(open_services(AppPaths(tmp_path / "data"), vault)) as opened:
        _ = opened.store.apps.add(APP, OLD_KEYS)
        _ = opened.store.accounts.add(ACCOUNT, OLD_CREDENTIALS)
        _ = opened.store.accounts.add(OTHER, OLD_CREDENTIALS)
        yield opened


def list_statuses(services: Services) -> dict[tuple[PlacementKind, str], PlaceStatus]:
    places = services.placements.compare(services.placements.list_places(account_id=ACCOUNT.id))
    return {
        (one.placement.place.kind, Path(one.placement.place.destination).name): one.status
        for one in places
    }


def test_every_way_out_is_a_place_and_a_new_sign_in_makes_it_old(
    services: Services, tmp_path: Path
) -> None:
    exporter, ids = services.exporter, [ACCOUNT.id]
    _ = exporter.reveal(ACCOUNT.id, CredentialField.ACCESS_TOKEN)
    assert list_statuses(services) == {}
    _ = exporter.copy(ACCOUNT.id, CredentialField.ACCESS_TOKEN)
    _ = exporter.export_text(ids, "classic-bot")
    _ = exporter.export_to_environment(ids, "x", "poster")
    export_to_file(services, ids, "x", tmp_path / ".env")
    _ = exporter.export_to_folder([ACCOUNT.id, OTHER.id], "x-file", tmp_path / "each")
    _ = exporter.export_to_folder(ids, "systemd-credentials", tmp_path / "creds")
    _ = services.bot_clients.read_credentials(ACCOUNT.id, "bot.py", CancelToken())
    _ = exporter.export_text(ids, "mcp-run", copied=True)  # it has no credential
    services.placement_recorder.record_folder(OTHER, tmp_path)
    services.placement_recorder.record_folder(ACCOUNT, tmp_path)
    (tmp_path / ".twauth").touch()
    found = list_statuses(services)
    folder = found.pop((PlacementKind.FOLDER, tmp_path.name))
    assert folder is PlaceStatus.NAME_ONLY
    assert set(found) == {
        (PlacementKind.CLIPBOARD, ""),
        (PlacementKind.STANDARD_OUTPUT, ""),
        (PlacementKind.PROGRAM, "poster"),
        (PlacementKind.PROGRAM, "bot.py"),
        (PlacementKind.FILE, ".env"),
        (PlacementKind.FILE, "fernwick_news.env"),
        (PlacementKind.FILE, "creds"),
    }
    assert set(found.values()) == {CURRENT}
    assert len(services.placements.list_places(account_id=OTHER.id)) == 1  # its file
    _ = services.store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)
    (tmp_path / ".env").unlink()
    found = list_statuses(services)
    assert found.pop((PlacementKind.FILE, ".env")) is GONE
    del found[PlacementKind.FOLDER, tmp_path.name]
    assert set(found.values()) == {OLD}
    assert describe_outdated(services.placements.find_outdated(account_id=ACCOUNT.id)).startswith(
        "6 places still have the old one: "
    )


def test_the_same_values_again_are_current_and_the_vault_is_asked_once(
    services: Services, vault: MemoryVault
) -> None:
    _ = services.exporter.export_to_environment([ACCOUNT.id], "x", "bot")
    _ = services.store.accounts.replace_credentials(ACCOUNT, OLD_CREDENTIALS)  # as X may return
    _ = services.store.apps.update(APP, replace(OLD_KEYS, bearer_token=Secret("a bearer")))
    (place,) = services.placements.list_places(account_id=ACCOUNT.id)
    assert place.status is PlaceStatus.UNSURE
    assert [one.status for one in services.placements.compare([place])] == [CURRENT]
    vault.fail_with = VaultLockedError()
    (place,) = services.placements.list_places(account_id=ACCOUNT.id)
    assert place.status is CURRENT  # it was noted
    assert services.placements.find_outdated(account_id=ACCOUNT.id) == []


def test_a_vault_that_cannot_be_used_keeps_no_export_off(
    services: Services, vault: MemoryVault
) -> None:
    vault.fail_with, vault.fail_on = VaultFailedError(), "write"  # no key of fingerprints
    _ = services.exporter.export_text([ACCOUNT.id], "x")
    vault.fail_with = None
    (place,) = services.placements.list_places()
    assert (place.status, place.placement.fingerprint) == (CURRENT, b"")
    _ = services.store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)
    assert [one.status for one in services.placements.find_outdated()] == [OLD]
    vault.fail_with, vault.fail_on = VaultLockedError(), ""
    places = services.placements.list_places()
    with pytest.raises(VaultLockedError):
        _ = services.placements.compare([replace(places[0], status=PlaceStatus.UNSURE)])


def test_what_cannot_be_noted_is_told(services: Services, tmp_path: Path) -> None:
    services.store.accounts.hide(OTHER.id)
    text = services.exporter.export_text([ACCOUNT.id], "x")
    assert services.placement_recorder.take_problem() is None
    with contextlib.ExitStack() as stack:
        stack.callback(services.close)
        services.store.accounts.purge_hidden()
    vault = MemoryVault()
    folder = tmp_path / "fixed"
    with contextlib.closing(open_services(AppPaths(folder), vault)) as first:
        _ = first.store.apps.add(APP, OLD_KEYS)
        _ = first.store.accounts.add(ACCOUNT, OLD_CREDENTIALS)
    (folder / "index.sqlite3").chmod(0o400)
    with contextlib.closing(open_services(AppPaths(folder), vault)) as fixed:
        assert fixed.store.is_read_only
        assert fixed.exporter.export_text([ACCOUNT.id], "x") == text
        export_to_file(fixed, [ACCOUNT.id], "x", tmp_path / "out.env")
        problem = fixed.placement_recorder.take_problem()
        assert problem is not None
        assert fixed.placement_recorder.take_problem() is None
        assert fixed.placements.list_places() == []


def test_files_are_updated_and_keep_what_else_they_have(services: Services, tmp_path: Path) -> None:
    both, env = [ACCOUNT.id, OTHER.id], tmp_path / "both.env"
    export_to_file(services, both, "x", env)
    env.write_text(env.read_text() + "# mine\nPORT=8080\n")
    yaml = tmp_path / "lost.json"
    export_to_file(services, [ACCOUNT.id], "json-snake", yaml)
    yaml.write_text("[")  # nothing can be merged into it
    link, target = tmp_path / "link.env", tmp_path / "target"
    export_to_file(services, [ACCOUNT.id], "x", link)
    link.rename(target)
    link.symlink_to(target)
    before = target.read_text()
    _ = services.exporter.export_text([ACCOUNT.id], "x", copied=True)
    _ = services.store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)
    outdated = services.placements.find_outdated(account_id=ACCOUNT.id)
    done = services.placements.update(outdated)
    updates = {one.place.label.rpartition("/")[2]: one for one in done}
    assert {name for name, one in updates.items() if one.is_done} == {"both.env"}
    text = env.read_text()
    assert NEW_CREDENTIALS.access_token.reveal() in text
    assert text.count(OLD_CREDENTIALS.access_token.reveal()) == 1  # the other account's
    assert text.endswith("# mine\nPORT=8080\n")
    assert (target.read_text(), yaml.read_text()) == (before, "[")
    replacing = "To replace it: twauth export @fernwick_news --preset json-snake"
    assert replacing in updates["lost.json"].text
    assert "twauth export @fernwick_news --preset x" in updates["Clipboard"].text
    listed = services.placements.list_places()
    by_name = {one.label.rpartition("/")[2]: one.status for one in listed}
    assert (by_name["both.env"], by_name["Clipboard"]) == (CURRENT, OLD)


def test_a_file_is_updated_only_with_every_account_that_it_had(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "both.env"
    export_to_file(services, [OTHER.id, ACCOUNT.id], "x", path)
    before = path.read_text()
    (of_other,) = services.placements.list_places(account_id=OTHER.id)
    assert services.placements.forget([of_other]) == 1
    _ = services.store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)
    (update,) = services.placements.update(services.placements.find_outdated())
    assert (update.is_done, path.read_text()) == (False, before)


def test_a_push_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = open_bench(tmp_path, monkeypatch)
    with contextlib.closing(bench.services) as services:
        assert bench.push().is_complete
        bench.renew(bench.account, 2)
        outdated = services.placements.find_outdated(account_id=bench.account.id)
        assert [one.placement.name for one in outdated] == ["X_ACCESS_TOKEN_SECRET"]
        (update,) = services.placements.update(outdated)
        assert (update.is_done, update.text) == (True, "Pushed: 1 updated, 3 same.")
        assert services.placements.find_outdated() == []
        monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
        bench.renew(bench.account, 3)
        (failed,) = services.placements.update(services.placements.find_outdated())
        assert (failed.is_done, bool(failed.text)) == (False, True)


def test_a_file_is_told_by_what_is_in_it(services: Services, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    export_to_file(services, [ACCOUNT.id], "x", env)

    def examine() -> PlaceStatus:
        found = services.placements.list_places(account_id=ACCOUNT.id)
        (one,) = services.placements.examine_files(services.placements.compare(found))
        return one.status

    assert examine() is CURRENT
    written = env.read_text()
    env.write_text("X_API_KEY=another\n")
    assert examine() is PlaceStatus.CHANGED
    _ = services.store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)
    assert examine() is OLD
    for old, new in (
        (OLD_CREDENTIALS.access_token, NEW_CREDENTIALS.access_token),
        (OLD_CREDENTIALS.access_secret, NEW_CREDENTIALS.access_secret),
    ):
        written = written.replace(old.reveal(), new.reveal())
    env.write_text(written)  # someone put the new ones there
    assert examine() is CURRENT
    (noted,) = services.placements.list_places()
    assert noted.placement.freshness is Freshness.CURRENT
    env.unlink()
    env.mkdir()
    assert examine() is CURRENT  # it cannot be read, so nothing is claimed


def test_new_keys_name_accounts_and_places(services: Services, tmp_path: Path) -> None:
    for one in (ACCOUNT, OTHER):
        _ = services.exporter.export_to_environment([one.id], "x", f"{one.handle}.py")
        _ = services.exporter.export_to_environment([one.id], "x", "all.py")
    _ = services.exporter.export_text([ACCOUNT.id], "app-keys")
    export_to_file(services, [OTHER.id], "x", tmp_path / "gone")
    (tmp_path / "gone").unlink()
    text = services.placements.describe_breakage(APP.id)
    assert text == (
        "Regenerating this app's keys breaks 2 accounts in 4 places: Standard output, all.py,"
        " fernwick_news.py and 1 more."
    )
    _ = services.store.apps.update(APP, NEW_KEYS)
    assert len(services.placements.find_outdated(app_id=APP.id)) == 5


def test_a_restored_path_is_history(services: Services, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    export_to_file(services, [ACCOUNT.id], "x", path)
    before = path.read_text()
    (place,) = services.store.placements.list_all()
    services.store.placements.save([replace(place, origin="another folder")])
    _ = services.store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)
    (restored,) = services.placements.list_places()
    assert restored.status is PlaceStatus.ELSEWHERE
    assert services.placements.find_outdated() == []
    (update,) = services.placements.update([restored])
    assert (update.is_done, path.read_text()) == (False, before)
    export_to_file(services, [ACCOUNT.id], "x", path)
    (place,) = services.store.placements.list_all()
    assert place.origin == ""


def test_a_running_bot_updates_one_row_without_the_vault(
    services: Services, vault: MemoryVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> None:
        _ = services.exporter.export_to_environment([ACCOUNT.id], "x", "bot")

    run()
    reads = list[str]()
    read = vault.read

    def note(service: str) -> Secret | None:
        reads.append(service)
        return read(service)

    monkeypatch.setattr(vault, "read", note)
    threads = [threading.Thread(target=run) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(services.placements.list_places()) == 1
    assert {name.split("/")[1] for name in reads} == {"app", "account"}


@pytest.mark.skipif(sys.platform == "win32", reason="a kill is a signal there")
def test_a_kill_while_a_file_is_written_leaves_a_trace(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.services.test_placements import write_and_die\n"
        "write_and_die(Path(sys.argv[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    with contextlib.closing(open_services(AppPaths(tmp_path / "data"), MemoryVault())) as services:
        (place,) = services.placements.list_places()
        assert (place.status, place.label.endswith("x.env")) == (PlaceStatus.INTERRUPTED, True)
    assert describe_outdated([place]).startswith("1 place still has the old one: ")


def write_and_die(folder: Path) -> None:
    """Export to a file, and be killed when it is whole."""
    services = open_services(AppPaths(folder / "data"), MemoryVault())
    _ = services.store.apps.add(APP, OLD_KEYS)
    _ = services.store.accounts.add(ACCOUNT, OLD_CREDENTIALS)
    path = folder / "x.env"
    export = services.exporter.render_file([ACCOUNT.id], services.presets.find("x"), path)
    with services.exporter.noting(export.copies, [ACCOUNT.id], path):
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_failed_export_leaves_what_was_noted(services: Services, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    export_to_file(services, [ACCOUNT.id], "x", path)
    before = services.placements.list_places()
    _ = services.store.accounts.replace_credentials(ACCOUNT, NEW_CREDENTIALS)

    def fail(where: Path) -> None:
        export = services.exporter.render_file([ACCOUNT.id], services.presets.find("x"), where)
        with (
            pytest.raises(KeyboardInterrupt),
            services.exporter.noting(export.copies, [ACCOUNT.id], where),
        ):
            raise KeyboardInterrupt

    fail(path)
    fail(tmp_path / "never.env")
    after = services.placements.list_places()
    assert [one.placement for one in after] == [one.placement for one in before]


def test_places_in_words() -> None:
    place = Place.of_secret("github-actions", {"repo": "a/b", "environment": ""})
    tracked = TrackedPlace(replace(make_placement(), place=place, name="X\u202e"), OLD)
    assert tracked.label == "github-actions · a/b · X\N{REPLACEMENT CHARACTER}"
    assert describe_outdated([]) == ""
