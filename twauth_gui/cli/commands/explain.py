"""twauth explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.services.explain_error import Explained, Explanation, KnownAccount

_EPILOG = """\b
Examples:
  python bot.py 2>&1 | twauth explain
  journalctl -u mybot -n 200 | twauth explain
  twauth explain bot.log --json

Exit code: 0 where a reason is told; 1 where nothing of X is in the text, or the reason is not
known; 2 where the FILE cannot be read.
"""


@click.command(epilog=_EPILOG)
@click.argument("file", required=False, default="-", metavar="[FILE]")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, the likeliest first.")
@click.pass_obj
def explain(session: Session, file: str, as_json: bool) -> int:
    """Explain what a bot printed when X refused it: what is so, why, and what to do.

    It takes a traceback, a log, a JSON body or a web page, from FILE or from standard input.
    Nothing is sent, no keychain is needed, and no credential is repeated.
    """
    from twauth_gui.services.explain_error import LIMIT_WORDS, explain_error
    from twauth_gui.services.kit import wall_clock

    console = session.console
    (data, cut), known = _read(file, console), _known(session)
    explained = explain_error(data, known or [], wall_clock(), cut=cut)
    if known is not None and explained.key_marks and explained.explanations:
        app = _app_with_key(session, explained)
        explained = explain_error(data, known, wall_clock(), app=app, cut=cut)
    if explained.cut:
        console.note(f"The text is long. Only its last {LIMIT_WORDS} were read.")
    if as_json:
        console.json_array([_shape(one) for one in explained.explanations])
    elif explained.explanations:
        console.result("\n".join(_lines(explained, console)))
    if not explained.explanations:
        raise CliError(
            ExitCode.FAILED,
            "No refusal of X was found in the text.",
            "Give what the bot printed when it failed: the traceback, the log around it, or the"
            " body of X's answer.",
        )
    return ExitCode.DONE if explained.is_known else ExitCode.FAILED


def _read(file: str, console: Console) -> tuple[bytes, bool]:
    from twauth_gui.services.explain_error import read_end

    try:
        if file != "-":
            with Path(file).open("rb") as stream:
                return read_end(stream)
        if sys.stdin is None:  # so it is where it was closed
            return b"", False
        if console.can_ask:
            console.note("Paste what the bot printed, then press Ctrl+D on a line of its own.")
        return read_end(sys.stdin.buffer)
    except OSError as error:
        from_input = file == "-"
        name = "Standard input" if from_input else file
        code = ExitCode.FAILED if from_input else ExitCode.USAGE
        why = f"The system says: {error.strerror}."
        raise CliError(code, f"{name} cannot be read.", why) from error


def _known(session: Session) -> list[KnownAccount] | None:
    """Read the list; None where there is none, or a damaged one: nothing is created or mended."""
    from twauth_gui.services.explain_error import listed_accounts
    from twauth_gui.services.folders import data_folder, named_folder
    from twauth_gui.store.listing import glance

    named = None if session.data_dir is None else str(session.data_dir)
    folder = named_folder(named) or data_folder()
    rows = None if folder is None else glance(folder)
    return None if rows is None else listed_accounts(rows)


def _app_with_key(session: Session, explained: Explained) -> str:
    from twauth_gui.domain.diagnosis import DiagnosedError
    from twauth_gui.services.explain_error import app_with_key
    from twauth_gui.services.shield import shield

    session.core_limit = shield()
    try:
        with session.lists() as kit:
            return session.jobs.run(lambda _cancel: app_with_key(kit, explained.key_marks))
    except DiagnosedError:
        return ""  # an app that is not recognised costs a name, no explanation


def _lines(explained: Explained, console: Console) -> list[str]:
    first, *others = explained.explanations
    found = first.diagnosis
    lines = [console.style(found.title, bold=True), found.advice]
    lines += [f"  Perhaps: {cause}" for cause in found.causes]
    lines += [f"  {hint}" for hint in first.hints]
    if whose := _whose(first):
        lines.append(f"Account: {whose}" if first.account else f"App: {whose}")
    if first.said:
        lines.append(f"X said: {first.said}")
    if first.facts:
        lines.append(f"Understood: {first.facts}, line {first.line}")
    if step := _next_step(first):
        lines.append(f"Next: {step}")
    if others:
        lines += ["", "Also in the text:"]
        lines += [f"  {_short(one)}" for one in others]
    return lines


def _short(one: Explanation) -> str:
    facts = f"{one.facts}, line {one.line}" if one.facts else f"line {one.line}"
    whose = f" {_whose(one)}." if _whose(one) else ""
    return f"{one.diagnosis.title}{whose} ({facts})"


def _whose(one: Explanation) -> str:
    if one.account is None:
        return one.app
    return f"{one.account.at_handle} under {one.app}"


def _next_step(one: Explanation) -> str:
    from twauth_gui.cli.next_steps import FailureSubject, next_step
    from twauth_gui.domain.diagnosis import ProblemKind, Remedy

    handle = one.account.handle if one.account else ""
    found = one.diagnosis
    if found.kind is ProblemKind.BOT_WITHOUT_KEYS:
        return f"twauth run {f'@{handle} ' if handle else ''}-- COMMAND…"
    step = next_step(found, FailureSubject(one.app, handle))
    if not step and handle and found.remedy in {Remedy.NONE, Remedy.TRY_AGAIN} and not one.is_known:
        return f"twauth check @{handle}"
    return step


def _shape(one: Explanation) -> dict[str, object]:
    from twauth_gui.cli.shapes import diagnosis_shape

    return {
        "diagnosis": diagnosis_shape(one.diagnosis),
        "known": one.is_known,
        "said": one.said,
        "line": one.line,
        "account": one.account.handle if one.account else None,
        "app": one.app or None,
        "hints": list(one.hints),
        "next": _next_step(one) or None,
    }
