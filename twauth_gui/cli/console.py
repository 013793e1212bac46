"""Print to the terminal: results, notes and problems, each to its stream, in colour."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

import click

from twauth_gui.cli.errors import FailureSubject, find_next_step
from twauth_gui.cli.output import NoOutputError, format_json_array, write_stdout
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.display_text import to_printable_line, to_printable_text
from twauth_gui.domain.secret import Secret

if TYPE_CHECKING:
    from twauth_gui.cli.jobs import JobRunner

_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal; it can be closed, or None."""
    return stream is not None and not stream.closed and stream.isatty()


def discard_stream(stream: TextIO | None) -> None:
    """Redirect the stream to the null device, since what is left in it would fail again at exit.

    Python would then exit with 120, whatever the exit code was.
    """
    if stream is None:
        return
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, stream.fileno())
    finally:
        os.close(null)


class Console:
    """Prints results to standard output, and everything about them to standard error.

    quiet: whether to leave out notes. subject: what the command is about, for the next step after
    a failure.
    """

    def __init__(self) -> None:
        self.quiet = False
        self._printed_notes: set[str] = set()
        self.subject = FailureSubject()

    @cached_property
    def jobs(self) -> JobRunner:
        """Runs the jobs that Ctrl+C can interrupt."""
        from twauth_gui.cli.jobs import JobRunner  # loads threads, which few commands need

        return JobRunner()

    @property
    def can_ask(self) -> bool:
        """Whether the user can be asked a question."""
        return is_terminal(sys.stdin) and is_terminal(sys.stderr)

    @property
    def is_stdout_terminal(self) -> bool:
        """Whether results are printed to a terminal."""
        return is_terminal(sys.stdout)

    def print_result(self, text: str) -> None:
        """Print the result of the command.

        Raises:
            NoOutputError: it was not written completely.
        """
        write_stdout(_strip_controls(text, in_colour=_has_colour(sys.stdout)))

    def print_json(self, value: object) -> None:
        """Print one JSON object; it is ASCII, so that any locale can show it."""
        write_stdout(json.dumps(value, indent=2))

    def print_json_array(self, values: list[object]) -> None:
        """Print a JSON array, one element per line."""
        write_stdout(format_json_array(values))

    def print_json_line(self, value: object) -> None:
        """Print one JSON value on one line; several can follow each other."""
        write_stdout(json.dumps(value))

    def print_secret(self, text: Secret) -> None:
        """Print a text with secrets, as UTF-8 in any locale.

        Raises:
            NoOutputError: it was not written completely.
        """
        if sys.stdout is None:  # it was closed before Python started
            raise NoOutputError
        self.warn_of_secrets()
        try:
            click.echo(text.reveal().encode(), nl=False)
        except OSError as error:
            raise NoOutputError(error) from error

    def warn_of_secrets(self) -> None:
        """Warn that secrets follow, if they are printed to a terminal."""
        if self.is_stdout_terminal:
            self.warn("Secrets follow. Clear the screen when you have used them.")

    def print_success(self, text: str) -> None:
        """Confirm what was done, on one line; --quiet leaves it out."""
        if not self.quiet:
            self.print_result(to_printable_line(text))

    def note(self, text: str) -> None:
        """Print a remark about the result, on one line; --quiet leaves it out."""
        self.note_lines(to_printable_line(text))

    def note_lines(self, text: str) -> None:
        """Print a remark of several lines, such as a table; --quiet leaves it out."""
        if not self.quiet:
            self._write_stderr(text)

    def note_once(self, text: str) -> None:
        """Print a remark of several lines, once per command; --quiet leaves it out."""
        if text not in self._printed_notes:
            self._printed_notes.add(text)
            self.note_lines(text)

    def warn(self, text: str) -> None:
        """Print a warning on one line; --quiet does not leave it out."""
        text = self.style(to_printable_line(text), fg="yellow", stream=sys.stderr)
        self._write_stderr(text, styled=True)

    def print_problem(self, title: str, advice: str = "", more: Sequence[str] = ()) -> None:
        """Print why the command failed; each of the texts becomes one line."""
        title = to_printable_line(title)
        name = self.style("twauth:", fg="red", stream=sys.stderr)
        self._write_stderr(f"{name} {self.style(title, bold=True, stream=sys.stderr)}", styled=True)
        for line in (advice, *more):
            if line:
                self._write_stderr(to_printable_line(line))

    def print_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Print a failure: title, advice, causes, next step, and a report if it is unknown."""
        more = [f"  Perhaps: {cause}" for cause in diagnosis.causes]
        if step := find_next_step(diagnosis, self.subject):
            more.append(f"Next: {step}")
        self.print_problem(diagnosis.title, diagnosis.advice, more)
        self.print_report(diagnosis)

    def print_report(self, diagnosis: Diagnosis) -> None:
        """Print what a bug report may contain, if the failure is unknown."""
        if diagnosis.kind is ProblemKind.UNKNOWN:
            for line in diagnosis.evidence.format_report().splitlines():
                self._write_stderr(f"  {line}")

    @contextmanager
    def show_progress(self, label: str, count: int) -> Generator[Callable[[], None]]:
        """Show a progress bar on a terminal; yields the function to call after each step."""
        if count <= 1 or self.quiet or not _can_redraw(sys.stderr):
            yield lambda: None
            return
        with click.progressbar(length=count, label=label, file=sys.stderr) as bar:
            yield lambda: bar.update(1)

    @contextmanager
    def show_growing_progress(self, label: str) -> Generator[Callable[[int, int], None]]:
        """Show a progress bar on a terminal; yields the function to tell done and known steps."""
        if self.quiet or not _can_redraw(sys.stderr):
            yield lambda _done, _known: None
            return
        with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

            def tell(done: int, known: int) -> None:
                bar.length = max(known, 1)
                bar.update(done - bar.pos)

            yield tell

    def style(
        self, text: str, *, fg: str | None = None, bold: bool = False, stream: TextIO | None = None
    ) -> str:
        """Colour a text if its stream (standard output by default) shows colours."""
        if not _has_colour(sys.stdout if stream is None else stream):
            return text
        return click.style(to_printable_text(text), fg=fg, bold=bold)

    def _write_stderr(self, text: str, *, styled: bool = False) -> None:
        try:
            in_colour = styled and _has_colour(sys.stderr)
            click.echo(_strip_controls(text, in_colour=in_colour), err=True, color=in_colour)
        except OSError:
            discard_stream(sys.stderr)  # nothing can be printed any more; the exit code remains


def _strip_controls(text: str, *, in_colour: bool) -> str:
    """Remove control characters from a text; with in_colour our own colours stay."""
    if not in_colour:
        return to_printable_text(text)
    return "".join(
        part if at % 2 else to_printable_text(part) for at, part in enumerate(_COLOUR.split(text))
    )


def _can_redraw(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal that can redraw a line."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def _has_colour(stream: TextIO | None) -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal(stream) and not plain
