"""twauth authorize."""

from __future__ import annotations

import click

from twauth_gui.cli.completers import complete_app
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session
from twauth_gui.domain.access import DEFAULT_SCOPES, SCOPES
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.sign_in import (
    AuthorizationPage,
    RequestedAccess,
    SignInMethod,
    SignInOptions,
)

_ACCESS_LEVELS = {
    "app": RequestedAccess.APP_DEFAULT,
    "read": RequestedAccess.READ,
    "write": RequestedAccess.WRITE,
}
_EPILOG = """\b
Examples:
  twauth authorize --app Newsroom --expect @fernwick_news
  twauth authorize --app Newsroom --no-wait --json
  twauth authorize --app Newsroom --method browser --expect - < handles.txt
  twauth authorize --app Newsroom --oauth2 --scope tweet.write --scope offline.access

With --json every line is one JSON object: first the pending sign-in with its "id" and "url", then,
unless --no-wait is given, the account.

With --oauth2 the page ends on the app's callback address: paste that within 30 seconds.
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--app", "label", required=True, metavar="LABEL", shell_complete=complete_app, help="The app."
)
@click.option(
    "--expect",
    "expected",
    metavar="@HANDLE",
    multiple=True,
    help="The account that should approve; another one is not saved without asking. Repeat it for"
    " several accounts, or write - to read a list of handles from standard input.",
)
@click.option(
    "--method",
    type=click.Choice(["pin", "browser", "link"]),
    default="pin",
    show_default=True,
    help="pin: X shows a PIN. browser: X sends the browser back to this computer. link: a message"
    " for the owner of the account.",
)
@click.option(
    "--access",
    type=click.Choice(["app", "read", "write"]),
    default="app",
    show_default=True,
    help="app: as much as the app has. read, write: at most that.",
)
@click.option(
    "--signin-page",
    type=click.Choice(["authorize", "authenticate"]),
    default="authorize",
    show_default=True,
    help="authorize: always asks, so permissions that the app got since then are included."
    " authenticate: does not ask if the app is already allowed, and the access stays the same.",
)
@click.option(
    "--force-login/--no-force-login",
    default=True,
    show_default=True,
    help="Whether X asks for the password even if the browser is logged in.",
)
@click.option(
    "--fill-in/--no-fill-in",
    default=True,
    show_default=True,
    help="Whether the expected handle is filled in on the page.",
)
@click.option(
    "--oauth2",
    is_flag=True,
    help="Sign in with OAuth 2.0: tokens for chosen scopes that last two hours and are renewed.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="NAME",
    help="Scope of the OAuth 2.0 tokens; repeat it for each. twauth scopes lists them.",
)
@click.option("--no-wait", is_flag=True, help="Print the link and exit; twauth resume continues.")
@click.option("--pin", metavar="-", help="-: read PIN, verifier or address from standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")
@click.pass_obj
def authorize(  # noqa: PLR0917 - click passes them by name
    session: Session,
    label: str,
    expected: tuple[str, ...],
    method: str,
    access: str,
    signin_page: str,
    force_login: bool,
    fill_in: bool,
    oauth2: bool,
    scopes: tuple[str, ...],
    no_wait: bool,
    pin: str | None,
    as_json: bool,
) -> int:
    """Sign an X account in under an app, or several one after the other.

    It prints a link. The owner of the account opens it, on any computer, logs in and allows the
    app. Then type the PIN that X shows, or paste the address the browser ended on. Without a
    terminal, one line of standard input is read.
    """
    from twauth_gui.cli.batch_sign_in import ResponseOptions, TerminalBatch, sign_in_one
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.cli.prompts import parse_expected_handles, reject_value
    from twauth_gui.services.sign_in_requests import SignInRequest

    reject_value("--pin", pin)
    is_stdin_taken = not no_wait and (pin is not None or method == "pin")
    handles = parse_expected_handles(expected, is_stdin_taken=is_stdin_taken)
    _check_scopes(scopes, method, oauth2=oauth2)
    page, level = AuthorizationPage(signin_page), _ACCESS_LEVELS[access]
    options = SignInOptions(page, level, force_login=force_login, prefill_handle=fill_in)
    with session.open_services() as services:
        app = NameLookup(services.store, session.console).find_app(label)
        request = SignInRequest(
            app.id,
            SignInMethod.ADDRESS if oauth2 and method == "pin" else SignInMethod(method),
            handles[0] if handles else "",
            options,
            kind=CredentialKind.OAUTH2 if oauth2 else CredentialKind.OAUTH1,
            scopes=scopes or DEFAULT_SCOPES,
        )
        is_left_pending = no_wait or method == "link"
        response = ResponseOptions(is_left_pending, is_from_stdin=pin is not None, as_json=as_json)
        if len(handles) > 1:
            return TerminalBatch(session, services, response).run(request, handles)
        sign_in_one(session, services, request, response)
    return ExitCode.DONE


def _check_scopes(scopes: tuple[str, ...], method: str, *, oauth2: bool) -> None:
    if scopes and not oauth2:
        raise CliError(ExitCode.USAGE, "--scope needs --oauth2.")
    if oauth2 and method == "link":
        raise CliError(
            ExitCode.USAGE,
            "A link for the owner works with OAuth 1.0a only.",
            "X's response in OAuth 2.0 is valid for 30 seconds. Leave out --method, or --oauth2.",
        )
    known = {one.name for one in SCOPES}
    for name in scopes:
        if name not in known:
            raise CliError(
                ExitCode.USAGE, f"X does not know the scope {name}.", "twauth scopes lists them."
            )
