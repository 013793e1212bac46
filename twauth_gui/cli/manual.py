"""What the command's manual says: every command with its options, and the page for man(1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from twauth_gui import __version__
from twauth_gui.cli.errors import EXIT_CODE_MEANINGS

ENVIRONMENT = {
    "TWAUTH_ACCOUNT": "The account to use if a command names none; it counts before a .twauth file"
    " and the active account.",
    "TWAUTH_DATA_DIR": "Folder of the list of accounts, if --data-dir is not given.",
    "TWAUTH_PROFILE": "Name of the profile, if neither --profile, --data-dir nor TWAUTH_DATA_DIR is"
    " given.",
    "TWAUTH_VAULT": "keychain or file, if --vault is not given.",
    "TWAUTH_PASSPHRASE_FD": "Number of a file descriptor to read passphrases from, one per line:"
    " of the encrypted file, of a backup.",
    "TWAUTH_LOG_LEVEL": "debug, info or warning: the level of log/twauth.log in the data folder."
    " Secrets are always removed.",
    "NO_COLOR": "If it is set, nothing is coloured.",
}
"""Meaning of each environment variable, by its name."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One command as the manual shows it. Each paragraph is one line, or a block kept as it is."""

    name: str
    usage: str
    paragraphs: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    epilog: tuple[str, ...]


def iter_commands(root: click.Command) -> Iterator[CommandEntry]:
    """Yield the command and all commands below it, in the order of --help."""
    yield from _iter_below(root, click.Context(root, info_name="twauth"))


def _iter_below(command: click.Command, ctx: click.Context) -> Iterator[CommandEntry]:
    yield CommandEntry(
        name=ctx.command_path,
        usage=" ".join([ctx.command_path, *command.collect_usage_pieces(ctx)]),
        paragraphs=_split_paragraphs(command.help),
        options=tuple(_iter_options(command, ctx)),
        epilog=_split_paragraphs(command.epilog),
    )
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None:
                yield from _iter_below(below, click.Context(below, info_name=name, parent=ctx))


def _iter_options(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, str]]:
    for param in command.params:
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None:
            names, words = record
            yield names, " ".join(words.split())


def _split_paragraphs(text: str | None) -> tuple[str, ...]:
    """Join wrapped lines, except in a block that click keeps as it is: one with a backspace."""
    blocks = re.split(r"\n\s*\n", (text or "").strip("\n"))
    return tuple(
        block.strip("\b\n") if "\b" in block else " ".join(block.split())
        for block in blocks
        if block.strip()
    )


def render_man_page(root: click.Command) -> str:
    """Render everything as a page for man(1)."""
    first, *rest = iter_commands(root)
    lines = [f'.TH TWAUTH 1 "" "Twauth {__version__}" "User commands"', ".SH NAME"]
    lines += ["twauth \\- sign X bot accounts in, export their credentials to the bots"]
    lines += [".SH SYNOPSIS", _escape_roff(first.usage), ".SH DESCRIPTION"]
    lines += _render_roff_paragraphs(first.paragraphs)
    lines += [".SH OPTIONS", *_render_roff_list(first.options), ".SH COMMANDS"]
    for entry in rest:
        lines += [f".SS {_escape_roff(entry.usage)}", *_render_roff_paragraphs(entry.paragraphs)]
        lines += [*_render_roff_list(entry.options), *_render_roff_paragraphs(entry.epilog)]
    codes = tuple((str(code.value), words) for code, words in EXIT_CODE_MEANINGS.items())
    lines += [".SH EXIT STATUS", *_render_roff_list(codes)]
    lines += [".SH ENVIRONMENT", *_render_roff_list(tuple(ENVIRONMENT.items()))]
    lines += [".SH EXAMPLES", *_render_roff_paragraphs(first.epilog)]
    return "\n".join(lines) + "\n"


def _render_roff_paragraphs(paragraphs: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for paragraph in paragraphs:
        is_verbatim = "\n" in paragraph
        lines += [".PP", *([".nf"] if is_verbatim else [])]
        lines += [_escape_roff(line) for line in paragraph.splitlines()]
        lines += [".fi"] if is_verbatim else []
    return lines


def _render_roff_list(rows: tuple[tuple[str, str], ...]) -> list[str]:
    return [
        line
        for name, words in rows
        for line in (".TP", f"\\fB{_escape_roff(name)}\\fR", _escape_roff(words))
    ]


def _escape_roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
