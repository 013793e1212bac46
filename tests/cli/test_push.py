"""twauth push and destinations, as a person and a script use them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.command import TerminalUser, TwauthCommand
from tests.support.vendors import Vendors
from twauth_gui.cli.json_output import JSON_KEYS

OWN = Path(__file__).with_name("folder.toml")
NAMES = ["X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"]


def test_destinations_of_ones_own(bare: TwauthCommand, tmp_path: Path) -> None:
    listed = bare("destinations").out
    assert "github-actions" in listed
    assert "Fly.io (not tried)" in listed
    found = {one["id"]: one for one in bare("destinations", "--json").json}
    assert set(found["podman"]) == set(JSON_KEYS["destination"])
    assert found["github-actions"]["commands"]["delete"].startswith("gh secret delete '{name}'")
    added = bare("destinations", "add", "-", stdin=OWN.read_text())
    assert added.code == 0, added.err
    assert "no; twauth destinations trust" in bare("destinations", "show", "folder").out
    asked = bare("destinations", "trust", "folder")
    assert (asked.code, "cat >" in asked.err) == (2, True), "what it runs is shown first"
    assert bare("destinations", "trust", "folder", "--yes").code == 0
    assert "trusted already" in bare("destinations", "trust", "folder").err
    assert "Trusted" not in bare("destinations", "show", "folder").out
    refused = bare("destinations", "add", str(OWN))
    assert (refused.code, "is there already" in refused.err) == (2, True)
    assert bare("destinations", "add", str(OWN), "--force").code == 0
    assert bare("destinations", "remove", "folder").code == 0
    assert bare("destinations", "remove", "folder").code == 3
    assert bare("destinations", "show", "folder").code == 3
    assert bare("destinations", "add", "-", stdin="{value}").code == 2


@pytest.fixture
def vendors(tmp_path: Path) -> Vendors:
    return Vendors(tmp_path / "vendors")


@pytest.mark.keychain
def test_a_push_from_the_plan_to_the_end(
    twauth: TwauthCommand, account: str, vendors: Vendors
) -> None:
    push = TwauthCommand({**twauth.env, "PATH": f"{vendors.bin}:{os.environ['PATH']}"})
    words = ("push", account, "--to", "github-actions:acme/bots,environment=live")
    shown = push(*words, "--dry-run")
    assert shown.code == 0, shown.err
    assert [line.split()[1:] for line in shown.out.splitlines()] == [
        ["NAME", "PLAN", "WHY"],
        *([name, "create"] for name in NAMES),
    ]
    who = f"GitHub Actions (acme/bots, live), as acme-ops, with {vendors.bin}/gh"
    assert who in shown.err
    unsure = push(*words)
    assert (unsure.code, "Add --yes" in unsure.err) == (2, True)
    assert not vendors.list_names()
    assert push(*words, "--yes").out.endswith("4 created.\n")
    vendors.change("X_API_KEY")
    changed = push(*words, "--yes", "--json")
    assert changed.code == 1
    assert [one["result"] for one in changed.json] == ["skipped", "same", "same", "same"]
    assert set(changed.json[0]) == set(JSON_KEYS["push"])
    assert changed.json[0]["target"] == {"repo": "acme/bots", "environment": "live"}
    named = ("--take", "X_API_KEY", "--delete", "X_ACCESS_TOKEN")
    taken = push(*words, "--yes", *named)
    assert (taken.code, "1 updated, 2 same, 1 deleted." in taken.out) == (0, True), taken.err
    mistaken = push(*words, "--yes", "--take", "Y")
    assert (mistaken.code, "Nothing was written" in mistaken.err) == (2, True)
    assert push("push", account, "--to", "nowhere").code == 3


@pytest.mark.keychain
def test_what_a_command_prints_in_its_error(
    twauth: TwauthCommand, account: str, vendors: Vendors
) -> None:
    push = TwauthCommand({**twauth.env, "PATH": f"{vendors.bin}:{os.environ['PATH']}"})
    words = ("push", account, "--to", "github-actions:acme/bots", "--yes")
    vendors.misbehave(gh={"only": "secret set", "says": "{stdin}"})
    failed = push(*words)
    secret = push("credential", account, "--field", "access_secret").out.strip()
    assert failed.code == 1
    assert "gh says: X_API_KEY=" in failed.out + failed.err
    (sent,) = [call for call in vendors.take_calls() if call.stdin]
    assert secret in sent.stdin
    assert secret not in failed.out + failed.err + str({**sent.seen, "stdin": ""})
    log = Path(twauth.env["TWAUTH_DATA_DIR"]) / "log" / "twauth.log"
    assert not log.exists() or secret not in log.read_text()
    vendors.misbehave(gh={"says": "To log in, run: gh auth login", "code": 4})
    failed = push(*words)
    assert (failed.code, "Log in, then try again: gh auth login" in failed.err) == (1, True)


@pytest.mark.keychain
def test_an_own_destination_is_shown_at_its_first_use(
    twauth: TwauthCommand, account: str, tmp_path: Path
) -> None:
    assert twauth("destinations", "add", str(OWN)).code == 0
    words = ("push", account, "--to", f"folder:{tmp_path}/secrets")
    refused = twauth(*words, "--yes")
    assert (refused.code, "twauth destinations trust folder" in refused.err) == (1, True)
    with TerminalUser(twauth.env, *words) as user:
        user.wait_for("May it run these? [y/N]: ")
        assert "cat >" in user.seen
        user.type("y\n")
        user.wait_for("Write 4 secrets to A folder? [y/N]: ")
        user.type("y\n")
        user.wait_for("4 created.")
        assert user.wait_for_exit() == 0
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == sorted(NAMES)
    assert twauth(*words, "--yes").out.endswith("4 same.\n")
