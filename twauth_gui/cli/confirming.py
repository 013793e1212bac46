"""Asks before something is taken away for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.domain.printable import printable

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console


def confirm(console: Console, question: str, *, yes: bool) -> None:
    """Ask on a terminal; yes answers beforehand.

    Raises:
        RefusedError: there is nobody to ask, and yes was not given.
        click.Abort: the person said no.
    """
    if yes:
        return
    question = printable(question)
    if not console.can_ask:
        raise CliError(
            ExitCode.USAGE,
            f"{question} Nobody can be asked here.",
            "Nothing was changed. Add --yes to say so in advance.",
        )
    click.confirm(question, abort=True, err=True)
