"""twauth setup-shell."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from twauth_gui.cli.console import Console
    from twauth_gui.osfiles.shared_file import FileChange
    from twauth_gui.services.shell_setup import ShellSetup

_EPILOG = """\b
Examples:
  twauth setup-shell
  twauth setup-shell zsh --edit-rc
  twauth setup-shell --remove

Packages of a system and pipx do this themselves. A link that one of them made stays as it is.
"""


@click.command("setup-shell", epilog=_EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), required=False)
@click.option(
    "--edit-rc",
    is_flag=True,
    help="Add the line that a shell needs to its start-up file, instead of printing it.",
)
@click.option("--remove", is_flag=True, help="Take everything away again, such a line as well.")
@click.pass_context
def setup_shell(ctx: click.Context, shell: str | None, *, edit_rc: bool, remove: bool) -> None:
    """Install completion and the man page in your own folders, for the shell that SHELL names.

    It can be repeated, and asks nothing. No start-up file is changed unless --edit-rc is given: if
    one needs a line, that line is printed.
    """
    from twauth_gui.services.shell_setup import Shell, find_shell, plan_shell_setup

    if sys.platform == "win32":
        raise CliError(ExitCode.FAILED, "On Windows there is nothing to set up.")
    chosen = Shell(shell) if shell else find_shell(os.environ)
    if chosen is None:
        raise CliError(ExitCode.USAGE, "Which shell is meant? Name bash, zsh or fish.")
    console = ctx.ensure_object(Session).console
    setup = plan_shell_setup(chosen, os.environ)
    if remove:
        _remove(setup, console)
        return
    from twauth_gui.cli.commands.completion import render_script
    from twauth_gui.cli.manual import render_man_page
    from twauth_gui.osfiles.shared_file import write_shared

    root = ctx.find_root().command
    script = f"{render_script(chosen, root)}\n"
    for path, text in ((setup.completion, script), (setup.man_page, render_man_page(root))):
        _print_change(console, path, write_shared(path, text.encode()))
    _add_lines(setup, console, edit_rc=edit_rc)


def _add_lines(setup: ShellSetup, console: Console, *, edit_rc: bool) -> None:
    from twauth_gui.services.app_paths import shorten_path
    from twauth_gui.services.shell_setup import add_start_lines

    name = shorten_path(setup.start_file)
    if edit_rc:
        for line in add_start_lines(setup.start_file, setup.lines):
            console.print_success(f"Line added to {name}: {line.text}")
    else:
        for line in setup.lines:
            console.note(f"Add this line to {name}: {line.purpose}.")
            console.print_result(f"  {line.text}")
    console.note("Open a new shell to use it.")


def _remove(setup: ShellSetup, console: Console) -> None:
    from twauth_gui.osfiles.shared_file import FileChange, remove_shared
    from twauth_gui.services.app_paths import shorten_path
    from twauth_gui.services.shell_setup import remove_start_lines

    for path in (setup.completion, setup.man_page):
        _print_change(console, path, remove_shared(path))
    if remove_start_lines(setup.start_file) is FileChange.REMOVED:
        console.print_success(f"Line removed from {shorten_path(setup.start_file)}")


def _print_change(console: Console, path: Path, change: FileChange) -> None:
    from twauth_gui.osfiles.shared_file import FileChange
    from twauth_gui.services.app_paths import shorten_path

    words = {
        FileChange.WRITTEN: "Written: {path}",
        FileChange.UNCHANGED: "Up to date: {path}",
        FileChange.REMOVED: "Removed: {path}",
        FileChange.FOREIGN: "Left as it is, a link of an installer: {path}",
    }
    if change in words:
        console.print_success(words[change].format(path=shorten_path(path)))
