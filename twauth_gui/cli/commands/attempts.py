"""twauth attempts, resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completing import complete_attempt
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session
from twauth_gui.domain.attempts import PendingSignIn, PendingState

if TYPE_CHECKING:
    from twauth_gui.cli.signing import TerminalSignIn
    from twauth_gui.services.requests import Outcome

_WORDS = {
    PendingState.WAITING: "waits for its answer",
    PendingState.GRANTED: "granted",
    PendingState.WRONG_ACCOUNT: "another account approved",
}
_EPILOG = """\b
Examples:
  twauth resume 3f0c…
  twauth resume 3f0c… --pin - < answer.txt
"""


@click.command(epilog="Example: twauth attempts --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def attempts(session: Session, as_json: bool) -> None:
    """List the sign-ins under way, which twauth resume finishes."""
    from twauth_gui.cli.shapes import Shapes
    from twauth_gui.cli.table import age, local_time, table

    with session.lists() as kit:
        waiting = kit.store.pending_sign_ins.all()
        shapes = Shapes(kit.store.apps.all(), kit.store.settings.active_account())
    if as_json:
        session.console.json_array([shapes.attempt(one) for one in waiting])
    elif waiting:
        rows = [
            (
                one.id,
                shapes.label(one.app_id),
                _who(one),
                one.method.words,
                "X may have granted it" if one.may_be_granted else _WORDS[one.state],
                age(one.started_at, kit.now()),
                local_time(one.started_at),
            )
            for one in waiting
        ]
        head = ("ID", "APP", "ACCOUNT", "WAY", "STATE", "AGE", "STARTED")
        session.console.result(table(head, rows))
    else:
        session.console.note("No sign-in is under way.")


def _who(attempt: PendingSignIn) -> str:
    handle = attempt.granted_handle or attempt.expected_handle
    return f"@{handle}" if handle else ""


@click.command(epilog=_EPILOG)
@click.argument("attempt_id", metavar="ID", shell_complete=complete_attempt)
@click.option("--pin", metavar="-", help="-: read PIN, verifier or address from standard input.")
@click.option("--keep", is_flag=True, help="Keep the account that approved, though not expected.")
@click.option("--discard", is_flag=True, help="Give the sign-in up, and take back what X granted.")
@click.option("--forget", is_flag=True, help="Drop the sign-in here without asking X.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")
@click.pass_obj
def resume(  # noqa: PLR0917 - click passes them by name
    session: Session,
    attempt_id: str,
    pin: str | None,
    keep: bool,
    discard: bool,
    forget: bool,
    as_json: bool,
) -> None:
    """Go on with a sign-in that was begun earlier, here or in the window."""
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.cli.entering import refuse_value
    from twauth_gui.cli.signing import TerminalSignIn

    refuse_value("--pin", pin)
    if keep + discard + forget > 1:
        raise CliError(ExitCode.USAGE, "--keep, --discard and --forget exclude each other.")
    with session.services() as kit:
        attempt = Chooser(kit.store, session.console).attempt(attempt_id)
        sign_in = TerminalSignIn(session, kit, as_json=as_json)
        if discard:
            sign_in.discard(attempt)
        elif forget:
            sign_in.forget(attempt)
        elif keep:
            _keep(sign_in, attempt)
        else:
            _go_on(sign_in, attempt, from_input=pin is not None)


def _keep(sign_in: TerminalSignIn, attempt: PendingSignIn) -> None:
    if attempt.state is PendingState.WAITING:
        raise CliError(
            ExitCode.USAGE, "Nobody has approved this sign-in yet.", "There is nothing to keep."
        )
    sign_in.keep_other(attempt)


def _go_on(sign_in: TerminalSignIn, attempt: PendingSignIn, *, from_input: bool) -> None:
    if attempt.state is PendingState.WAITING:
        with sign_in.reminding():
            outcome = _answered(sign_in, attempt, from_input=from_input)
    else:
        outcome = sign_in.keep(attempt)
    sign_in.finish(outcome)


def _answered(sign_in: TerminalSignIn, attempt: PendingSignIn, *, from_input: bool) -> Outcome:
    if from_input:
        return sign_in.answer(attempt, from_input=True)
    if attempt.method.returns_by_callback:
        return sign_in.wait_again(attempt)
    sign_in.invite_again(attempt)
    return sign_in.answer(attempt, from_input=False)
