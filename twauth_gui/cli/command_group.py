"""A click group whose help shows a whole sentence for each command."""

from __future__ import annotations

import click
from typing_extensions import override


class CommandGroup(click.Group):
    """click's own group cuts the sentences off at the end of the line."""

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, _first_sentence(one)) for name, one in commands if one is not None]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _first_sentence(command: click.Command) -> str:
    words = " ".join((command.help or "").split())
    return words.partition(". ")[0].removesuffix(".")
