"""twauth refresh, scopes."""

from __future__ import annotations

import click

from twauth_gui.cli.completers import complete_account
from twauth_gui.cli.session import Session


@click.command(epilog="Example: twauth refresh @fernwick_news")
@click.argument("handle", metavar="[@HANDLE]", required=False, shell_complete=complete_account)
@click.option("--near-end", is_flag=True, help="Only if the access token expires within minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def refresh(session: Session, handle: str | None, near_end: bool, as_json: bool) -> None:
    """Renew an account's OAuth 2.0 tokens.

    Other commands do that automatically shortly before an access token expires. X accepts a refresh
    token only once, so the new tokens are saved first, and processes wait for each other.
    """
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.cli.oauth2_output import serialize_oauth2
    from twauth_gui.cli.sign_in import refresh_tokens
    from twauth_gui.cli.table import format_local_time

    console = session.console
    with session.open_services() as services:
        lookup = NameLookup(services.store, console)
        account = lookup.find_account(handle)
        name = lookup.format_full_name(account)
        refresh_tokens(services, account.id, console, is_only_near_expiry=near_end)
        metadata = services.store.tokens.get_metadata(account.id)
    if as_json:
        console.print_json(serialize_oauth2(metadata))
    elif metadata is not None:
        console.print_success(
            f"The OAuth 2.0 token of {name} is valid"
            f" until {format_local_time(metadata.expires_at)}."
        )


@click.command(epilog="Example: twauth scopes")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def scopes(session: Session, as_json: bool) -> None:
    """List the OAuth 2.0 scopes that authorize accepts, and what each is for."""
    from twauth_gui.cli.table import format_table
    from twauth_gui.domain.access import DEFAULT_SCOPES, REQUIRED_SCOPES, SCOPES

    if as_json:
        entries = [
            {
                "name": one.name,
                "words": one.description,
                "needed": one.name in REQUIRED_SCOPES,
                "usual": one.name in DEFAULT_SCOPES,
            }
            for one in SCOPES
        ]
        session.console.print_json(entries)
        return
    rows = [
        (one.name, one.description, _format_need(one.name, REQUIRED_SCOPES, DEFAULT_SCOPES))
        for one in SCOPES
    ]
    session.console.print_result(format_table(("SCOPE", "WHAT FOR", ""), rows))


def _format_need(name: str, needed: tuple[str, ...], usual: tuple[str, ...]) -> str:
    if name in needed:
        return "always"
    return "usual" if name in usual else ""
