"""Credentials reach every destination through standard input alone, and nothing is taken over."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.services import push_process
from tests.services.push_bench import (
    KEYS,
    TARGETS,
    PushBench,
    actions,
    is_running,
    make_credentials,
    open_bench,
    outcomes,
)
from tests.support.run_records import FaultProof
from tests.support.sample_records import NOON, OAUTH2_TOKENS, make_token_metadata
from tests.support.vaults import PASSPHRASE, make_file_vault
from tests.support.wait import wait_until
from twauth_gui.domain.accounts import AccountEventKind, AccountId
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.placements import Place, PlacementState
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services
from twauth_gui.services.push_plan import PushAction, PushOutcome, PushResult
from twauth_gui.services.push_run import lock_place
from twauth_gui.services.push_service import REFRESH_NOTE
from twauth_gui.store.errors import ReadOnlyError
from twauth_gui.transfer.destinations.catalog import builtin_destinations
from twauth_gui.transfer.destinations.definition import Destination, Shape

NAMES = ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET")
PUSHED = [one for one in builtin_destinations() if one.id in TARGETS]
RENEWED = "X_ACCESS_TOKEN_SECRET"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushBench]:
    opened = open_bench(tmp_path, monkeypatch)
    yield opened
    opened.services.close()


@pytest.mark.parametrize("destination", PUSHED, ids=lambda one: one.id)
def test_every_destination(bench: PushBench, destination: Destination, proof: FaultProof) -> None:
    is_document = destination.shape is Shape.DOCUMENT
    created = bench.push(destination.id)
    assert created.is_complete, [result.reason for result in created.results]
    assert {one.outcome for one in created.results} == {PushOutcome.CREATED}
    calls = bench.vendors.take_calls()
    sent = "".join(call.stdin for call in calls)
    assert is_document or KEYS.api_secret.reveal() in sent
    bench.renew(bench.account, 2)
    plan = bench.plan(destination.id)
    counts = {PushAction.UPDATE: 1} if is_document else {PushAction.UPDATE: 1, PushAction.SAME: 3}
    assert plan.count() == counts, "only what was renewed is another one"
    others = [row for row in plan.rows if row.action is PushAction.SAME]
    report = bench.services.push.apply(plan, delete=others)
    assert [one.outcome for one in report.results] == [
        PushOutcome.DELETED if row in others else PushOutcome.UPDATED for row in plan.rows
    ], [one.reason for one in report.results]
    renewed = bench.vendors.take_calls()
    written = "".join(call.stdin for call in renewed)
    assert is_document or KEYS.api_secret.reveal() not in written
    assert len(bench.services.store.placements.list_all()) == 1
    bench.require_clean([*calls, *renewed])
    proof.record(
        "Credentials are pushed to each destination, with a renewed value, and a deletion",
        "Values are on the standard input of the vendor's command, and nowhere else",
        destinations=1,
        commands=len(calls) + len(renewed),
    )


def test_what_is_the_same_starts_nothing(bench: PushBench) -> None:
    assert bench.push().is_complete
    (sent,) = [call for call in bench.vendors.take_calls() if call.stdin]
    values = (*vars_of(KEYS), *vars_of(make_credentials(1)))
    assert sent.stdin == "".join(f"{n}={v}\n" for n, v in zip(NAMES, values, strict=True))
    plan = bench.plan()
    assert plan.identity == "acme-ops"
    assert plan.programs == {"gh": str(bench.vendors.bin / "gh")}
    assert actions(plan) == dict.fromkeys(NAMES, PushAction.SAME)
    assert len(bench.vendors.take_calls()) == 2
    assert bench.services.push.apply(plan).is_complete
    assert bench.vendors.take_calls() == []
    placed = bench.services.store.placements.list_all()
    assert {one.state for one in placed} == {PlacementState.WRITTEN}
    events = bench.services.store.events.latest(bench.account.id)
    assert (events[0].kind, events[0].text) == (
        AccountEventKind.EXPORTED,
        "Pushed X_API_KEY and 3 others to GitHub Actions (acme/bots, live)",
    )


def vars_of(thing: object) -> list[str]:
    """Return the two secrets of keys or credentials."""
    names = ("api_key", "api_secret", "access_token", "access_secret")
    return [getattr(thing, name).reveal() for name in names if hasattr(thing, name)]


def test_nothing_of_others_is_taken_over(bench: PushBench) -> None:
    bench.vendors.add_place("gh|acme/bots|live", "X_API_KEY", "DEPLOY_KEY")
    report = bench.push()
    assert outcomes(report)["X_API_KEY"] is PushOutcome.SKIPPED
    assert not report.is_complete
    assert all("X_API_KEY" not in call.stdin for call in bench.take_writes())
    bench.vendors.change("X_ACCESS_TOKEN")
    bench.vendors.remove("X_API_SECRET")
    bench.renew(bench.account, 2)
    plan = bench.plan()
    assert actions(plan) == {
        "X_API_KEY": PushAction.FOREIGN,
        "X_API_SECRET": PushAction.CREATE,
        "X_ACCESS_TOKEN": PushAction.CHANGED,
        RENEWED: PushAction.UPDATE,
    }
    assert bench.push(take=["X_API_KEY", "X_ACCESS_TOKEN"]).is_complete
    assert {row.action for row in bench.plan().rows} == {PushAction.SAME}
    assert "DEPLOY_KEY" in bench.vendors.list_names()
    other = bench.plan(preset="api-key")
    left = [row for row in other.rows if row.action is PushAction.LEFT]
    assert [row.name for row in left] == list(NAMES)
    bench.vendors.change("X_API_KEY")
    report = bench.services.push.apply(other, delete=left)
    assert outcomes(report)["X_API_KEY"] is PushOutcome.SKIPPED, "somebody changed it"
    assert outcomes(report)["X_API_SECRET"] is PushOutcome.DELETED
    assert bench.vendors.list_names() >= {"X_API_KEY", "DEPLOY_KEY", "TWITTER_API_KEY"}


def test_what_changes_after_the_plan_is_left_alone(bench: PushBench) -> None:
    plan = bench.plan()
    bench.vendors.add_place("gh|acme/bots|live", RENEWED)
    bench.vendors.take_calls()
    report = bench.services.push.apply(plan)
    assert outcomes(report)[RENEWED] is PushOutcome.SKIPPED
    assert all(RENEWED not in call.stdin for call in bench.take_writes())


def test_success_of_a_command_proves_nothing(bench: PushBench) -> None:
    for destination in ("cloudflare-workers", "github-actions", "aws-secretsmanager"):
        tool = {"cloudflare-workers": "wrangler", "github-actions": "gh"}.get(destination, "aws")
        bench.vendors.misbehave(**{tool: {"lie": True}})
        report = bench.push(destination)
        assert {one.outcome for one in report.results} == {PushOutcome.FAILED}
        placed = bench.services.store.placements.list_all()
        assert all(one.place.destination != destination for one in placed), "it is not there"
        bench.vendors.misbehave()
        assert bench.push(destination).is_complete
    bench.renew(bench.account, 2)
    bench.vendors.misbehave(aws={"lie": True}, wrangler={"lie": True})
    report = bench.push("cloudflare-workers")
    assert outcomes(report)[RENEWED] is PushOutcome.FAILED, "it has to say each name"
    (result,) = bench.push("aws-secretsmanager").results
    assert result.outcome is PushOutcome.FAILED
    assert "as it was before" in result.reason
    assert actions(bench.plan("aws-secretsmanager")) == {"bots/fernwick_news": PushAction.UPDATE}


def test_a_place_that_is_blocked_or_fails_stops_no_other(bench: PushBench) -> None:
    marsh = bench.add_account(2, "marsh_weather")
    both = [bench.account, marsh]
    assert bench.push("aws-secretsmanager", accounts=both).is_complete
    bench.vendors.change("bots/fernwick_news", deleted=1780000000)
    bench.renew(marsh, 3)
    report = bench.push("aws-secretsmanager", accounts=both)
    assert outcomes(report) == {
        "bots/fernwick_news": PushOutcome.FAILED,
        "bots/marsh_weather": PushOutcome.UPDATED,
    }
    assert "restore-secret" in report.results[0].reason
    tide = bench.add_account(4, "tidal_times")
    bench.renew(marsh, 5)
    bench.vendors.misbehave(aws={"only": "put-secret-value", "says": "AccessDenied for {stdin}"})
    seen: list[PushResult] = []
    plan = bench.plan("aws-secretsmanager", accounts=[marsh, tide])
    report = bench.services.push.apply(plan, progress=seen.append)
    assert [one.outcome for one in report.results] == [PushOutcome.FAILED, PushOutcome.CREATED]
    assert list(report.results) == seen
    assert "aws says: AccessDenied" in report.results[0].reason
    assert "sEc5" not in report.results[0].reason


def test_accounts_are_told_apart(bench: PushBench) -> None:
    marsh = bench.add_account(2, "7marsh")
    assert bench.push(accounts=[bench.account, marsh], target={"repo": "a/b"}).is_complete
    names = bench.vendors.list_names()
    assert {"FERNWICK_NEWS_X_API_KEY", "_7MARSH_X_ACCESS_TOKEN"} <= names
    alone = bench.plan(accounts=[marsh], target={"repo": "a/b", "prefix": "_{handle}_"})
    assert {row.action for row in alone.rows} == {PushAction.SAME}, "the same place as before"
    assert bench.push(target={"repo": "a/c"}).is_complete
    other = bench.plan(accounts=[marsh], target={"repo": "a/c"})
    assert actions(other)["X_ACCESS_TOKEN"] is PushAction.FOREIGN
    assert "@fernwick_news" in {row.name: row.reason for row in other.rows}["X_ACCESS_TOKEN"]
    with pytest.raises(DiagnosedError, match=r"Put \{handle\} into secret"):
        bench.plan("aws-secretsmanager", {"secret": "one"}, accounts=[bench.account, marsh])
    (row,) = bench.plan("kubernetes").rows
    assert row.name == "fernwick-news"


@pytest.mark.parametrize(
    ("destination", "target"),
    [
        ("github-actions", {"repo": "-R/x"}),
        ("github-actions", {"repo": "acme/bots\nX=1"}),
        ("github-actions", {"repo": "acme/bots; id"}),
        ("github-actions", {"repo": "acme/bots", "environment": "--env=x"}),
        ("github-actions", {"repo": "acme/bots", "prefix": "GITHUB_"}),
        ("github-actions", {"repo": "acme/bots", "team": "x"}),
        ("github-actions", {}),
        ("aws-secretsmanager", {"secret": "--secret-string"}),
        ("env-on-server", {"host": "-oProxyCommand=id", "path": "x"}),
        ("env-on-server", {"host": "vps", "path": "$(id)"}),
        ("pass", {"folder": "../../x"}),
        ("systemd-creds", {"folder": "relative"}),
        ("aws-ssm", {"path": "/aws/x"}),
        ("kubernetes", {"secret": "x" * 600, "namespace": "bots"}),
    ],
)
def test_hostile_targets(bench: PushBench, destination: str, target: dict[str, str]) -> None:
    with pytest.raises(DiagnosedError) as refused:
        bench.plan(destination, target)
    assert refused.value.diagnosis.kind is ProblemKind.DESTINATION_TARGET
    assert refused.value.diagnosis.advice
    assert bench.vendors.take_calls() == [], "before anything is started"


def test_what_the_vendor_says_is_redacted(bench: PushBench) -> None:
    plan = bench.plan()
    secret = make_credentials(1).access_secret.reveal()
    plain = secret.encode()
    forms = (
        secret,
        f"cannot parse '{secret[:20]}…'",
        base64.b64encode(b"{}" + plain).decode(),
        base64.urlsafe_b64encode(b"x" + plain).decode(),
        json.dumps({"v": secret}).replace("1", "\\u0031"),
        quote(secret.replace("s", "/")) + quote(secret),
        plain.hex().upper(),
        f"{secret[:30]}\n{secret[30:]}",
    )
    for says in ("{stdin}", *forms):
        bench.vendors.misbehave(gh={"only": "secret set", "says": says})
        report = bench.services.push.apply(plan)
        shown = " ".join(
            f"{one.reason} {one.diagnosis} {one.diagnosis and one.diagnosis.evidence}"
            for one in report.results
        )
        assert {one.outcome for one in report.results} == {PushOutcome.FAILED}
        for at in range(len(secret) - 8):
            assert secret[at : at + 8] not in shown, says
    bench.require_clean(bench.vendors.take_calls())


@pytest.mark.parametrize(
    ("fault", "kind", "advice"),
    [
        ({"says": "run gh auth login", "code": 4}, "LOGGED_OUT", "gh auth login."),
        ({"says": "HTTP 404", "only": "list"}, "ABSENT", "Check the repository."),
    ],
)
def test_the_line_that_helps(
    bench: PushBench, fault: dict[str, object], kind: str, advice: str
) -> None:
    bench.vendors.misbehave(gh=fault)
    with pytest.raises(DiagnosedError) as refused:
        bench.plan()
    assert refused.value.diagnosis.kind is ProblemKind[f"DESTINATION_{kind}"]
    assert advice in refused.value.diagnosis.advice


def test_a_program_that_is_missing(bench: PushBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bench.vendors.bin)
    monkeypatch.setenv("PATH", ":.:bin")
    with pytest.raises(DiagnosedError) as refused:
        bench.plan()
    assert refused.value.diagnosis.kind is ProblemKind.DESTINATION_PROGRAM
    assert "https://cli.github.com" in refused.value.diagnosis.advice
    assert bench.vendors.take_calls() == [], "not even from the working folder"


def test_names_that_nobody_can_list(bench: PushBench) -> None:
    bench.vendors.misbehave(gh={"only": "list", "says": "HTTP 403: Forbidden"})
    plan = bench.plan()
    assert {row.action for row in plan.rows} == {PushAction.UNKNOWN}
    assert "HTTP 403" in plan.rows[0].reason
    assert not bench.services.push.apply(plan).is_complete
    assert not bench.take_writes(), "a yes is needed for each"
    report = bench.services.push.apply(plan, plan.rows)
    assert {one.outcome for one in report.results} == {PushOutcome.UNSURE}
    assert len(bench.take_writes()) == 1
    bench.vendors.misbehave()
    again = bench.plan()
    assert {row.action for row in again.rows} == {PushAction.UPDATE}, "what is unsure is written"
    assert bench.services.push.apply(again).is_complete


@pytest.mark.parametrize("child", ["group", "escaped"])
def test_cancel_ends_every_process(bench: PushBench, child: str) -> None:
    plan = bench.plan()
    bench.vendors.misbehave(gh={"only": "secret set", "hang": True, "child": child})
    cancel = CancelToken()
    started = threading.Thread(target=cancel_when_started, args=(bench, cancel))
    started.start()
    report = bench.services.push.apply(plan, cancel=cancel)
    started.join()
    assert report.is_cancelled
    assert "may have been written" in report.results[0].reason
    sleeper, command = bench.vendors.list_processes()
    wait_until(lambda: not is_running(command), 10, "the command ends")
    if child == "group":
        wait_until(lambda: not is_running(sleeper), 10, "its child ends")
    else:
        subprocess.run(["/bin/kill", str(sleeper)], check=True)
    assert not list(bench.home.glob("twauth-*")), "nor is its folder left"
    with pytest.raises(CancelledError):
        bench.plan(cancel=cancel)
    bench.vendors.misbehave()
    resumed = bench.plan()
    assert {row.action for row in resumed.rows} == {PushAction.CREATE}
    assert bench.services.push.apply(resumed).is_complete


def cancel_when_started(bench: PushBench, cancel: CancelToken) -> None:
    wait_until(lambda: len(bench.vendors.list_processes()) == 2, 30, "the command runs")
    cancel.cancel()


def test_commands_that_never_end_or_write_without_end(bench: PushBench, tmp_path: Path) -> None:
    text = (ROOT / "resources/destinations/10-github-actions.toml").read_text("utf-8")
    own = text.replace('id = "github-actions"', 'id = "mine"\ntimeout = 3')
    one = bench.services.push.sources.add(own.encode(), "mine.toml")
    bench.services.push.sources.approve(one)
    bench.vendors.misbehave(gh={"only": "list", "hang": True})
    plan = bench.plan("mine", TARGETS["github-actions"])
    assert "did not end within 3 seconds" in plan.rows[0].reason
    (command,) = bench.vendors.list_processes()
    assert not is_running(command)
    bench.vendors.misbehave(gh={"only": "list", "flood": 5 * 1024 * 1024})
    plan = bench.plan()
    assert "The list is too long" in plan.rows[0].reason, "what is cut off could be there"
    bench.vendors.misbehave(gh={"only": "list", "child": "escaped"})
    assert bench.plan().rows[0].action is PushAction.CREATE, "it waits for no process left behind"
    subprocess.run(["/bin/kill", str(bench.vendors.list_processes()[-1])], check=True)


def test_a_push_that_is_killed_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proof: FaultProof
) -> None:
    (tmp_path / "home" / "data").mkdir(parents=True)
    vault = make_file_vault(tmp_path / "home" / "data")
    vault.create(PASSPHRASE)
    bench = open_bench(tmp_path, monkeypatch, vault)
    for step, wanted in (("secret set", PushAction.UPDATE), ("secret list", PushAction.CREATE)):
        bench.vendors.misbehave(gh={"only": step, "kill": True})
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                push_process.__name__,
                *(str(bench.home / "data"), bench.account.id, "github-actions"),
                json.dumps({"repo": f"acme/{wanted.value}"}),
            ],
            cwd=ROOT,
            check=False,
            capture_output=True,
        )
        assert done.returncode == -9, done.stderr
        bench.vendors.misbehave()
        plan = bench.plan(target={"repo": f"acme/{wanted.value}"})
        assert actions(plan) == dict.fromkeys(NAMES, wanted)
        assert bench.services.push.apply(plan).is_complete
        placed = bench.services.store.placements.list_all()
        assert {one.state for one in placed} == {PlacementState.WRITTEN}
        proof.record("A push is killed", "The next one finishes it", kills=1)
    bench.services.close()


def test_two_pushes_to_one_place(bench: PushBench) -> None:
    plan = bench.plan()
    place = Place.of_secret("github-actions", TARGETS["github-actions"])
    bench.services.push.lock_seconds = 0.01
    bench.vendors.take_calls()
    with lock_place(bench.home / "data", place, 1).acquire():
        report = bench.services.push.apply(plan)
    assert {one.outcome for one in report.results} == {PushOutcome.FAILED}
    assert bench.vendors.take_calls() == []
    assert bench.services.push.apply(plan).is_complete


def test_values_that_readers_understand_differently(bench: PushBench) -> None:
    accounts = bench.services.store.accounts
    for value in ("", "two words", "a$b", "x'y", "line\nbreak", "é", "{}"):
        odd = make_credentials(1)
        accounts.replace_credentials(
            accounts.get(bench.account.id), type(odd)(odd.access_token, Secret(value))
        )
        (row,) = bench.plan().rows
        assert (row.action, row.name) == (PushAction.BLOCKED, "")
        assert not value or value not in row.reason
        assert not bench.services.push.apply(bench.plan()).is_complete
    assert not bench.take_writes()


def test_the_refresh_token_stays_here(bench: PushBench) -> None:
    tokens = replace(OAUTH2_TOKENS, access_token=Secret("oAuth2access" * 3))
    metadata = replace(make_token_metadata(tokens), expires_at=datetime(2099, 1, 1, tzinfo=UTC))
    bench.services.store.tokens.save(bench.account, tokens, metadata)
    report = bench.push(preset="oauth2")
    assert report.is_complete
    assert REFRESH_NOTE in bench.plan(preset="oauth2").notes
    (sent,) = bench.take_writes()
    assert tokens.access_token.reveal() in sent.stdin
    assert tokens.refresh_token is not None
    assert tokens.refresh_token.reveal() not in sent.stdin
    assert not [name for name in bench.vendors.list_names() if "REFRESH" in name]


def test_the_environment_of_commands(bench: PushBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_DEBUG", "api")
    monkeypatch.setenv("NODE_OPTIONS", "--inspect")
    monkeypatch.setenv("MY_COPY", f"x{KEYS.api_secret.reveal()}")
    monkeypatch.setenv("GH_CONFIG_DIR", "/mine")
    assert bench.push().is_complete
    calls = bench.vendors.take_calls()
    for call in calls:
        names = {line.partition("=")[0] for line in call.seen["environ"].split("\0")}
        assert not names & {"GH_DEBUG", "NODE_OPTIONS", "MY_COPY", "TWAUTH_PASSPHRASE"}
        assert names >= {"GH_CONFIG_DIR", "HOME", "PATH", "GH_PROMPT_DISABLED"}
    bench.require_clean(calls)


@pytest.mark.unprivileged
def test_what_cannot_be_noted_is_not_written(bench: PushBench) -> None:
    assert bench.push().is_complete
    bench.renew(bench.account, 2)
    plan = bench.plan()
    bench.services.close()
    data = bench.home / "data"
    for path in (*data.iterdir(), data):
        path.chmod(0o500)
    bench.services = open_services(AppPaths(data), bench.vault, lambda: NOON)
    bench.vendors.take_calls()
    with pytest.raises(ReadOnlyError):
        bench.services.push.apply(plan)
    assert bench.vendors.take_calls() == []
    data.chmod(0o700)


def test_presets_and_accounts_that_fit(bench: PushBench) -> None:
    for destination, preset, says in (
        ("github-actions", "github-workflow", "has no value"),
        ("kubernetes", "systemd-credentials", "makes several files"),
    ):
        with pytest.raises(DiagnosedError, match=says):
            bench.plan(destination, preset=preset)
    with pytest.raises(LookupError, match="There is no preset nothing"):
        bench.plan(preset="nothing")
    marsh = bench.add_account(2, "marsh_weather")
    both = [bench.account, marsh]
    assert outcomes(bench.push(accounts=both, preset="app-keys")) == dict.fromkeys(
        ("X_API_KEY", "X_API_SECRET"), PushOutcome.CREATED
    ), "the accounts of one app have the same keys"
    tide = replace(marsh, id=AccountId("tide"), user_id="7009", handle="tidal", generation=0)
    tide = bench.services.store.tokens.save(tide, OAUTH2_TOKENS, make_token_metadata())
    plan = bench.plan("kubernetes", accounts=[marsh, tide])
    assert [row.action for row in plan.rows] == [PushAction.CREATE, PushAction.BLOCKED]
    assert plan.rows[1].reason
    report = bench.services.push.apply(plan)
    assert [one.outcome for one in report.results] == [PushOutcome.CREATED, PushOutcome.FAILED]
    nested = bench.push("openbao", preset="json-nested")
    assert nested.is_complete
    (sent,) = [call.stdin for call in bench.vendors.take_calls() if call.seen["tool"] == "bao"][3:4]
    assert isinstance(next(iter(json.loads(sent).values())), dict)
