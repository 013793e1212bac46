"""twauth explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.services.explain_error import ErrorExplanations, Explanation, KnownAccount

_EPILOG = """\b
Examples:
  python bot.py 2>&1 | twauth explain
  journalctl -u mybot -n 200 | twauth explain
  twauth explain bot.log --json

Exit code: 0 if the reason is known; 1 if it is not, or if X did not refuse anything in the text;
2 if the FILE cannot be read.
"""


@click.command(epilog=_EPILOG)
@click.argument("file", required=False, default="-", metavar="[FILE]")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, the likeliest first.")
@click.pass_obj
def explain(session: Session, file: str, as_json: bool) -> int:
    """Explain what a bot printed when X refused it: what happened, why, and what to do.

    It reads a traceback, a log, a JSON body or a web page, from FILE or from standard input.
    Nothing is sent, no keychain is needed, and no credential is repeated.
    """
    from twauth_gui.services.container import utc_now
    from twauth_gui.services.explain_error import LIMIT_WORDS, explain_error

    console = session.console
    (data, is_cut), known = _read_text(file, console), _read_known_accounts(session)
    explained = explain_error(data, known or [], utc_now(), cut=is_cut)
    if known is not None and explained.key_prefixes and explained.explanations:
        app = _find_app_with_key(session, explained)
        explained = explain_error(data, known, utc_now(), app=app, cut=is_cut)
    if explained.is_truncated:
        console.note(f"The text is long. Only its last {LIMIT_WORDS} were read.")
    if as_json:
        console.print_json_array([_serialize_explanation(one) for one in explained.explanations])
    elif explained.explanations:
        console.print_result("\n".join(_format_explanations(explained, console)))
    if not explained.explanations:
        raise CliError(
            ExitCode.FAILED,
            "The text shows no refusal by X.",
            "Pass what the bot printed when it failed: the traceback, the log around it, or the"
            " body of X's response.",
        )
    return ExitCode.DONE if explained.is_known else ExitCode.FAILED


def _read_text(file: str, console: Console) -> tuple[bytes, bool]:
    from twauth_gui.services.explain_error import read_tail

    try:
        if file != "-":
            with Path(file).open("rb") as stream:
                return read_tail(stream)
        if sys.stdin is None:  # it was closed before Python started
            return b"", False
        if console.can_ask:
            console.note("Paste what the bot printed, then press Ctrl+D on a line of its own.")
        return read_tail(sys.stdin.buffer)
    except OSError as error:
        from_input = file == "-"
        name = "Standard input" if from_input else file
        code = ExitCode.FAILED if from_input else ExitCode.USAGE
        why = f"The system says: {error.strerror}."
        raise CliError(code, f"{name} cannot be read.", why) from error


def _read_known_accounts(session: Session) -> list[KnownAccount] | None:
    """Read the account list; None if it is missing or damaged: nothing is created or repaired."""
    from twauth_gui.domain.diagnosis import DiagnosedError
    from twauth_gui.services.app_paths import find_app_paths
    from twauth_gui.services.explain_error import read_known_accounts
    from twauth_gui.store.account_list import read_account_list

    try:
        rows = read_account_list(str(find_app_paths(session.data_dir).data))
    except DiagnosedError:
        return None  # without a home folder there is no list
    return None if rows is None else read_known_accounts(rows)


def _find_app_with_key(session: Session, explained: ErrorExplanations) -> str:
    from twauth_gui.domain.diagnosis import DiagnosedError
    from twauth_gui.services.explain_error import find_app_by_key_prefix
    from twauth_gui.services.process_hardening import harden_process

    session.core_limit = harden_process()
    try:
        with session.open_index() as services:
            return session.jobs.run(
                lambda _cancel: find_app_by_key_prefix(services, explained.key_prefixes)
            )
    except DiagnosedError:
        return ""  # the explanation does not need the app


def _format_explanations(explained: ErrorExplanations, console: Console) -> list[str]:
    first, *others = explained.explanations
    diagnosis = first.diagnosis
    lines = [console.style(diagnosis.title, bold=True), diagnosis.advice]
    lines += [f"  Perhaps: {cause}" for cause in diagnosis.causes]
    lines += [f"  {hint}" for hint in first.hints]
    if owner := _format_owner(first):
        lines.append(f"Account: {owner}" if first.account else f"App: {owner}")
    if first.x_message:
        lines.append(f"X said: {first.x_message}")
    if first.details:
        lines.append(f"Understood: {first.details}, line {first.line}")
    if step := _find_next_step(first):
        lines.append(f"Next: {step}")
    if others:
        lines += ["", "Also in the text:"]
        lines += [f"  {_format_short(one)}" for one in others]
    return lines


def _format_short(one: Explanation) -> str:
    details = f"{one.details}, line {one.line}" if one.details else f"line {one.line}"
    owner = f" {_format_owner(one)}." if _format_owner(one) else ""
    return f"{one.diagnosis.title}{owner} ({details})"


def _format_owner(one: Explanation) -> str:
    if one.account is None:
        return one.app
    return f"{one.account.at_handle} under {one.app}"


def _find_next_step(one: Explanation) -> str:
    from twauth_gui.cli.errors import FailureSubject, find_next_step
    from twauth_gui.domain.diagnosis import ProblemKind, Remedy

    handle = one.account.handle if one.account else ""
    found = one.diagnosis
    if found.kind is ProblemKind.BOT_WITHOUT_KEYS:
        return f"twauth run {f'@{handle} ' if handle else ''}-- COMMAND…"
    step = find_next_step(found, FailureSubject(one.app, handle))
    if not step and handle and found.remedy in {Remedy.NONE, Remedy.TRY_AGAIN} and not one.is_known:
        return f"twauth check @{handle}"
    return step


def _serialize_explanation(one: Explanation) -> dict[str, object]:
    from twauth_gui.cli.json_output import serialize_diagnosis

    return {
        "diagnosis": serialize_diagnosis(one.diagnosis),
        "known": one.is_known,
        "said": one.x_message,
        "line": one.line,
        "account": one.account.handle if one.account else None,
        "app": one.app or None,
        "hints": list(one.hints),
        "next": _find_next_step(one) or None,
    }
