"""twauth list, show, use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completing import complete_account
from twauth_gui.cli.session import Session
from twauth_gui.cli.table import local_time
from twauth_gui.cli.token_lines import PARTS, oauth2_shape, token_rows
from twauth_gui.services.parts import CredentialField

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.cli.shapes import Shapes
    from twauth_gui.domain.accounts import Account, TokenFacts
    from twauth_gui.domain.cancel import CancelToken
    from twauth_gui.domain.secret import Secret
    from twauth_gui.services.kit import Services

Values = dict[str, "Secret | None"]

DOTS = "\u2022" * 10
CREDENTIALS = {
    "api_key": CredentialField.API_KEY,
    "api_secret": CredentialField.API_SECRET,
    "access_token": CredentialField.ACCESS_TOKEN,
    "access_secret": CredentialField.ACCESS_SECRET,
}


@click.command("list", epilog="Example: twauth list --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def list_accounts(session: Session, as_json: bool) -> None:
    """List the accounts. No secret is read, so the list can be passed on."""
    from twauth_gui.cli.account_lines import listing

    with session.lists() as kit:
        accounts = kit.store.listed_accounts()
    if accounts or as_json:
        session.console.result(listing(accounts, as_json=as_json))
    else:
        session.console.note("There is no account yet. Sign one in: twauth authorize --app LABEL")


@click.command(epilog="Example: twauth show @fernwick_news --reveal")
@click.argument("handle", metavar="[@HANDLE]", required=False, shell_complete=complete_account)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.option("--reveal", is_flag=True, help="Print the secrets too; the history notes it.")
@click.pass_obj
def show(session: Session, handle: str | None, as_json: bool, reveal: bool) -> None:
    """Show one account; its secrets are hidden unless you ask for them."""
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.cli.shapes import Shapes

    console = session.console
    with session.services() if reveal else session.lists() as kit:
        account = Chooser(kit.store, console).account(handle)
        shapes = Shapes(kit.store.apps.all(), kit.store.settings.active_account())
        tokens = kit.store.tokens.facts(account.id)
        values = _revealed(kit, account, console) if reveal else None
    if values is not None and console.shows_to_person:
        console.warn("What follows are secrets. Clear the screen when you have used them.")
    if as_json:
        credentials = {name: _text(values, name) for name in (*CREDENTIALS, *PARTS)}
        shape = {**shapes.account(account), "oauth2": oauth2_shape(tokens)}
        console.json({**shape, "credentials": credentials})
    else:
        console.result(_as_facts(account, shapes, values, tokens))


def _text(values: Values | None, name: str) -> str | None:
    value = None if values is None else values.get(name)
    return None if value is None else value.reveal()


def _revealed(kit: Services, account: Account, console: Console) -> Values:
    from twauth_gui.services.token_part import TokenField

    def job(cancel: CancelToken) -> Values:
        of_app = {CredentialField.API_KEY, CredentialField.API_SECRET}
        values: Values = {
            name: kit.exporter.reveal(account.id, part)
            for name, part in CREDENTIALS.items()
            if account.has_oauth1 or part in of_app
        }
        facts = kit.store.tokens.facts(account.id)
        if facts is not None:
            for name, part in zip(PARTS, TokenField, strict=True):
                if part is not TokenField.REFRESH or facts.renewable:
                    values[name] = kit.token_values.reveal(account.id, part, cancel)
        return values

    return console.jobs.fetch(job)


def _as_facts(
    account: Account, shapes: Shapes, values: Values | None, tokens: TokenFacts | None
) -> str:
    from twauth_gui.cli.table import facts

    health, failed = account.health, account.health.failed_check
    rows = [
        ("Account", account.at_handle),
        ("Name", account.name),
        ("User id", account.user_id),
        ("App", shapes.label(account.app_id)),
        ("Access", account.access.words if account.access else ""),
        ("Health", f"{health.word}. {health.reason}" if health.reason else health.word),
        ("Checked", local_time(health.at)),
        ("Last check", f"Failed {local_time(failed.at)}. {failed.reason}" if failed else ""),
        ("Signed in", f"{local_time(account.signed_in_at)}, {account.method.words}"),
        ("Active", "yes" if shapes.is_active(account) else ""),
        ("Tags", ", ".join(account.tags)),
        ("Note", account.note),
    ]
    rows += [
        (part.value, DOTS if values is None else _text(values, name) or "")
        for name, part in CREDENTIALS.items()
        if account.has_oauth1
    ]
    if tokens is not None:
        rows += token_rows(tokens, values, DOTS)
    return facts(rows)


@click.command(epilog="Example: twauth use @fernwick_news")
@click.argument("handle", metavar="@HANDLE", shell_complete=complete_account)
@click.pass_obj
def use(session: Session, handle: str) -> None:
    """Make an account the active one, which other commands take where none is named."""
    from twauth_gui.cli.choosing import Chooser

    with session.lists() as kit:
        chooser = Chooser(kit.store, session.console)
        account = chooser.account(handle)
        kit.store.settings.set_active_account(account.id)
    session.console.done(f"{chooser.full_name(account)} is the active account.")
