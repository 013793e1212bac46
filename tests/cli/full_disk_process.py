"""Call the command on a disk that is full, then read-only; run as a program.

Its arguments: the small disk, and a folder elsewhere. On the disk are a keyring, whose account list
is elsewhere, and an encrypted file with its list. It prints the result of each call.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cli.test_vault import PASSPHRASE, with_passphrases
from tests.store.full_disk_process import FILLER, fill_disk
from tests.support.command import CommandResult, TwauthCommand, minimal_environment
from tests.support.keychain import SecretService
from tests.support.namespaces import remount

KEYS = "K" * 25 + "\n" + "S" * 50 + "\n"


def write_result(result: CommandResult) -> None:
    _ = sys.stdout.write(f"{result.code} {result.err}--\n")


def main(disk: Path, elsewhere: Path) -> None:
    sealed = TwauthCommand(minimal_environment(disk / "sealed"))

    def add_to_file(label: str) -> CommandResult:
        words = ("--vault", "file", "app", "add", label)
        return with_passphrases(sealed, [PASSPHRASE], *words, stdin=KEYS)

    with SecretService(disk / "ss") as service:
        with_keyring = TwauthCommand({**service.env, "TWAUTH_DATA_DIR": str(elsewhere / "data")})

        def add_to_both(label: str) -> list[CommandResult]:
            return [with_keyring("app", "add", label, stdin=KEYS), add_to_file(label)]

        assert [result.code for result in add_to_both("News")] == [0, 0]
        fill_disk(disk, 0)
        for result in add_to_both("Alerts"):
            write_result(result)
        (disk / FILLER).unlink()
        remount(disk, "ro")
        for result in add_to_both("Alerts"):
            write_result(result)
        remount(disk, "rw")
        assert [result.code for result in add_to_both("Alerts")] == [0, 0]  # nothing was half done


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
