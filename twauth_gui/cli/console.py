"""What the command writes, to which stream, in which colour."""

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
    """Whether a person sits at the stream; it can be closed, or missing altogether."""
    return stream is not None and not stream.closed and stream.isatty()


def discard_stream(stream: TextIO | None) -> None:
    """Point the stream to nowhere: what is left in it would fail again when Python ends.

    Then Python would end with 120, whatever the exit code was to be.
    """
    if stream is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


class Console:
    """Results go to standard output, everything said about them to standard error.

    subject: what the command is about, for the next step after a failure.
    """

    def __init__(self) -> None:
        self.quiet = False
        self._printed_notes: set[str] = set()
        self.subject = FailureSubject()

    @cached_property
    def jobs(self) -> JobRunner:
        """Runs what a person can interrupt from here."""
        from twauth_gui.cli.jobs import JobRunner  # loads threads, which not every command needs

        return JobRunner()

    @property
    def can_ask(self) -> bool:
        """Whether a question can be shown and answered."""
        return is_terminal(sys.stdin) and is_terminal(sys.stderr)

    @property
    def is_stdout_terminal(self) -> bool:
        """Whether results end up on a screen."""
        return is_terminal(sys.stdout)

    def print_result(self, text: str) -> None:
        """Write what was asked for.

        Raises:
            NoOutputError: the text did not get out.
        """
        write_stdout(_strip_controls(text, in_colour=_has_colour(sys.stdout)))

    def print_json(self, value: object) -> None:
        """Write one JSON object; it is ASCII, so that any locale takes it."""
        write_stdout(json.dumps(value, indent=2))

    def print_json_array(self, values: list[object]) -> None:
        """Write a JSON array, one element a line."""
        write_stdout(format_json_array(values))

    def print_json_line(self, value: object) -> None:
        """Write one JSON value in one line, where several follow each other."""
        write_stdout(json.dumps(value))

    def print_secret(self, text: Secret) -> None:
        """Write a text with secrets, as UTF-8 whatever the locale says.

        Raises:
            NoOutputError: it did not get out whole.
        """
        if sys.stdout is None:  # so it is where it was closed
            raise NoOutputError
        if self.is_stdout_terminal:
            self.warn("What follows are secrets. Clear the screen when you have used them.")
        try:
            click.echo(text.reveal().encode(), nl=False)
        except OSError as error:
            raise NoOutputError(error) from error

    def print_success(self, text: str) -> None:
        """Confirm what was done, in one line; --quiet leaves it out."""
        if not self.quiet:
            self.print_result(to_printable_line(text))

    def note(self, text: str) -> None:
        """Tell something beside the result, in one line; --quiet leaves it out."""
        self.note_lines(to_printable_line(text))

    def note_lines(self, text: str) -> None:
        """Tell something of several lines, as a table; --quiet leaves it out."""
        if not self.quiet:
            self._write_stderr(text)

    def note_once(self, text: str) -> None:
        """Tell something of several lines that is so for all that one command does."""
        if text not in self._printed_notes:
            self._printed_notes.add(text)
            self.note_lines(text)

    def warn(self, text: str) -> None:
        """Tell something that --quiet does not leave out, in one line."""
        text = self.style(to_printable_line(text), fg="yellow", stream=sys.stderr)
        self._write_stderr(text, styled=True)

    def print_problem(self, title: str, advice: str = "", more: Sequence[str] = ()) -> None:
        """Tell why the command did not do what was asked; each of the texts is one line."""
        title = to_printable_line(title)
        name = self.style("twauth:", fg="red", stream=sys.stderr)
        self._write_stderr(f"{name} {self.style(title, bold=True, stream=sys.stderr)}", styled=True)
        for line in (advice, *more):
            if line:
                self._write_stderr(to_printable_line(line))

    def print_diagnosis(self, found: Diagnosis) -> None:
        """Tell a failure: title, advice, further causes, and a report where it is unknown."""
        more = [f"  Perhaps: {cause}" for cause in found.causes]
        if step := find_next_step(found, self.subject):
            more.append(f"Next: {step}")
        self.print_problem(found.title, found.advice, more)
        self.print_report(found)

    def print_report(self, found: Diagnosis) -> None:
        """Tell what a report may hold, of a failure that is not known."""
        if found.kind is ProblemKind.UNKNOWN:
            for line in found.evidence.format_report().splitlines():
                self._write_stderr(f"  {line}")

    @contextmanager
    def show_progress(self, what: str, count: int) -> Generator[Callable[[], None]]:
        """Show how far a long job is, to a person only; yields what to call after each step."""
        if count <= 1 or self.quiet or not _can_redraw(sys.stderr):
            yield _ignore
            return
        with click.progressbar(length=count, label=what, file=sys.stderr) as bar:
            yield lambda: bar.update(1)

    def style(
        self, text: str, *, fg: str | None = None, bold: bool = False, stream: TextIO | None = None
    ) -> str:
        """Colour a text where its stream (standard output by default) shows colours."""
        if not _has_colour(sys.stdout if stream is None else stream):
            return text
        return click.style(to_printable_text(text), fg=fg, bold=bold)

    def _write_stderr(self, text: str, *, styled: bool = False) -> None:
        try:
            in_colour = styled and _has_colour(sys.stderr)
            click.echo(_strip_controls(text, in_colour=in_colour), err=True, color=in_colour)
        except OSError:
            discard_stream(sys.stderr)  # no words get out any more; the exit code still does


def _strip_controls(text: str, *, in_colour: bool) -> str:
    """Let no control sign out, whoever brought it in; of our own, colours where they are shown."""
    if not in_colour:
        return to_printable_text(text)
    return "".join(
        part if at % 2 else to_printable_text(part) for at, part in enumerate(_COLOUR.split(text))
    )


def _ignore() -> None:
    """Nobody looks."""


def _can_redraw(stream: TextIO | None) -> bool:
    """Whether a line can be written anew in its place."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def _has_colour(stream: TextIO | None) -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal(stream) and not plain
