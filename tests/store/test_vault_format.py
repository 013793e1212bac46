"""The stand-alone script opens what the program seals, and the published layout is the real one."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.sample_records import NOON
from twauth_gui.domain.secret import Secret
from twauth_gui.store import sealed_format
from twauth_gui.store.backup import Backup, seal_backup
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.vault_selection import FILE_VAULT_FILE_NAME

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "decrypt-vault"
PASSPHRASE = "caf\u00e9 by the ferry"
SERVICE = "twauth/account/one/1"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vault") / FILE_VAULT_FILE_NAME
    vault = FileVault(path)
    vault.create(Secret(PASSPHRASE))
    vault.write(SERVICE, Secret('{"v":1,"access_token":"7001-one"}'))
    return path


def decrypt(path: Path, passphrase: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        # -I: neither this folder nor a variable gives it anything of the program.
        [sys.executable, "-I", str(SCRIPT), str(path)],
        input=f"{passphrase}\n",
        cwd=path.parent,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def decrypt_json(path: Path, passphrase: Secret) -> dict[str, Any]:
    """Return the JSON that the script prints."""
    done = decrypt(path, passphrase.reveal())
    assert (done.returncode, done.stderr) == (0, "")
    contents: dict[str, Any] = json.loads(done.stdout)
    return contents


def test_the_script_gives_every_record(file: Path) -> None:
    for passphrase in (PASSPHRASE, "cafe\u0301 by the ferry"):
        contents = decrypt_json(file, Secret(passphrase))
        assert json.loads(contents["items"][SERVICE])["access_token"] == "7001-one"


def test_the_script_reads_backups(tmp_path: Path) -> None:
    path = tmp_path / "b"
    _ = path.write_bytes(seal_backup(Backup(NOON), Secret(PASSPHRASE), path))
    assert decrypt_json(tmp_path / "b", Secret(PASSPHRASE))["apps"] == []


def test_the_script_says_what_is_wrong(file: Path, tmp_path: Path) -> None:
    raw = file.read_bytes()
    for data, passphrase, words in (
        (raw, "another", "does not open"),
        (raw[:90], PASSPHRASE, "damaged"),
        (b"something else", PASSPHRASE, "no encrypted file"),
    ):
        path = tmp_path / "f"
        _ = path.write_bytes(data)
        done = decrypt(path, passphrase)
        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_the_script_gives_what_is_before_a_torn_end(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "f"
    _ = path.write_bytes(file.read_bytes()[:-1])
    done = decrypt(path, PASSPHRASE)
    assert "cut off" in done.stderr
    assert json.loads(done.stdout)["items"] == {}


def test_the_script_is_short_and_alone() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert SCRIPT.stat().st_mode & 0o111
    modules = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_published_layout_is_the_real_one(file: Path) -> None:
    text = (ROOT / "docs" / "vault-format.md").read_text(encoding="utf-8")
    header, _, rest = text.partition("## Version 1")
    assert sum(sizes(header)) == sealed_format.HEADER_BYTES
    assert sum(sizes(rest.partition("## Version 2")[2])) == sealed_format.RECORD_HEAD_BYTES + 32
    raw = file.read_bytes()
    assert raw.startswith(b"TWAUTH\x02V")
    assert struct.unpack(">IHH", raw[8:16]) == (65_536, 3, 4)


def sizes(table: str) -> list[int]:
    return [int(size) for size in re.findall(r"^\| [\d +n]+ \| (\d+) \|", table, re.MULTILINE)]
