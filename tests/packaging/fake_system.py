"""A pretend computer for the set-up scripts: a PATH of few real tools with fakes beside them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

BOOTSTRAP = Path(__file__).parents[2] / "packaging" / "bootstrap"
PACKAGE_LIST = BOOTSTRAP.parents[1] / "resources" / "apt-packages.txt"
TOOLS = (
    "awk",
    "cat",
    "cksum",
    "cp",
    "cut",
    "dirname",
    "env",
    "grep",
    "head",
    "mkdir",
    "mktemp",
    "rm",
    "sed",
    "sh",
    "true",
)

# What the scripts ask a Python for. Its -m venv makes an environment around a copy of itself.
PYTHON = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd -P)
case "$*" in
-V) echo "Python {version}" ;;
*_base_executable*)
    {check}
    case $here in
    */tree/.venv/bin) echo "${{here%/tree/.venv/bin}}/bin/python3" ;;
    *) echo "$here/${{0##*/}}" ;;
    esac ;;
*ensurepip*) exit {ensurepip} ;;
*'"%d.%d"'*) echo 3.11 ;;
*"print(sys.version)"*) echo "{version}" ;;
*pip._internal*) exit 0 ;;
"-m venv "*)
    mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; printf '#!%s\\n' "$3/bin/python" >"$3/bin/pip"
    echo venv >>"$LOG" ;;
"-m pip "*) echo "pip $*" >>"$LOG"; {pip} ;;
esac
"""


class FakeSystem:
    """Runs the set-up scripts with nothing on the PATH but what a test put there.

    Attributes:
        root: a source tree with the scripts, a pyproject.toml and two locks.
    """

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        self.log = folder / "log"
        self.root = folder / "tree"
        shutil.copytree(BOOTSTRAP, self.root / "packaging" / "bootstrap")
        (self.root / "resources").mkdir()
        shutil.copy(PACKAGE_LIST, self.root / "resources")
        (self.root / "requirements").mkdir()
        (self.root / "pyproject.toml").write_text("")
        for name in ("app.txt", "dev.txt"):
            (self.root / "requirements" / name).write_text("click==8.0\n")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            (self.bin / tool).symlink_to(found)
        self.add_program("uname", "echo Linux")
        self.add_program("id", "echo 1000")
        self.set_tree_owner(0)

    def add_program(self, name: str, script: str) -> None:
        """Put a program on the PATH, a shell script without its first line."""
        self._write(name, f"#!/bin/sh\n{script}\n")

    def add_python(
        self, name: str, version: str, *, new: bool = True, ensurepip: bool = True, pip: str = ":"
    ) -> Path:
        """Put a Python on the PATH; pip is the shell command its pip ends with."""
        check = ":" if new else "exit 1"
        text = PYTHON.format(version=version, check=check, ensurepip=int(not ensurepip), pip=pip)
        return self._write(name, text)

    def set_tree_owner(self, owner: int) -> None:
        """Make ls -ldn say that the tree belongs to this user and group."""
        self.add_program("ls", f'echo "drwxr-xr-x 9 {owner} {owner} 4096 Nov 11 11:11 $2"')

    def add_user_switch(self, name: str, *, entry: str = "") -> None:
        """Put a setpriv or unshare on the PATH that logs its options and runs the command.

        entry: what getent says of any user.
        """
        take = 'options=; while [ "${1#-}" != "$1" ]; do options="$options $1"; shift; done'
        log = f'echo "{name}$options" >>"$LOG"'
        self.add_program(name, f'{take}; {log}; export AS={name}; exec "$@"')
        self.add_program("getent", f"echo {entry}" if entry else "exit 2")

    def add_debian(self, installed: str, *, owns_python: bool = False) -> None:
        """Put a dpkg-query that knows these packages and a logging apt-get on the PATH."""
        lines = "".join(f"installed {name}\\n" for name in installed.split())
        owned = f"case $2 in */.venv/*) exit 1 ;; *) exit {int(not owns_python)} ;; esac"
        answer = f"if [ $1 = -S ]; then {owned}; fi; printf '{lines}'"
        self.add_program("dpkg-query", answer)
        self.add_program("apt-get", 'echo "apt-get $*" >>"$LOG"')

    def run(self, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run one of the set-up scripts of the tree."""
        command = ["sh", str(self.root / "packaging" / "bootstrap" / script), *arguments]
        environment = {"PATH": str(self.bin), "LOG": str(self.log), **env}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=os.sep
        )

    def take_log(self) -> str:
        """What the fakes did since the last call."""
        text = self.log.read_text() if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        return text

    def _write(self, name: str, text: str) -> Path:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path
