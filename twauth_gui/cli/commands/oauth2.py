"""twauth refresh, scopes."""

from __future__ import annotations

import click

from twauth_gui.cli.completing import complete_account
from twauth_gui.cli.session import Session


@click.command(epilog="Example: twauth refresh @fernwick_news")
@click.argument("handle", metavar="[@HANDLE]", required=False, shell_complete=complete_account)
@click.option("--near-end", is_flag=True, help="Only where the access token ends within minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def refresh(session: Session, handle: str | None, near_end: bool, as_json: bool) -> None:
    """Renew an account's tokens of OAuth 2.0.

    Other commands do that by themselves near the end of an access token. X takes a refresh token
    once; the new pair is kept before anything else, and processes wait for each other.
    """
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.cli.holding import renewed
    from twauth_gui.cli.table import local_time
    from twauth_gui.cli.token_lines import oauth2_shape

    console = session.console
    with session.services() as kit:
        chooser = Chooser(kit.store, console)
        account = chooser.account(handle)
        name = chooser.full_name(account)
        renewed(kit, account.id, console, only_near=near_end)
        facts = kit.store.tokens.facts(account.id)
    if as_json:
        console.json(oauth2_shape(facts))
    elif facts is not None:
        console.done(f"The OAuth 2.0 token of {name} is good until {local_time(facts.expires_at)}.")


@click.command(epilog="Example: twauth scopes")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def scopes(session: Session, as_json: bool) -> None:
    """List the scopes of OAuth 2.0 that authorize takes, and what each is good for."""
    from twauth_gui.cli.table import table
    from twauth_gui.domain.scopes import NEEDED, SCOPES, USUAL

    if as_json:
        shapes = [
            {
                "name": one.name,
                "words": one.words,
                "needed": one.name in NEEDED,
                "usual": one.name in USUAL,
            }
            for one in SCOPES
        ]
        session.console.json(shapes)
        return
    rows = [(one.name, one.words, _when(one.name, NEEDED, USUAL)) for one in SCOPES]
    session.console.result(table(("SCOPE", "WHAT FOR", ""), rows))


def _when(name: str, needed: tuple[str, ...], usual: tuple[str, ...]) -> str:
    if name in needed:
        return "always"
    return "usual" if name in usual else ""
