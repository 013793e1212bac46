"""twauth credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from twauth_gui.cli.completers import complete_account
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session
from twauth_gui.domain.secret import Secret

if TYPE_CHECKING:
    from twauth_gui.domain.cancel_token import CancelToken
    from twauth_gui.services.bot_clients import BotCredentials

_OAUTH2_TOKEN = "oauth2_access_token"  # noqa: S105 - the name of a field
_FIELDS = (
    *("api_key", "api_secret", "access_token", "access_secret"),
    *("bearer_token", "client_id", "client_secret", _OAUTH2_TOKEN),
)
_EPILOG = """\b
Examples:
  twauth credential @fernwick_news --field access_token | my-bot --token-from-stdin
  twauth credential @fernwick_news --field access_token --field access_secret

It takes the place of keyring and secret-tool in scripts: their names of an item change with every
change of the credentials, and a copy under a fixed name would grow old. An OAuth 2.0 access token
is renewed first if it is about to expire. Several fields are printed one on each line, a token and
a secret that belong together; or none, if the account lacks one of them.
"""


@click.command(epilog=_EPILOG)
@click.argument("handle", metavar="[@HANDLE]", required=False, shell_complete=complete_account)
@click.option(
    "--field",
    "fields",
    type=click.Choice(_FIELDS),
    multiple=True,
    required=True,
    help="What to print; several are allowed.",
)
@click.pass_obj
def credential(session: Session, handle: str | None, fields: tuple[str, ...]) -> None:
    """Print credentials of an account, and nothing else, for a pipe."""
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.services.bot_clients import MissingFieldError

    with session.open_services() as services:
        account = NameLookup(services.store, session.console).find_account(handle)

        def read(cancel: CancelToken) -> BotCredentials:
            return services.bot_clients.read_credentials(
                account.id,
                "standard output",
                cancel,
                oauth2=_OAUTH2_TOKEN in fields,
                fields=fields,
            )

        try:
            values = session.jobs.fetch(read)
        except MissingFieldError as error:
            raise CliError(
                ExitCode.NOT_FOUND,
                f"{account.at_handle} has no {error}.",
                "twauth show tells what it has.",
            ) from error
        lines = "".join(f"{getattr(values, name)}\n" for name in fields)
        session.console.print_secret(Secret(lines))
