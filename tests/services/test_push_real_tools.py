"""The vendors' real commands take what they are given, and give the same values back.

A full run (TWAUTH_FULL=1) tries those too that CI does not install; tests/README.md names them.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.services.push_bench import KEYS, PushBench, actions, make_credentials, open_bench
from tests.services.real_tools import (
    RealStore,
    Stage,
    open_aws_parameters,
    open_aws_secrets,
    open_github,
    open_openbao,
    open_pass,
    open_podman,
    open_server,
    open_shell,
    open_systemd,
)
from tests.support.run_records import FaultProof
from twauth_gui.services.push_plan import PushAction

QUICK: dict[str, Stage] = {
    "pass": open_pass,
    "env-on-server": open_shell,
    "systemd-creds": open_systemd,
}
HEAVY: dict[str, Stage] = {
    "env-on-server": open_server,
    "podman": open_podman,
    "openbao": open_openbao,
    "aws-secretsmanager": open_aws_secrets,
    "aws-ssm": open_aws_parameters,
    "github-actions": open_github,
}
PROGRAMS = {
    "env-on-server": ("ssh", "sshd"),
    "podman": ("podman",),
    "openbao": ("bao",),
    "aws-secretsmanager": ("aws", "moto_server"),
    "aws-ssm": ("aws", "moto_server"),
    "github-actions": ("gh",),
}
STAGES = QUICK | HEAVY if os.environ.get("TWAUTH_FULL") == "1" else QUICK


def require_values(store: RealStore, bench: PushBench, *, number: int) -> None:
    """Fail if a name has another value than the account; a document has all of them."""
    old, new = make_credentials(1), make_credentials(number)
    values = {
        "X_API_KEY": KEYS.api_key,
        "X_API_SECRET": KEYS.api_secret,
        "X_ACCESS_TOKEN": old.access_token,
        "X_ACCESS_TOKEN_SECRET": new.access_secret,
    }
    for one in bench.services.store.placements.list_all():
        wanted = [value.reveal() for name, value in values.items() if one.name.endswith(name)]
        if store.measure is not None:
            assert [store.measure(one.name)] == list(map(len, wanted))
        elif wanted:
            assert store.read(one.name) == wanted[0]
        else:
            assert all(value.reveal() in store.read(one.name) for value in values.values())


@pytest.mark.parametrize("destination", STAGES)
def test_real_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, destination: str, proof: FaultProof
) -> None:
    path = f"{os.environ['PATH']}:/usr/sbin"
    for name in PROGRAMS[destination] if STAGES[destination] not in QUICK.values() else ():
        if shutil.which(name, path=path) is None:
            proof.miss(f"{name}, for pushes", destination, f"{name} is not installed")
    bench = open_bench(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", path)
    folder = tmp_path / "tool"
    folder.mkdir()
    with STAGES[destination](folder, monkeypatch) as store:
        report = bench.push(destination, store.target)
        assert report.is_complete, [one.reason for one in report.results]
        require_values(store, bench, number=1)
        assert set(actions(bench.plan(destination, store.target)).values()) == {PushAction.SAME}
        bench.renew(bench.account, 2)
        assert bench.push(destination, store.target).is_complete
        require_values(store, bench, number=2)
        plan = bench.plan(destination, store.target)
        assert {row.action for row in plan.rows} == {PushAction.SAME}, plan.rows
        gone = bench.services.push.apply(plan, delete=plan.rows)
        assert gone.is_complete, [one.reason for one in gone.results]
        left = {row.action for row in bench.plan(destination, store.target).rows}
        assert left <= {PushAction.CREATE, PushAction.BLOCKED}
    bench.services.close()
    proof.record(
        "Credentials are pushed with the vendors' real commands",
        "Their readers get the same values, and what is deleted is gone",
        destinations=1,
    )
