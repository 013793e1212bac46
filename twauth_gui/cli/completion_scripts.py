"""Writes the scripts with which a shell completes names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import add_completion_class, get_completion_class

from twauth_gui.cli.bash_completion import CuttingBash
from twauth_gui.cli.front_door import COMPLETE_VARIABLE
from twauth_gui.cli.joined_completion import JoiningFish, JoiningZsh

if TYPE_CHECKING:
    import click

FILES = {"bash": "twauth", "zsh": "_twauth", "fish": "twauth.fish"}
"""As the shells want them called in the folders where they look by themselves."""


def script_for(shell: str, command: click.Command) -> str:
    """Give the script for one of the shells in FILES."""
    teach_shells()
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows these three
    return kind(command, {}, "twauth", COMPLETE_VARIABLE).source().strip()


def teach_shells() -> None:
    """Let click complete as each of the shells needs it."""
    for kind in (CuttingBash, JoiningZsh, JoiningFish):
        add_completion_class(kind)
