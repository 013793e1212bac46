"""twauth authorize."""

from __future__ import annotations

import click

from twauth_gui.cli.completers import complete_app
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session
from twauth_gui.domain.sign_in import AuthorizationPage, RequestedAccess, SignInOptions

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

With --json every line is one JSON object: first the sign-in under way with its "id" and "url",
then, unless --no-wait is given, the account.

With --oauth2 the page ends on the app's callback address: paste that, within 30 seconds.
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
    help="Who is to approve; another account is not kept unasked. Give it for each of several"
    " accounts, or - to read a list of handles from standard input.",
)
@click.option(
    "--method",
    type=click.Choice(["pin", "browser", "link"]),
    default="pin",
    show_default=True,
    help="pin: X shows a PIN. browser: X sends the browser back to this computer. link: a message"
    " for somebody else, who owns the account.",
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
    help="authorize: always asks, so it also gives what the app has been allowed since."
    " authenticate: asks nothing where the app is allowed already, and the access stays as it was.",
)
@click.option(
    "--force-login/--no-force-login",
    default=True,
    show_default=True,
    help="Whether X asks for the password even where the browser is signed in.",
)
@click.option(
    "--fill-in/--no-fill-in",
    default=True,
    show_default=True,
    help="Whether the page has the expected handle filled in.",
)
@click.option(
    "--oauth2",
    is_flag=True,
    help="Sign in with OAuth 2.0: tokens that last two hours and are renewed, for chosen scopes.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="NAME",
    help="What the tokens of OAuth 2.0 are good for; give it for each. twauth scopes lists them.",
)
@click.option("--no-wait", is_flag=True, help="Print the link and end; twauth resume goes on.")
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

    It prints a link. Whoever owns the account opens it, on any computer, logs in and allows the
    app. Then type the PIN that X shows, or paste the address the browser ended on. Where there is
    no terminal, one line of standard input is read.
    """
    from twauth_gui.cli.batch_sign_in import ResponseOptions, TerminalBatch, sign_in_one
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.cli.prompts import parse_expected_handles, reject_value
    from twauth_gui.domain.access import DEFAULT_SCOPES
    from twauth_gui.domain.credential_fields import CredentialKind
    from twauth_gui.domain.sign_in import SignInMethod
    from twauth_gui.services.sign_in_requests import SignInRequest

    reject_value("--pin", pin)
    answers_come_in = not no_wait and (pin is not None or method == "pin")
    handles = parse_expected_handles(expected, is_stdin_taken=answers_come_in)
    _check_scopes(scopes, method, oauth2=oauth2)
    with session.open_services() as services:
        app = NameLookup(services.store, session.console).find_app(label)
        options = SignInOptions(
            AuthorizationPage(signin_page),
            _ACCESS_LEVELS[access],
            force_login=force_login,
            prefill_handle=fill_in,
        )
        way, kind = SignInMethod(method), CredentialKind.OAUTH1
        if oauth2:
            kind = CredentialKind.OAUTH2
            way = SignInMethod.ADDRESS if way is SignInMethod.PIN else way
        first = handles[0] if handles else ""
        request = SignInRequest(
            app.id, way, first, options, kind=kind, scopes=scopes or DEFAULT_SCOPES
        )
        how = ResponseOptions(
            is_left_pending=no_wait or method == "link",
            is_from_stdin=pin is not None,
            as_json=as_json,
        )
        if len(handles) > 1:
            return TerminalBatch(session, services, how).run(request, handles)
        sign_in_one(session, services, request, how)
    return ExitCode.DONE


def _check_scopes(scopes: tuple[str, ...], method: str, *, oauth2: bool) -> None:
    from twauth_gui.domain.access import SCOPES

    if scopes and not oauth2:
        raise CliError(ExitCode.USAGE, "--scope belongs to --oauth2.")
    if oauth2 and method == "link":
        raise CliError(
            ExitCode.USAGE,
            "A link for somebody else works with OAuth 1.0a only.",
            "X's answer in OAuth 2.0 is good for 30 seconds. Leave out --method, or --oauth2.",
        )
    known = {one.name for one in SCOPES}
    for name in scopes:
        if name not in known:
            raise CliError(ExitCode.USAGE, f"X knows no scope {name}.", "twauth scopes lists them.")
