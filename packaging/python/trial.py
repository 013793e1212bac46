"""Install a built wheel with pip, pipx and uv, and try the result: ``trial.py WHEEL PYTHON…``.

pipx and uv are taken from PATH. The self-test runs in a private desktop, so this runs where
tests.support.desktop does; it prints one row of a table for each installation.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

EXTRAS = ("", "gui", "gui,webview")
TIMEOUT_SECONDS = 1800
_SKIPPED = "ok   browser engine: skipped"


@dataclass(frozen=True)
class Installation:
    """A home folder with what an installer made in it. programs: the folder that PATH needs."""

    home: Path
    programs: Path

    @property
    def env(self) -> dict[str, str]:
        kept = ("PATH", "LANG", "PIP_CACHE_DIR", "UV_CACHE_DIR", "SSL_CERT_FILE", "PIP_CERT")
        env = {name: os.environ[name] for name in kept if name in os.environ}
        env["PATH"] = f"{self.programs}:{env['PATH']}"
        # The trial's own environment is not where an installer is to look.
        return {**env, "HOME": str(self.home), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(one) for one in command],
            env=self.env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )

    def megabytes(self) -> int:
        files = (path for path in self.home.rglob("*") if path.is_file() and not path.is_symlink())
        return sum(path.stat().st_size for path in files) // 1_000_000


def prepare_pip(home: Path, python: str, what: str) -> tuple[Installation, list[str]]:
    venv = home / "venv"
    done = Installation(home, venv / "bin")
    if (made := done.run(python, "-m", "venv", venv)).returncode != 0:
        raise SystemExit(made.stderr)
    return done, [str(venv / "bin" / "pip"), "install", "--quiet", what]


def prepare_pipx(home: Path, python: str, what: str) -> tuple[Installation, list[str]]:
    done = Installation(home, home / ".local" / "bin")
    return done, [shutil.which("pipx") or "pipx", "install", "--python", python, what]


def prepare_uv(home: Path, python: str, what: str) -> tuple[Installation, list[str]]:
    done = Installation(home, home / ".local" / "bin")
    return done, [shutil.which("uv") or "uv", "tool", "install", "--python", python, what]


INSTALLERS: dict[str, Callable[[Path, str, str], tuple[Installation, list[str]]]] = {
    "pip": prepare_pip,
    "pipx": prepare_pipx,
    "uv": prepare_uv,
}
"""Each takes an empty home folder, a Python and a wheel with its extras, and returns the
installation that is to be, with the command that makes it."""


def judge_window(installed: Installation, extras: str) -> str:
    """Try the window's program; return what was seen, or "WRONG" with the reason."""
    version = installed.run("twauth-gui", "--version")
    if not extras:
        helps = version.returncode == 1 and "pip install 'twauth[gui]'" in version.stderr
        return "names [gui]" if helps else f"WRONG: {version.stderr[-300:]}"
    if version.returncode != 0 or not version.stdout.startswith("Twauth "):
        return f"WRONG: {version.stderr[-300:]}"
    desktop = [sys.executable, "-m", "tests.support.desktop", "--"]
    tested = subprocess.run(
        [*desktop, str(installed.programs / "twauth-gui"), "--self-test"],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    engine = _SKIPPED not in tested.stdout
    if tested.returncode != 0 or engine != ("webview" in extras):
        return f"WRONG: {tested.stdout} {tested.stderr}"
    checks = [line for line in tested.stdout.splitlines() if line[:4] in {"ok  ", "FAIL"}]
    passed = sum(line.startswith("ok") for line in checks)
    return f"{passed} of {len(checks)}" + ("" if engine else ", no engine")


def judge_command(installed: Installation) -> str:
    """Try the command; return "ok", or "WRONG" with the reason."""
    version, accounts = installed.run("twauth", "--version"), installed.run("twauth", "list")
    if version.returncode or accounts.returncode or not version.stdout.startswith("Twauth "):
        return f"WRONG: {version.stderr[-300:]} {accounts.stderr[-300:]}"
    setup = installed.run("twauth", "setup-shell", "bash")
    return "ok" if setup.returncode == 0 else f"WRONG: {setup.stderr[-300:]}"


def try_one(wheel: Path, python: str, installer: str, extras: str) -> str:
    """Install and try; return the row."""
    what = f"{wheel}[{extras}]" if extras else str(wheel)
    with tempfile.TemporaryDirectory(prefix="twauth-trial-") as name:
        installed, command = INSTALLERS[installer](Path(name), python, what)
        start = time.monotonic()
        done = installed.run(*command)
        seconds = time.monotonic() - start
        if done.returncode != 0:
            return f"| {installer} | {extras} | WRONG: {done.stderr[-600:]} |"
        number = installed.run(python, "-c", "import sys; print(sys.version.split()[0])").stdout
        size = installed.megabytes()
        parts = [installer, number.strip(), extras or "none", f"{size} MB", f"{seconds:.0f} s"]
        parts += [judge_command(installed), judge_window(installed, extras)]
        return f"| {' | '.join(parts)} |"


def main() -> int:
    """Try every installer and every set of extras on each Python; return the exit code."""
    wheel = Path(sys.argv[1]).absolute()
    wrong = False
    for extras, python, installer in product(EXTRAS, sys.argv[2:], INSTALLERS):
        row = try_one(wheel, python, installer, extras)
        wrong = wrong or "WRONG" in row
        print(row, flush=True)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
