"""Prove that set-up finds its way, or says what to do, on computers of many kinds."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.fake_system import BOOTSTRAP, PACKAGE_LIST, FakeSystem

SHELL_SCRIPTS = [
    *(BOOTSTRAP / name for name in ("as-user", "find-python", "lock", "setup", "system-packages")),
    *(BOOTSTRAP.parent / "linux" / name for name in ("check-metadata", "install-desktop-entry")),
]
LISTED = [
    line.split()[:2] for line in PACKAGE_LIST.read_text().splitlines() if not line.startswith("#")
]
APP = [name for group, name in LISTED if group == "app"]
ALL = [name for _, name in LISTED]


@pytest.fixture
def system(tmp_path: Path) -> FakeSystem:
    return FakeSystem(tmp_path / "computer")


@pytest.mark.parametrize("script", SHELL_SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_posix_shell(script: Path) -> None:
    shells = [shell for shell in ("sh", "dash") if shutil.which(shell)]
    for shell in shells:
        subprocess.run([shell, "-n", str(script)], check=True)


def test_an_old_python_alone_brings_advice(system: FakeSystem, tmp_path: Path) -> None:
    system.add_python("python3", "3.8.10", new=False)
    release = tmp_path / "os-release"
    release.write_text("ID=ubuntu\nID_LIKE=debian\n")
    done = system.run("find-python", TWAUTH_OS_RELEASE=str(release))
    assert done.returncode == 2
    assert "needs Python 3.11 or newer; the one on the PATH is Python 3.8.10." in done.stderr
    assert "apt-get install python3.11 python3.11-venv" in done.stderr
    system.add_program("uname", "echo Darwin")
    assert "brew install" in system.run("find-python", TWAUTH_OS_RELEASE=str(release)).stderr


def test_without_any_python_setup_says_so(system: FakeSystem) -> None:
    done = system.run("setup", "app")
    assert done.returncode == 2
    assert "there is none on the PATH" in done.stderr
    assert not (system.root / ".venv").exists()


def test_a_launcher_without_its_python_is_passed_over(system: FakeSystem) -> None:
    system.add_program("python3.13", "echo 'not installed' >&2; exit 127")
    system.add_python("python3", "3.8.10", new=False)
    right = system.add_python("python3.11", "3.11.2")
    assert system.run("find-python").stdout.strip() == str(right)
    chosen = system.add_python("python-of-mine", "3.14.0")
    done = system.run("find-python", TWAUTH_PYTHON=str(chosen))
    assert done.stdout.strip() == str(chosen)


def test_nothing_missing_means_no_apt(system: FakeSystem) -> None:
    python = system.add_python("python3", "3.11.2")
    system.add_debian(" ".join(ALL))
    done = system.run("system-packages", "dev", str(python))
    assert (done.returncode, done.stdout, system.take_log()) == (0, "", "")
    system.add_debian(" ".join(APP))
    assert system.run("system-packages", "app", str(python)).returncode == 0


def test_without_root_it_prints_one_line_and_stops(system: FakeSystem) -> None:
    python = system.add_python("python3", "3.11.2", ensurepip=False)
    missing = {"libxcb-cursor0", "libasound2"}
    system.add_debian(" ".join(set(APP) - missing), owns_python=True)
    done = system.run("system-packages", "app", str(python))
    assert done.returncode == 3
    command = "sudo apt-get install --no-install-recommends"
    lines = [line.strip() for line in done.stderr.splitlines() if command in line]
    assert lines == [f"{command} libasound2 libxcb-cursor0 python3.11-venv"]
    assert system.take_log() == ""
    assert system.run("setup", "app").returncode == 3
    assert not (system.root / ".venv").exists()


def test_the_library_of_debians_python_is_for_building_only(system: FakeSystem) -> None:
    python = system.add_python("python3", "3.11.2")
    for known, missing in (("libpython3.11-minimal", True), ("libpython3.11", False)):
        system.add_debian(f"{' '.join(ALL)} {known}", owns_python=True)
        done = system.run("system-packages", "dev", str(python))
        assert ("--no-install-recommends libpython3.11\n" in done.stderr) is missing
        assert system.run("system-packages", "app", str(python)).returncode == 0


def test_what_is_missing_is_reported_with_a_finished_environment_too(system: FakeSystem) -> None:
    system.add_python("python3", "3.11.2")
    assert system.run("setup", "dev").returncode == 0
    system.add_debian(" ".join(ALL), owns_python=True)
    done = system.run("setup", "dev")
    assert done.returncode == 3
    assert "--no-install-recommends libpython3.11\n" in done.stderr


def test_newer_systems_are_asked_for_the_longer_names(system: FakeSystem) -> None:
    python = system.add_python("python3", "3.12.3")
    system.add_debian(" ".join(set(APP) - {"libasound2", "libglib2.0-0"}) + " libglib2.0-0t64")
    done = system.run("system-packages", "app", str(python))
    assert "--no-install-recommends libasound2t64\n" in done.stderr


def test_root_installs_what_is_missing(system: FakeSystem) -> None:
    python = system.add_python("python3", "3.11.2")
    system.add_program("id", "echo 0")
    system.add_debian(" ".join(APP))
    done = system.run("system-packages", "dev", str(python))
    assert done.returncode == 0, done.stderr
    update, install = system.take_log().splitlines()
    assert update.startswith("apt-get update")
    assert " xvfb" in install
    assert "libxcb-cursor0" not in install
    assert done.stdout.count("\n") == 1
    system.add_program("apt-get", "echo 'no such package'; exit 100")
    done = system.run("system-packages", "dev", str(python))
    assert done.returncode == 3
    assert "no such package" in done.stderr


def test_in_ci_passwordless_sudo_is_used(system: FakeSystem) -> None:
    python = system.add_python("python3", "3.11.2")
    system.add_debian(" ".join(APP))
    system.add_program("sudo", 'shift; "$@"')
    system.add_program("true", ":")
    assert system.run("system-packages", "dev", str(python), CI="true").returncode == 0
    assert "apt-get install" in system.take_log()


def test_setup_installs_once_and_again_when_the_lock_changes(system: FakeSystem) -> None:
    system.add_python("python3", "3.11.2")
    first = system.run("setup", "dev")
    assert first.returncode == 0, first.stderr
    assert "There is no apt-get here" in first.stdout
    venv_call, lock, project, checked = system.take_log().splitlines()
    assert venv_call == "venv"
    assert "--require-hashes --no-deps --requirement requirements/dev.txt" in lock
    assert "--no-deps --no-build-isolation" in project
    assert checked.endswith(" check")
    for group in ("dev", "app"):
        again = system.run("setup", group)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert system.take_log() == ""
    (system.root / "requirements" / "app.txt").write_text("click==8.1\n")
    assert system.run("setup", "app").returncode == 0
    assert "venv" not in system.take_log().split()
    assert system.run("setup", "dev").returncode == 0
    assert "dev.txt" in system.take_log()


@pytest.mark.parametrize("accident", ["interrupted", "moved", "foreign", "a link"])
def test_a_doubtful_environment_is_made_anew(system: FakeSystem, accident: str) -> None:
    python = system.add_python("python3", "3.11.2")
    assert system.run("setup", "app").returncode == 0
    system.take_log()
    venv = system.root / ".venv"
    if accident == "interrupted":
        (venv / ".twauth-unfinished").touch()
    elif accident == "moved":
        system.root = system.root.rename(system.root.with_name("elsewhere"))
    elif accident == "foreign":
        (venv / "bin" / "pip").unlink()
        (venv / ".twauth-app").unlink()
    else:
        (other := venv.with_name("theirs")).mkdir()
        (other / "precious").touch()
        shutil.rmtree(venv)
        venv.symlink_to(other)
    done = system.run("setup", "app")
    assert done.returncode == 0, done.stderr
    assert "making it anew" in done.stdout
    assert str(python) in done.stdout
    assert system.take_log().startswith("venv\n")
    assert accident != "a link" or (system.root / "theirs" / "precious").exists()


def test_a_failing_pip_leaves_no_stamp(system: FakeSystem) -> None:
    system.add_python("python3", "3.11.2", pip="exit 1")
    done = system.run("setup", "app")
    assert done.returncode == 4
    assert "its own words are above" in done.stderr
    system.take_log()
    venv_python = system.root / ".venv" / "bin" / "python"
    venv_python.write_text(system.add_python("python3", "3.11.2").read_text())
    assert system.run("setup", "app").returncode == 0
    assert "venv" not in system.take_log().split()


def test_a_killed_pip_leaves_the_mark(system: FakeSystem) -> None:
    system.add_python("python3", "3.11.2", pip="kill -9 $$")
    assert system.run("setup", "app").returncode == 4
    assert (system.root / ".venv" / ".twauth-unfinished").exists()


def test_lock_without_uv_says_how_to_get_it(system: FakeSystem) -> None:
    done = system.run("lock")
    assert done.returncode == 2
    assert ".venv/bin/pip install uv" in done.stderr


WHO = ("sh", "-c", "echo ${AS:-itself} $HOME $USER ${XDG_RUNTIME_DIR:-none}")
HERE = {"HOME": "/root", "USER": "root", "XDG_RUNTIME_DIR": "/run/root"}


def test_an_ordinary_user_stays_who_they_are(system: FakeSystem) -> None:
    system.add_user_switch("unshare")
    done = system.run("as-user", *WHO, **HERE)
    assert (done.stdout, system.take_log()) == ("itself /root root /run/root\n", "")


def test_root_becomes_the_owner_of_the_tree(system: FakeSystem) -> None:
    system.add_program("id", "echo 0")
    system.set_tree_owner(1234)
    system.add_user_switch("unshare")
    system.add_user_switch("setpriv", entry="fern:x:1234:1234::/home/fern:/bin/sh")
    done = system.run("as-user", *WHO, **HERE)
    assert done.stdout == "setpriv /home/fern fern none\n"
    assert "setpriv --reuid=1234 --regid=1234 --init-groups\n" in system.take_log()


def test_an_owner_without_a_name_gets_a_home_in_the_tree(system: FakeSystem) -> None:
    system.add_program("id", "echo 0")
    system.set_tree_owner(1234)
    system.add_user_switch("setpriv")
    done = system.run("as-user", *WHO, **HERE)
    assert done.stdout == f"setpriv {system.root.resolve()}/out/home 1234 none\n"
    assert "--clear-groups" in system.take_log()


def test_root_who_owns_the_tree_becomes_a_user_of_a_namespace(system: FakeSystem) -> None:
    system.add_program("id", "echo 0")
    system.add_user_switch("setpriv")
    system.add_user_switch("unshare")
    done = system.run("as-user", *WHO, **{**HERE, "USER": "fern"})
    assert done.stdout == "unshare /root root /run/root\n"
    assert "setpriv" not in system.take_log()


def test_without_namespaces_root_is_told_what_follows(system: FakeSystem) -> None:
    system.add_program("id", "echo 0")
    system.add_program("unshare", "exit 1")
    done = system.run("as-user", *WHO, **HERE)
    assert (done.returncode, done.stdout) == (0, "itself /root root /run/root\n")
    assert "are skipped, and the demo cannot run" in done.stderr
    done = system.run("as-user", *WHO, CI="true", **HERE)
    assert (done.returncode, done.stdout) == (1, "")
    assert "In CI nothing is skipped, so this stops here." in done.stderr


def test_in_the_tree_of_another_root_installs_system_packages_alone(system: FakeSystem) -> None:
    system.add_python("python3", "3.11.2")
    system.add_program("id", 'if [ -n "${AS:-}" ]; then echo 1234; else echo 0; fi')
    system.set_tree_owner(1234)
    system.add_user_switch("setpriv")
    system.add_debian(" ".join(ALL))
    whole = (system.bin / "dpkg-query").rename(system.bin / "whole")
    system.add_debian(" ".join(APP))
    script = f'echo "apt-get as ${{AS:-root}}" >>"$LOG"; cp {whole} {system.bin / "dpkg-query"}'
    system.add_program("apt-get", script)
    done = system.run("setup", "dev")
    assert done.returncode == 0, done.stderr
    becoming = "setpriv --reuid=1234 --regid=1234 --clear-groups"
    lines = system.take_log().splitlines()
    assert lines[: lines.index("venv")] == [
        *([becoming] * 2),  # to try it, then to find the Python that the owner has
        *(["apt-get as root"] * 2),
        *([becoming] * 2),
    ]


def test_root_who_cannot_become_the_owner_installs_all_the_same(system: FakeSystem) -> None:
    system.add_python("python3", "3.11.2")
    system.add_program("id", "echo 0")
    system.set_tree_owner(1234)
    done = system.run("setup", "dev")
    assert done.returncode == 0, done.stderr
    assert "Going on as root" in done.stderr
    assert "venv" in system.take_log().splitlines()
