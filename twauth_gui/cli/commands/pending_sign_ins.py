"""twauth attempts, resume, remind, renew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import complete_pending_sign_in
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session
from twauth_gui.domain.sign_in import PendingSignIn, PendingState

if TYPE_CHECKING:
    from twauth_gui.cli.sign_in import TerminalSignIn
    from twauth_gui.services.container import Services
    from twauth_gui.services.sign_in_requests import SignInResult


_STATE_WORDS = {
    PendingState.WAITING: "waiting",
    PendingState.GRANTED: "granted",
    PendingState.WRONG_ACCOUNT: "another account approved",
}
_RESUME_EPILOG = """\b
Examples:
  twauth resume 3f0c…
  twauth resume 3f0c… --pin - < answer.txt
"""


@click.command("attempts", epilog="Example: twauth attempts --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def list_pending_sign_ins(session: Session, as_json: bool) -> None:
    """List the pending sign-ins, which twauth resume finishes."""
    from twauth_gui.cli.json_output import RecordSerializer
    from twauth_gui.cli.table import format_age, format_local_time, format_table

    with session.open_index() as services:
        pending_sign_ins = services.store.pending_sign_ins.list_all()
        serializer = RecordSerializer(
            services.store.apps.list_all(), services.store.settings.active_account()
        )
    if as_json:
        session.console.print_json_array(
            [serializer.serialize_pending_sign_in(one) for one in pending_sign_ins]
        )
    elif pending_sign_ins:
        rows = [
            (
                one.id,
                serializer.label_of(one.app_id),
                _format_handle(one),
                one.method.phrase,
                "X may have granted it" if one.is_possibly_granted else _STATE_WORDS[one.state],
                format_age(one.started_at, services.now()),
                format_local_time(one.started_at),
            )
            for one in pending_sign_ins
        ]
        headings = ("ID", "APP", "ACCOUNT", "METHOD", "STATE", "AGE", "STARTED")
        session.console.print_result(format_table(headings, rows))
    else:
        session.console.note("There are no pending sign-ins.")


def _format_handle(pending: PendingSignIn) -> str:
    handle = pending.granted_handle or pending.expected_handle
    return f"@{handle}" if handle else ""


@click.command(epilog=_RESUME_EPILOG)
@click.argument("pending_id", metavar="ID", shell_complete=complete_pending_sign_in)
@click.option("--pin", metavar="-", help="-: read PIN, verifier or address from standard input.")
@click.option(
    "--keep", is_flag=True, help="Save the account that approved, although another was expected."
)
@click.option("--discard", is_flag=True, help="Cancel the sign-in, and revoke what X granted.")
@click.option("--forget", is_flag=True, help="Remove the sign-in here without asking X.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")
@click.pass_obj
def resume(  # noqa: PLR0917 - click passes them by name
    session: Session,
    pending_id: str,
    pin: str | None,
    keep: bool,
    discard: bool,
    forget: bool,
    as_json: bool,
) -> None:
    """Continue a sign-in that was started earlier, here or in the window."""
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.cli.prompts import reject_value
    from twauth_gui.cli.sign_in import TerminalSignIn

    reject_value("--pin", pin)
    if keep + discard + forget > 1:
        raise CliError(ExitCode.USAGE, "--keep, --discard and --forget cannot be combined.")
    with session.open_services() as services:
        pending = NameLookup(services.store, session.console).find_pending_sign_in(pending_id)
        sign_in = TerminalSignIn(session, services, as_json=as_json)
        if discard:
            sign_in.discard(pending)
        elif forget:
            sign_in.forget(pending)
        elif keep:
            _save_other_account(sign_in, pending)
        else:
            _continue_sign_in(sign_in, pending, from_input=pin is not None)


def _save_other_account(sign_in: TerminalSignIn, pending: PendingSignIn) -> None:
    if pending.state is PendingState.WAITING:
        raise CliError(
            ExitCode.USAGE, "No account has approved this sign-in yet.", "There is nothing to save."
        )
    sign_in.save_other_account(pending)


def _continue_sign_in(sign_in: TerminalSignIn, pending: PendingSignIn, *, from_input: bool) -> None:
    if pending.state is PendingState.WAITING:
        with sign_in.remind_on_interrupt():
            outcome = _get_outcome(sign_in, pending, from_input=from_input)
    else:
        outcome = sign_in.save_grant(pending)
    sign_in.report_outcome(outcome)


def _get_outcome(
    sign_in: TerminalSignIn, pending: PendingSignIn, *, from_input: bool
) -> SignInResult:
    if from_input:
        return sign_in.complete(pending, from_input=True)
    if pending.method.uses_callback:
        return sign_in.wait_for_browser_again(pending)
    sign_in.print_link_again(pending)
    return sign_in.complete(pending, from_input=False)


@click.command(epilog="Example: twauth remind 3f0c…")
@click.argument("pending_id", metavar="ID", shell_complete=complete_pending_sign_in)
@click.pass_obj
def remind(session: Session, pending_id: str) -> None:
    """Print a reminder for the owner of an account, with the link of a pending sign-in."""
    from twauth_gui.cli.sign_in import insert_link
    from twauth_gui.services.sign_in_requests import write_owner_reminder

    with session.open_services() as services:
        pending = _find_waiting(session, services, pending_id)
        link = session.jobs.fetch(lambda _cancel: services.sign_in.get_link(pending.id))
        label = services.store.apps.get(pending.app_id).label
        message = write_owner_reminder(pending.expected_handle, label)
        session.console.print_result(insert_link(message, link))


@click.command(epilog="Example: twauth renew 3f0c…")
@click.argument("pending_id", metavar="ID", shell_complete=complete_pending_sign_in)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def renew(session: Session, pending_id: str, as_json: bool) -> None:
    """Get a new link for a pending sign-in, if X no longer accepts the old one.

    The app, the handle, the method and the ID stay the same. The old link stops working.
    """
    from twauth_gui.cli.sign_in import TerminalSignIn
    from twauth_gui.domain.diagnosis import Evidence
    from twauth_gui.xapi.errors.messages.api_errors import MAYBE_GRANTED

    with session.open_services() as services:
        pending = _find_waiting(session, services, pending_id)
        sign_in = TerminalSignIn(session, services, as_json=as_json)
        if pending.is_possibly_granted:
            session.console.warn(MAYBE_GRANTED.to_diagnosis(Evidence()).to_sentence())
        sign_in.print_resume_hint(sign_in.renew_link(pending))


def _find_waiting(session: Session, services: Services, pending_id: str) -> PendingSignIn:
    from twauth_gui.cli.lookup import NameLookup

    pending = NameLookup(services.store, session.console).find_pending_sign_in(pending_id)
    if pending.state is not PendingState.WAITING:
        raise CliError(
            ExitCode.USAGE,
            "This sign-in is already approved.",
            f"Continue: twauth resume {pending.id}",
        )
    return pending
