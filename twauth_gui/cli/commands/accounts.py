"""twauth list, show, use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import choose_by_tag, complete_account
from twauth_gui.cli.oauth2_output import OAUTH2_FIELDS, format_oauth2_rows, serialize_oauth2
from twauth_gui.cli.session import Session
from twauth_gui.cli.table import format_local_time
from twauth_gui.domain.credential_fields import CredentialField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twauth_gui.cli.console import Console
    from twauth_gui.cli.json_output import RecordSerializer
    from twauth_gui.domain.account_changes import AccountChange
    from twauth_gui.domain.accounts import Account, TokenMetadata
    from twauth_gui.domain.cancel_token import CancelToken
    from twauth_gui.domain.secret import Secret
    from twauth_gui.services.container import Services

RevealedFields = dict[str, "Secret | None"]

MASK = "\u2022" * 10
CREDENTIAL_FIELDS = {
    "api_key": CredentialField.API_KEY,
    "api_secret": CredentialField.API_SECRET,
    "access_token": CredentialField.ACCESS_TOKEN,
    "access_secret": CredentialField.ACCESS_SECRET,
}


@click.command("list", epilog="Examples: twauth list --json, twauth list --tag news")
@choose_by_tag
@click.option("--favourites", is_flag=True, help="Only your favourites.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def list_accounts(session: Session, tags: tuple[str, ...], favourites: bool, as_json: bool) -> None:
    """List the accounts. The list holds no secrets, so it can be shared."""
    from twauth_gui.cli.account_list import format_account_list
    from twauth_gui.cli.lookup import NameLookup

    with session.open_index() as services:
        accounts = services.store.account_list_rows()
        lookup = NameLookup(services.store, session.console)
        if tags:
            tagged = {one.id for one in lookup.find_tagged(tags)}
            accounts = [one for one in accounts if one.id in tagged]
        if favourites:
            accounts = [one for one in accounts if one.is_favourite]
        default = lookup.describe_default() if accounts else None
    if accounts or as_json:
        session.console.print_result(format_account_list(accounts, default, as_json=as_json))
    elif favourites:
        session.console.note("None is a favourite. Mark one: twauth favourite @HANDLE")
    else:
        session.console.note("There are no accounts yet. Sign one in: twauth authorize --app LABEL")


@click.command(epilog="Example: twauth show @fernwick_news --reveal")
@click.argument("handle", metavar="[@HANDLE]", required=False, shell_complete=complete_account)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.option("--reveal", is_flag=True, help="Print the secrets too; this is noted in the history.")
@click.pass_obj
def show(session: Session, handle: str | None, as_json: bool, reveal: bool) -> None:
    """Show one account; its secrets are hidden unless you add --reveal."""
    from twauth_gui.cli.json_output import RecordSerializer
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.account_changes import net_changes

    console = session.console
    with session.open_services() if reveal else session.open_index() as services:
        lookup = NameLookup(services.store, console)
        account = lookup.find_account(handle)
        default = lookup.describe_default() if as_json else None
        serializer = RecordSerializer(
            services.store.apps.list_all(), services.store.settings.active_account()
        )
        tokens = services.store.tokens.get_metadata(account.id)
        unseen = services.store.account_changes.list_unseen()
        values = _reveal_fields(services, account, console) if reveal else None
    changes = net_changes(unseen, {account.id: account})
    if values is not None:
        console.warn_of_secrets()
    if as_json:
        credentials = {
            name: _get_field(values, name) for name in (*CREDENTIAL_FIELDS, *OAUTH2_FIELDS)
        }
        source = default[1] if default is not None and default[0] == account.id else None
        fields = {**serializer.serialize_account(account), "default": source}
        fields["changed"] = sorted(one.aspect.value for one in changes)
        fields["oauth2"] = serialize_oauth2(tokens)
        console.print_json({**fields, "credentials": credentials})
    else:
        console.print_result(_format_account(account, serializer, values, tokens, changes))


def _get_field(values: RevealedFields | None, name: str) -> str | None:
    value = None if values is None else values.get(name)
    return None if value is None else value.reveal()


def _reveal_fields(services: Services, account: Account, console: Console) -> RevealedFields:
    from twauth_gui.domain.credential_fields import TokenField

    def job(cancel: CancelToken) -> RevealedFields:
        app_fields = {CredentialField.API_KEY, CredentialField.API_SECRET}
        values: RevealedFields = {
            name: services.exporter.reveal(account.id, field)
            for name, field in CREDENTIAL_FIELDS.items()
            if account.has_oauth1 or field in app_fields
        }
        metadata = services.store.tokens.get_metadata(account.id)
        if metadata is not None:
            for name, field in zip(OAUTH2_FIELDS, TokenField, strict=True):
                if field is not TokenField.REFRESH or metadata.is_renewable:
                    values[name] = services.token_fields.reveal(account.id, field, cancel)
        return values

    return console.jobs.fetch(job)


def _format_account(  # noqa: PLR0917 - each is something else
    account: Account,
    serializer: RecordSerializer,
    values: RevealedFields | None,
    tokens: TokenMetadata | None,
    changes: Sequence[AccountChange],
) -> str:
    from twauth_gui.cli.commands.changes import describe_change
    from twauth_gui.cli.table import format_fields

    health, failed = account.health, account.health.failed_check
    rows = [
        ("Account", account.at_handle),
        ("Name", account.name),
        ("User ID", account.known_user_id or "not known yet"),
        ("App", serializer.label_of(account.app_id)),
        ("Access", account.access.label if account.access else ""),
        ("Health", f"{health.label}. {health.reason}" if health.reason else health.label),
        ("Checked", format_local_time(health.at)),
        *(("Changed", describe_change(one)) for one in changes),
        ("Last check", f"Failed {format_local_time(failed.at)}. {failed.reason}" if failed else ""),
        ("Signed in", f"{format_local_time(account.signed_in_at)}, {account.method.phrase}"),
        ("Active", "yes" if serializer.is_active(account) else ""),
        ("Favourite", "yes" if account.is_favourite else ""),
        ("Tags", ", ".join(account.tags)),
        ("Note", account.note),
    ]
    rows += [
        (field.value, MASK if values is None else _get_field(values, name) or "")
        for name, field in CREDENTIAL_FIELDS.items()
        if account.has_oauth1
    ]
    if tokens is not None:
        rows += format_oauth2_rows(tokens, values, MASK)
    return format_fields(rows)


_USE_EPILOG = """\b
Examples:
  twauth use @fernwick_news
  twauth use @fernwick_news --here

