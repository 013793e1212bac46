"""Prove that the workflows run fixed code with few rights, on files that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from debian.__main__ import TOOLS

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
PINNED = re.compile(r"^ *-? *uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$")

pytestmark = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)


def read_jobs(workflow: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return jobs


def iter_steps(workflow: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in read_jobs(workflow).items():
        for step in job["steps"]:
            yield name, step


def test_every_action_is_pinned_to_one_commit(workflow: Path) -> None:
    lines = [line for line in workflow.read_text().splitlines() if "uses:" in line]
    assert lines
    found = [PINNED.match(line) for line in lines]
    assert all(found), lines
    pins = {(one[1], one[2]) for one in found if one}
    assert len(pins) == len({name for name, _ in pins})
    for _, step in iter_steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_a_job_has_the_rights_that_it_needs_and_an_end(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text())["permissions"] == {}
    writes = {"publish": {"attestations", "contents", "id-token"}, "publish-python": {"id-token"}}
    for name, job in read_jobs(workflow).items():
        assert 0 < job["timeout-minutes"] <= 60
        granted = {right for right, kind in job["permissions"].items() if kind == "write"}
        assert granted == (writes.get(name, set()) if workflow == RELEASE else set())
        # Whoever may publish waits for a person, who is asked by the environment.
        assert not granted or job["environment"]


def test_no_secret_and_no_expression_gets_into_a_script(workflow: Path) -> None:
    for name, step in iter_steps(workflow):
        assert "${{" not in step.get("run", "")
        secrets = {key for key, value in step.get("env", {}).items() if "secrets." in str(value)}
        assert not secrets or (workflow == RELEASE and name == "macos")
        assert "secrets." not in str({**step, "env": {}})
        assert not re.search(r"\bset -\w*x|printenv|^env$", step.get("run", ""), re.MULTILINE)


def test_what_a_step_runs_is_in_the_tree(workflow: Path) -> None:
    for _, step in iter_steps(workflow):
        script = step.get("run", "")
        for name in re.findall(r"(?:packaging|requirements|\.ci)/[\w./-]+", script):
            assert (ROOT / name).is_file(), name
        for target in re.findall(r"(?:^|\n)make ([a-z-]+)", script):
            assert f"\n{target}:" in (ROOT / "Makefile").read_text(), target


def test_who_builds_debian_packages_has_the_tools(workflow: Path) -> None:
    listed = (ROOT / "resources" / "apt-packages.txt").read_text()
    present = set(re.findall(r"^(?:app|dev) (\S+)", listed, re.MULTILINE))
    for job in read_jobs(workflow).values():
        scripts = [step.get("run", "") for step in job["steps"]]
        if "make deb" in scripts:
            installed = set(re.findall(r"[\w-]+", scripts[0]))
            assert {*TOOLS.values(), "lintian"} <= present | installed


def test_a_line_that_fails_ends_its_step(workflow: Path) -> None:
    """PowerShell, the default on Windows, goes on after a program that failed."""
    for job in read_jobs(workflow).values():
        if "windows" in f"{job['runs-on']} {job.get('strategy')}":
            scripts = [step for step in job["steps"] if len(step.get("run", "").splitlines()) > 1]
            assert [step for step in scripts if step.get("shell") != "bash"] == []


def test_what_the_release_needs_is_handed_on(workflow: Path) -> None:
    if workflow != RELEASE:
        assert not [step for _, step in iter_steps(workflow) if "artifact" in step.get("uses", "")]
        return
    uploads: dict[str, list[str]] = {}
    for _, step in iter_steps(workflow):
        if "upload-artifact" in step.get("uses", ""):
            assert step["with"]["if-no-files-found"] == "error"
            uploads[step["with"]["name"]] = step["with"]["path"].split()
    downloads = [step for _, step in iter_steps(workflow) if "download" in str(step.get("uses"))]
    wanted = {one["with"].get("name") or one["with"]["pattern"] for one in downloads}
    assert all(any(fnmatch(name, one) for one in wanted) for name in uploads)
    assert wanted - {"release-*"} <= set(uploads)
    patterns = [one for name, paths in uploads.items() if name != "windows-bundle" for one in paths]
    names = re.findall(
        r"@SHA256\((.+?)\)@",
        "".join(path.read_text() for path in (ROOT / "packaging").glob("*/*") if path.is_file()),
    )
    assert len(set(names)) == 4
    for name in names:
        assert any(fnmatch(f"dist/{name}", pattern) for pattern in patterns), name
    jobs = read_jobs(workflow)
    tried = {name for name in jobs if name.startswith("try-")}
    assert tried <= set(jobs["publish"]["needs"])
    assert jobs["publish-python"]["needs"] == "publish"
    assert jobs["publish"]["if"] == "github.event_name == 'push' && github.ref_type == 'tag'"
