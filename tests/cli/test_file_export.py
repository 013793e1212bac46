"""The command's export to a file: its plan, its warnings, its question, its JSON."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.command import TerminalUser, TwauthCommand
from tests.support.processes import require_program
from twauth_gui.cli.json_output import JSON_KEYS

pytestmark = pytest.mark.keychain

OLD = "# mine\nDATABASE=x\nX_API_KEY=old\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A .env in a work tree of git."""
    path = tmp_path / "bot" / ".env"
    path.parent.mkdir()
    subprocess.run([require_program("git"), "init", "-q"], cwd=path.parent, check=True)
    path.write_text(OLD)
    path.chmod(0o600)
    return path


def test_exports_of_scripts(twauth: TwauthCommand, account: str, path: Path) -> None:
    plan_a_merge(twauth, account, path)
    merge_told_as_json(twauth, account, path)
    replace_what_cannot_be_merged(twauth, account, path)
    refuse_options_that_do_not_fit(twauth, account, path.with_name("a.env"))


def plan_a_merge(twauth: TwauthCommand, account: str, path: Path) -> None:
    export = ("export", account, "--preset", "x", "--output", str(path))
    taken = twauth(*export)
    assert (taken.code, "--merge to keep what else is in it" in taken.err) == (1, True)
    dry = twauth(*export, "--merge", "--dry-run")
    assert (dry.code, path.read_text()) == (0, OLD)
    lines = [line.split() for line in dry.err.splitlines()]
    assert ["NAME", "CHANGE"] in lines
    assert ["X_API_KEY", "changed"] in lines
    assert ["X_ACCESS_TOKEN", "added"] in lines
    assert "--gitignore adds it to .gitignore" in dry.err
    unsure = twauth(*export, "--merge")
    assert (unsure.code, "Add --yes" in unsure.err, path.read_text()) == (2, True, OLD)


def merge_told_as_json(twauth: TwauthCommand, account: str, path: Path) -> None:
    export = ("export", account, "--preset", "x", "--output", str(path))
    options = ("--merge", "--yes", "--backup", "--gitignore", "--json")
    told = twauth(*export, *options)
    assert told.code == 0, told.err
    found = told.json
    assert set(found) == set(JSON_KEYS["export"])
    assert {"name": "X_API_KEY", "change": "changed"} in found["changes"]
    kinds = [(one["kind"], one["action"]) for one in found["warnings"]]
    assert kinds == [("git-not-ignored", "add-to-gitignore")] * 2, "the file, and its copy"
    copy = path.with_name(".env.bak")
    assert (found["written"], found["merged"], found["backup"]) == (True, True, str(copy))
    assert found["gitignore"] == str(path.with_name(".gitignore"))
    assert path.with_name(".gitignore").read_text() == "/.env\n/.env.bak\n"
    assert copy.read_text() == OLD
    key = path.read_text().split("X_API_KEY=")[1].splitlines()[0]
    assert len(key) > 10
    assert path.read_text().startswith(f"# mine\nDATABASE=x\nX_API_KEY={key}\n")
    assert key not in told.out + told.err
    again = twauth(*export, "--merge")
    assert (again.code, again.err.count("same") > 2) == (0, True)
    assert "has @fernwick_news already" in again.out


def replace_what_cannot_be_merged(twauth: TwauthCommand, account: str, path: Path) -> None:
    export = ("export", account, "--preset", "x", "--output", str(path))
    path.write_text("case a in b) ;; esac\n")
    refused = twauth(*export, "--merge", "--yes")
    assert (refused.code, "Line 1 of the file" in refused.err) == (1, True)
    assert twauth(*export, "--force", "--backup").code == 0
    assert path.with_name(".env.bak2").read_text() == "case a in b) ;; esac\n"


def refuse_options_that_do_not_fit(twauth: TwauthCommand, account: str, path: Path) -> None:
    output = ("--output", str(path))
    for words in (
        ("--merge",),
        ("--json",),
        ("--dry-run", "--output", "-"),
        ("--merge", "--force", *output),
        ("--backup", "--preset", "systemd-credentials", *output),
    ):
        refused = twauth("export", account, *words)
        assert (refused.code, refused.out) == (2, ""), words
    assert not path.exists()
    assert twauth("export", account, "--dry-run", *output).code == 0
    assert not path.exists()


def test_a_person_is_asked_before_a_merge(twauth: TwauthCommand, account: str, path: Path) -> None:
    export = ("export", account, "--preset", "x", "--output", str(path), "--merge")
    for answer, code in (("n", 130), ("y", 0)):
        with TerminalUser(twauth.env, *export) as person:
            person.wait_for(f"Write this to {path}? [y/N]")
            assert path.read_text() == OLD
            person.type(f"{answer}\n")
            assert person.wait_for_exit() == code
    assert path.read_text() != OLD
    with TerminalUser(
        twauth.env, *export[:-2], str(path.with_name("two.env")), "--merge"
    ) as person:
        assert person.wait_for_exit() == 0, "a new file needs no question"
    path.write_text(OLD)
    with TerminalUser(twauth.env, *export) as person:
        person.wait_for("[y/N]")
        path.write_text("OTHER=1\n")
        person.type("y\n")
        assert person.wait_for_exit() == 1
        assert "changed by another program meanwhile" in person.seen
    assert path.read_text() == "OTHER=1\n"
    names = sorted(one.name for one in path.parent.iterdir())
    assert names == [".env", ".git", "two.env"]