A command that names no account uses the one that TWAUTH_ACCOUNT names; else that of the nearest
file .twauth in this folder or above; else the active account. --here writes that file. It holds a
name and no secret, so it can be shared. It is not used if it is a link, or if other users own it
or can change it.
"""


@click.command(epilog=_USE_EPILOG)
@click.argument("handle", metavar="@HANDLE", shell_complete=complete_account)
@click.option(
    "--here", is_flag=True, help="For this folder and those below: writes a file .twauth."
)
@click.pass_obj
def use(session: Session, handle: str, here: bool) -> None:
    """Make an account the active one, which commands use if no account is named."""
    from pathlib import Path

    from twauth_gui.cli.lookup import NameLookup

    console = session.console
    with session.open_index() as services:
        lookup = NameLookup(services.store, console)
        account = lookup.find_account(handle)
        name = lookup.format_full_name(account)
        if here:
            path = _write_account_file(services, lookup.format_short_name(account))
            services.placement_recorder.record_folder(account, Path(path).parent)
            console.print_success(f"{name} is used in this folder and those below: {path}")
        else:
            services.store.settings.set_active_account(account.id)
            console.print_success(f"{name} is the active account.")
        default = lookup.describe_default()
    if default is not None and default[0] not in {account.id, ""}:
        console.note(f"Here another account counts first: {default[2]} names it.")


def _write_account_file(services: Services, name: str) -> str:
    from pathlib import Path

    from twauth_gui.cli.errors import CliError, ExitCode
    from twauth_gui.services.account_file import AccountFileError, write_account_file

    try:
        return str(write_account_file(Path.cwd(), name, services.private_files))
    except AccountFileError as error:
        raise CliError(
            ExitCode.USAGE,
            f"{error.path} {error.reason}, so it is not replaced.",
            "Remove or rename it first.",
        ) from error
    except FileNotFoundError as error:
        raise CliError(
            ExitCode.USAGE, "This folder was deleted.", "Go to another one, and try again."
        ) from error
