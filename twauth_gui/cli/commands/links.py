"""twauth remind, renew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completing import complete_attempt
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session
from twauth_gui.domain.attempts import PendingState

if TYPE_CHECKING:
    from twauth_gui.domain.attempts import PendingSignIn
    from twauth_gui.services.kit import Services


@click.command(epilog="Example: twauth remind 3f0c…")
@click.argument("attempt_id", metavar="ID", shell_complete=complete_attempt)
@click.pass_obj
def remind(session: Session, attempt_id: str) -> None:
    """Print a reminder for the owner of an account, with the link of a sign-in that waits."""
    from twauth_gui.cli.signing import written
    from twauth_gui.services.owner_message import owner_reminder

    with session.services() as kit:
        attempt = _waiting(session, kit, attempt_id)
        invitation = session.jobs.fetch(lambda _cancel: kit.sign_in.invitation(attempt.id))
        label = kit.store.apps.get(attempt.app_id).label
        words = owner_reminder(attempt.expected_handle, label)
        session.console.result(written(words, invitation))


@click.command(epilog="Example: twauth renew 3f0c…")
@click.argument("attempt_id", metavar="ID", shell_complete=complete_attempt)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def renew(session: Session, attempt_id: str, as_json: bool) -> None:
    """Get a new link for a sign-in that waits, when X no longer accepts the old one.

    App, handle and way stay, and so does the ID. The old link ends.
    """
    from twauth_gui.cli.signing import TerminalSignIn
    from twauth_gui.domain.diagnosis import Evidence
    from twauth_gui.xapi.catalogue import MAYBE_GRANTED

    with session.services() as kit:
        attempt = _waiting(session, kit, attempt_id)
        sign_in = TerminalSignIn(session, kit, as_json=as_json)
        if attempt.may_be_granted:
            session.console.warn(MAYBE_GRANTED.diagnosis(Evidence()).sentence())
        sign_in.leave(sign_in.renew(attempt))


def _waiting(session: Session, kit: Services, attempt_id: str) -> PendingSignIn:
    from twauth_gui.cli.choosing import Chooser

    attempt = Chooser(kit.store, session.console).attempt(attempt_id)
    if attempt.state is not PendingState.WAITING:
        raise CliError(
            ExitCode.USAGE,
            "This sign-in has been approved already.",
            f"Go on with: twauth resume {attempt.id}",
        )
    return attempt
