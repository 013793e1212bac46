"""A PATH with imitations of the vendors' commands, which write down all that they are given."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("vendor_process.py")
TOOLS = (
    *("gh", "wrangler", "gcloud", "firebase", "aws", "fly", "railway", "vercel", "supabase"),
    *("kubectl", "docker", "podman", "bao", "pass", "systemd-creds", "ssh"),
)
_REAL = ("sh", "cat", "stat", "wc", "mv", "mktemp", "rm", "cksum", "mkdir", "sleep")


@dataclass(frozen=True)
class VendorCall:
    """One call of a command, as the command saw it (tests/support/vendor_process.py)."""

    seen: Mapping[str, Any]

    @property
    def line(self) -> str:
        """The command line, without the folder of the program."""
        return " ".join([self.seen["tool"], *self.seen["words"]])

    @property
    def stdin(self) -> str:
        return str(self.seen["stdin"])


class Vendors:
    """The commands of all vendors, and what they keep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        (folder / "server" / "my bots").mkdir(parents=True)  # the home that ssh leads to
        (folder / "grammar").write_bytes(_PROGRAM.with_name("vendor_grammar.txt").read_bytes())
        text = _PROGRAM.read_text("utf-8")
        for name in TOOLS:
            tool = self.bin / name
            tool.write_text(f"#!{sys.executable} -IS\n{text}", "utf-8")
            tool.chmod(0o755)
        for name in _REAL:
            found = shutil.which(name)
            assert found is not None, name
            (self.bin / name).symlink_to(found)
        self._seen = 0

    def take_calls(self) -> list[VendorCall]:
        """Return the calls since the last time."""
        path = self.folder / "calls.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        new, self._seen = lines[self._seen :], len(lines)
        return [VendorCall(json.loads(line)) for line in new]

    def misbehave(self, **faults: Mapping[str, Any]) -> None:
        """Let commands fail, as vendor_process.py says; without any they behave."""
        (self.folder / "faults.json").write_text(json.dumps(faults))

    def list_names(self) -> set[str]:
        """Return the names of all secrets of all vendors."""
        return {name for names in self._read_state().values() for name in names}

    def change(self, name: str, **fields: Any) -> None:
        """Change a secret behind Twauth's back, or add it where others of its place are."""
        state = self._read_state()
        for names in state.values():
            one = names.setdefault(name, {"digest": "0" * 64, "version": 0})
            one["version"] += 1
            one.update(fields)
        self._write_state(state)

    def remove(self, name: str) -> None:
        """Delete a secret behind Twauth's back."""
        state = self._read_state()
        for names in state.values():
            names.pop(name, None)
        self._write_state(state)

    def add_place(self, scope: str, *names: str) -> None:
        """Add secrets of somebody else. scope: as vendor_process.py names the place."""
        state = self._read_state()
        state.setdefault(scope, {}).update(
            {name: {"digest": "0" * 64, "version": 1} for name in names}
        )
        self._write_state(state)

    def list_processes(self) -> list[int]:
        """Return the processes that were told to stay, whether they run or not."""
        path = self.folder / "processes"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def _read_state(self) -> dict[str, Any]:
        path = self.folder / "state.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _write_state(self, state: Mapping[str, Any]) -> None:
        (self.folder / "state.json").write_text(json.dumps(state))
