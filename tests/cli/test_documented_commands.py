"""The command takes every command line that the documents show in a block."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from twauth_gui.cli.root import root
from twauth_gui.transfer.destinations.catalog import builtin_destinations
from twauth_gui.transfer.preset_catalog import builtin_presets

ROOT = Path(__file__).parents[2]
PRESETS = {one.id for one in builtin_presets()} | {"my-bot"}
DESTINATIONS = {one.id for one in builtin_destinations()}
DOCUMENTS = sorted({ROOT / "README.md", *(ROOT / "docs").glob("*.md")} - {ROOT / "docs/command.md"})
CALL = re.compile(r"^    (?:.*\| )?twauth (.+)$", re.MULTILINE)
BEHIND = re.compile(r" {3,}.*| [|&#].*| \d?[<>].*|…")
"""An explanation, a pipe, a redirection."""


def list_calls(document: Path) -> Iterator[str]:
    """Yield what a document's blocks have behind twauth."""
    text = document.read_text("utf-8").replace("\\\n        ", "")
    for words in CALL.findall(text):
        yield BEHIND.sub("", words)


def parse(words: list[str]) -> dict[str, object]:
    """Parse words as the command does, and run nothing; return the last command's parameters.

    Raises:
        click.UsageError: the command does not take them.
    """
    command: click.Command = root
    ctx = root.make_context("twauth", words)
    while isinstance(command, click.Group) and (rest := [*ctx._protected_args, *ctx.args]):  # pyright: ignore[reportPrivateUsage] # click 9 ends it
        name, found, rest = command.resolve_command(ctx, rest)
        assert found is not None, name
        command, ctx = found, found.make_context(name, rest, parent=ctx)
    return ctx.params


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_command_takes_them(document: Path) -> None:
    for call in list_calls(document):
        try:
            given = parse(shlex.split(call))
        except click.exceptions.Exit:  # --version and the like
            continue
        except click.BadParameter as error:  # a file of the reader's
            if not error.message.endswith("No such file or directory"):
                raise
            continue
        assert given.get("preset") is None or given["preset"] in PRESETS, call
        target = given.get("to")
        assert target is None or str(target).partition(":")[0] in DESTINATIONS, call


def test_the_documents_have_many() -> None:
    assert sum(len(list(list_calls(document))) for document in DOCUMENTS) >= 60
