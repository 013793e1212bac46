"""List the plain-text files that credentials were imported from, and offer to delete each."""

from __future__ import annotations

from collections.abc import Sequence

import click

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import ExitCode, exit_code_of
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.services.import_plan import ImportAppItem, ImportResult, OriginalFile
from twauth_gui.services.import_service import ImportService

_HOW = "To do without a file, start its bot with the command below it, then delete it."


def offer_removal(
    importer: ImportService,
    console: Console,
    results: Sequence[ImportResult],
    apps: Sequence[ImportAppItem],
    *,
    yes: bool,
) -> ExitCode:
    """List the files, and ask for each whether to delete it, if there is a terminal.

    Args:
        importer: knows the files.
        console: asks.
        results: what was imported.
        apps: those that were imported without an account.
        yes: whether the user answers no questions; then no file is deleted.

    Returns:
        The exit code: that of a file that was to be deleted and was not, else 0.
    """
    if console.quiet:
        return ExitCode.DONE
    originals = console.jobs.fetch(lambda _cancel: importer.find_originals(results, apps))
    if not originals:
        return ExitCode.DONE
    console.note("In plain text the credentials are still in:")
    for one in originals:
        console.note_lines(_format_original(one))
    if any(one.command for one in originals):
        console.note(_HOW)
    if yes or not console.can_ask:
        return ExitCode.DONE
    return max(_ask_and_delete(importer, console, one) for one in originals)


def _format_original(original: OriginalFile) -> str:
    place = to_printable_line(original.place)
    first = f"  {place} ({original.summary}). {_list_doubts(original)}"
    return "\n    ".join([first.rstrip(), *original.command.splitlines()])


def _list_doubts(original: OriginalFile) -> str:
    """Return what speaks against deleting it."""
    is_of_tool = not original.tool.startswith("a ")  # such as "a file"
    tool = f"{original.tool} may still read it." if is_of_tool else ""
    return f"{tool} {original.others}".strip()


def _ask_and_delete(importer: ImportService, console: Console, original: OriginalFile) -> ExitCode:
    place = to_printable_line(original.place)
    doubts = _list_doubts(original)
    question = f"{place}: {doubts} Delete it?" if doubts else f"Delete {place}?"
    if original.others:
        question = f"{place}: {doubts} Delete it with everything in it?"
    if not click.confirm(question, default=False, err=True):
        return ExitCode.DONE
    force = bool(original.others)
    try:
        console.jobs.run(lambda _cancel: importer.delete_original(original, force=force))
    except DiagnosedError as error:
        console.warn(f"{place}: {error.diagnosis.to_sentence()}")
        return exit_code_of(error.diagnosis)
    console.note(f"{place} is deleted. The disk may keep its content until it is overwritten.")
    return ExitCode.DONE
