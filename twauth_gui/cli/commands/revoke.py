"""twauth revoke, remove."""

from __future__ import annotations

import click

from twauth_gui.cli.completers import complete_account
from twauth_gui.cli.errors import ExitCode, exit_code_of
from twauth_gui.cli.prompts import confirm
from twauth_gui.cli.session import Session

_YES = "Do not ask for confirmation. Required without a terminal."


@click.command(epilog="Example: twauth revoke @fernwick_news")
@click.argument("handle", metavar="@HANDLE", shell_complete=complete_account)
@click.option("--oauth2", is_flag=True, help="Only its OAuth 2.0 tokens.")
@click.option("--yes", "-y", is_flag=True, help=_YES)
@click.pass_obj
def revoke(session: Session, handle: str, oauth2: bool, yes: bool) -> None:
    """Revoke an account's credentials at X; the account stays in the list."""
    from twauth_gui.cli.lookup import NameLookup

    with session.open_services() as services:
        lookup = NameLookup(services.store, session.console)
        account = lookup.find_account(handle)
        name = lookup.format_full_name(account)
        what = "the OAuth 2.0 tokens" if oauth2 else "the credentials"
        confirm(session.console, f"Revoke {what} of {name} at X for good?", yes=yes)
        revoke_at_x = services.tokens.revoke if oauth2 else services.account_removal.revoke
        _ = session.jobs.run(lambda cancel: revoke_at_x(account.id, cancel))
    session.console.print_success(f"X no longer accepts {what} of {name}.")


@click.command(epilog="Example: twauth remove @fernwick_news")
@click.argument("handle", metavar="@HANDLE", shell_complete=complete_account)
@click.option("--revoke", "revoking", is_flag=True, help="Revoke the credentials at X first.")
@click.option("--yes", "-y", is_flag=True, help=_YES)
@click.pass_obj
def remove(session: Session, handle: str, revoking: bool, yes: bool) -> ExitCode:
    """Delete an account and its credentials from this computer.

    X still accepts them unless you add --revoke. If X refuses to revoke them, the account is
    removed anyway, and you are told how to revoke them by hand. If X cannot be reached, or the
    keychain does not open, nothing is removed.
    """
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.cancel_token import CancelToken
    from twauth_gui.domain.diagnosis import Diagnosis
    from twauth_gui.domain.health import HealthState

    with session.open_services() as services:
        lookup = NameLookup(services.store, session.console)
        account = lookup.find_account(handle)
        name = lookup.format_full_name(account)
        confirm(session.console, f"Delete {name} from this computer for good?", yes=yes)

        def job(cancel: CancelToken) -> Diagnosis | None:
            refused = (
                services.account_removal.revoke_and_remove(account.id, cancel) if revoking else None
            )
            if not revoking:
                services.account_removal.remove(account.id)
            services.account_removal.purge(account.id)
            return refused

        refused = session.jobs.run(job)
    if refused is not None:
        session.console.print_diagnosis(refused)
    is_revoked = account.health.state is HealthState.REVOKED or (revoking and refused is None)
    hint = "" if is_revoked else " X still accepts its credentials."
    session.console.print_success(f"{name} is removed.{hint}")
    return ExitCode.DONE if refused is None else exit_code_of(refused)
