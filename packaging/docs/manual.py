"""Writes docs/command.md, docs/twauth.1 and the completion scripts, from the commands themselves.

python packaging/docs/manual.py            write the files
python packaging/docs/manual.py --check    end with 1 if one is out of date
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from twauth_gui import __version__
from twauth_gui.cli.commands.completion import SCRIPT_FILES, render_script
from twauth_gui.cli.errors import EXIT_CODE_MEANINGS
from twauth_gui.cli.json_output import JSON_KEYS, JSON_SOURCES
from twauth_gui.cli.root import root

_ROOT = Path(__file__).parents[2]
_MARKDOWN = _ROOT / "docs" / "command.md"
_MAN_PAGE = _ROOT / "docs" / "twauth.1"
_COMPLETIONS = _ROOT / "packaging" / "completions"

_ENVIRONMENT = {
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


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One command as the manual shows it. Each paragraph is one line, or a block kept as it is."""

    name: str
    usage: str
    paragraphs: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    epilog: tuple[str, ...]


def iter_commands() -> Iterator[CommandEntry]:
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


def render_markdown() -> str:
    """Render everything as Markdown."""
    first, *rest = iter_commands()
    lines = ["# The command", "", *_render_markdown_entry(first, heading=False)]
    for entry in rest:
        lines += _render_markdown_entry(entry)
    lines += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code.value} | {words} |" for code, words in EXIT_CODE_MEANINGS.items()]
    lines += ["", "## Environment", "", "| variable | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {words} |" for name, words in _ENVIRONMENT.items()]
    lines += ["", "## JSON", ""]
    lines += ["Keys may be added; none is renamed or removed. Times are ISO 8601 with a zone.", ""]
    for name, keys in JSON_KEYS.items():
        lines += [f"### {name}", "", JSON_SOURCES[name], "", "| key | meaning |", "|---|---|"]
        lines += [f"| `{key}` | {words} |" for key, words in keys.items()]
        lines.append("")
    return "\n".join(lines)


def _render_markdown_entry(entry: CommandEntry, *, heading: bool = True) -> list[str]:
    lines = [f"## {entry.name}", ""] if heading else []
    lines += ["```text", entry.usage, "```", ""]
    for paragraph in entry.paragraphs:
        lines += [paragraph, ""]
    if entry.options:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [
            f"| `{_escape_cell(names)}` | {_escape_cell(words)} |" for names, words in entry.options
        ]
        lines.append("")
    for paragraph in entry.epilog:
        is_verbatim = "\n" in paragraph
        lines += ["```text", paragraph, "```", ""] if is_verbatim else [paragraph, ""]
    return lines


def _escape_cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;")


def render_man_page() -> str:
    """Render everything as a page for man(1)."""
    first, *rest = iter_commands()
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
    lines += [".SH ENVIRONMENT", *_render_roff_list(tuple(_ENVIRONMENT.items()))]
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


def render_files() -> dict[Path, str]:
    """Render every file that comes from the commands."""
    scripts = {
        _COMPLETIONS / shell / name: f"{render_script(shell, root)}\n"
        for shell, name in SCRIPT_FILES.items()
    }
    return {_MARKDOWN: render_markdown(), _MAN_PAGE: render_man_page(), **scripts}


def main() -> int:
    """Write the files, or compare them."""
    stale: list[str] = []
    for path, text in render_files().items():
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(_ROOT)))
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run: make docs", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
