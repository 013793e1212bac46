"""Programs are found where they are expected, and never where anyone could put one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.destinations.command_driver import CommandDriver, find_programs
from twauth_gui.transfer.destinations.definition import (
    InputFormat,
    Shape,
    VendorCommands,
    WriteCommand,
)
from twauth_gui.transfer.destinations.driver import (
    DestinationError,
    FailureReason,
    SecretToWrite,
)
from twauth_gui.transfer.destinations.output_redaction import PLACEHOLDER
from twauth_gui.transfer.destinations.vendor_command import (
    ProgramNotFoundError,
    VendorCommand,
    find_program,
)


def make_tool(path: Path, text: str = "#!/bin/sh\ntrue\n") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_where_programs_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = make_tool(tmp_path / "bin" / "tool")
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "tool").mkdir()  # a folder of that name
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "tool").write_text("not executable")
    folders = [tmp_path / name for name in ("first", "second", "bin")]
    assert find_program("tool", ":".join(map(str, folders))) == str(tool)
    assert find_program(str(tool)) == str(tool)
    monkeypatch.chdir(tool.parent)
    for path in ("", ".", ":", "bin", str(tmp_path / "second")):
        with pytest.raises(ProgramNotFoundError):
            find_program("tool", path)
    with pytest.raises(ProgramNotFoundError):
        find_program("/nowhere/tool")


def test_windows_endings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = make_tool(tmp_path / "bin" / "tool.CMD")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PATHEXT", ".EXE:.CMD")
    assert find_program("tool", str(tmp_path / "bin")) == str(tool)


def test_batch_files_get_no_word_that_cmd_takes_apart(tmp_path: Path) -> None:
    tool = make_tool(tmp_path / "bin" / "tool.cmd")
    commands = VendorCommands(WriteCommand(("tool",), InputFormat.VALUE))
    command = VendorCommand(commands, {"tool": str(tool)}, [])
    assert command.run(["tool", "plain"], None, CancelToken()).code == 0
    for word in ("a&b", "%PATH%", 'x"y', "a^b"):
        with pytest.raises(OSError, match="batch file"):
            command.run(["tool", word], None, CancelToken())


def test_a_program_that_reads_nothing(tmp_path: Path) -> None:
    tool = make_tool(tmp_path / "bin" / "tool", "#!/bin/sh\nexec <&-\necho done\n")
    commands = VendorCommands(WriteCommand(("tool",), InputFormat.VALUE))
    command = VendorCommand(commands, {"tool": str(tool)}, [])
    result = command.run(["tool"], b"x" * 1_000_000, CancelToken())
    assert (result.code, result.stdout) == (0, "done\n")


def test_what_a_failure_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = make_tool(tmp_path / "bin" / "tool", "#!/bin/sh\n/bin/cat >&2\nexit 3\n")
    write = WriteCommand(("tool", "{name}"), InputFormat.VALUE)
    commands = VendorCommands(write, logged_out_exit=(3,))
    driver = CommandDriver(commands, Shape.VALUES, find_programs(commands, str(tmp_path / "bin")))
    secret = SecretToWrite("NAME", Secret("a value of several words that is secret"), {})
    with pytest.raises(DestinationError) as failed:
        driver.write({}, [secret], CancelToken(), is_new=False)
    assert failed.value.reason is FailureReason.LOGGED_OUT
    assert failed.value.says.strip() == PLACEHOLDER
