"""A person's own files run nothing before they are trusted; plug-ins bring what needs a library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import memory_store_plugin
from tests.services.memory_store_plugin import SHELVES
from tests.services.push_bench import PushBench, make_credentials, open_bench
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.services.push_plan import PushOutcome
from twauth_gui.transfer.destinations.destination_files import DestinationFileError

TEXT = (Path(__file__).parents[2] / "resources/destinations/10-github-actions.toml").read_text()
OWN = TEXT.replace('id = "github-actions"', 'id = "mine"')
TARGET = {"repo": "acme/bots"}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushBench]:
    opened = open_bench(tmp_path, monkeypatch)
    yield opened
    opened.services.close()


def test_a_file_of_ones_own_is_trusted_as_it_is(bench: PushBench) -> None:
    sources = bench.services.push.sources
    one = sources.add(OWN.encode(), "any name.toml")
    with pytest.raises(DiagnosedError, match="twauth destinations trust mine") as refused:
        bench.plan("mine", TARGET)
    assert refused.value.diagnosis.kind is ProblemKind.DESTINATION_NOT_APPROVED
    assert bench.vendors.take_calls() == []
    sources.approve(one)
    plan = bench.plan("mine", TARGET)
    path = bench.home / "data" / "destinations" / "mine.toml"
    path.write_text(OWN.replace('"secret", "set"', '"secret", "put"'))
    bench.vendors.take_calls()
    with pytest.raises(DiagnosedError, match="was changed"):
        bench.services.push.apply(plan)
    assert bench.vendors.take_calls() == []
    path.write_text(OWN)
    assert bench.services.push.apply(plan).is_complete
    sources.remove("mine")
    with pytest.raises(LookupError, match="no destination mine"):
        bench.plan("mine", TARGET)
    with pytest.raises(LookupError):
        sources.remove("github-actions")


def test_files_that_cannot_be_used_stop_no_other(bench: PushBench) -> None:
    sources = bench.services.push.sources
    with pytest.raises(DestinationFileError, match="comes with Twauth"):
        sources.add(TEXT.encode(), "x.toml")
    _ = sources.add(OWN.encode(), "x.toml")
    with pytest.raises(DestinationFileError, match="is there already"):
        sources.add(OWN.encode(), "x.toml")
    _ = sources.add(OWN.encode(), "x.toml", overwrite=True)
    folder = bench.home / "data" / "destinations"
    (folder / "other.toml").write_text(OWN)
    (folder / "github-actions.toml").write_text(TEXT)
    (folder / "broken.toml").write_text("{")
    (folder / "linked.toml").symlink_to(folder / "mine.toml")
    (folder / "-x.toml").write_text(OWN)
    found = sources.list_all()
    assert [one.id for one in found.destinations if one.is_own] == ["mine"]
    assert len(found.problems) == 4
    for name in ("other", "broken", "linked"):
        with pytest.raises(DiagnosedError) as refused:
            sources.find(name)
        assert refused.value.diagnosis.kind is ProblemKind.DESTINATION_UNUSABLE
    assert not sources.find("github-actions").is_own


ENTRY_POINTS = """\
[twauth.destinations]
memory-store = {module}:open_store
broken-store = {module}:open_nothing
github-actions = {module}:open_store
"""


def install_plugin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the plug-in be there as pip installs it."""
    info = folder / "memory_store-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: memory-store\nVersion: 1\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS.format(module=memory_store_plugin.__name__))
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])


def test_a_plug_in(bench: PushBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_plugin(tmp_path / "site", monkeypatch)
    SHELVES.clear()
    SHELVES.update({"open": {}, "full": {}})
    found = bench.services.push.destinations()
    assert [one.id for one in found.destinations if one.is_plugin] == ["memory-store"]
    assert found.problems == (
        "broken-store: The plug-in fails with OSError.",
        "github-actions: The plug-in has another id, or names commands.",
    )
    assert bench.push("memory-store", {"shelf": "open"}).is_complete
    bench.renew(bench.account, 2)
    plan = bench.plan("memory-store", {"shelf": "open"})
    assert plan.identity == "acme-ops"
    others = [row for row in plan.rows if not row.action.is_write]
    report = bench.services.push.apply(plan, delete=others)
    assert report.to_sentence() == "1 updated, 3 deleted"
    secret = make_credentials(2).access_secret.reveal()
    assert SHELVES["open"] == {"X_ACCESS_TOKEN_SECRET": (secret, 2)}
    with pytest.raises(DiagnosedError, match="Memory is not logged in"):
        bench.plan("memory-store", {"shelf": "locked"})
    report = bench.push("memory-store", {"shelf": "full"})
    assert {one.outcome for one in report.results} == {PushOutcome.FAILED}
    assert "RuntimeError: no room for ••••" in report.results[0].reason
