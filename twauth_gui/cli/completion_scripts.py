"""Writes the scripts with which a shell completes names."""

from __future__ import annotations

import sys
from pathlib import Path

from click.shell_completion import get_completion_class

from twauth_gui.cli.bash_completion import teach_bash
from twauth_gui.cli.front_door import COMPLETE_VARIABLE
from twauth_gui.cli.root import root

FILES = {"bash": "twauth", "zsh": "_twauth", "fish": "twauth.fish"}
"""As the shells want them called in the folders where they look by themselves."""


def script_for(shell: str) -> str:
    """Give the script for one of the shells in FILES."""
    teach_bash()
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows these three
    return kind(root, {}, "twauth", COMPLETE_VARIABLE).source().strip()


def main() -> None:
    """Write them all into the folder that is named."""
    for shell, name in FILES.items():
        folder = Path(sys.argv[1]) / shell
        folder.mkdir(parents=True, exist_ok=True)
        text = f"{script_for(shell)}\n"
        _ = (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
