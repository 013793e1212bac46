"""twauth app bearer."""

from __future__ import annotations

import click

from twauth_gui.cli.completing import complete_app
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session

_EPILOG = """\b
Examples:
  twauth app bearer Newsroom
  twauth app bearer Newsroom --reveal

X gives the same token again until it is ended. To get another one, regenerate it in X's console,
under Keys and tokens; the one before stops working then.
"""


@click.command(epilog=_EPILOG)
@click.argument("label", shell_complete=complete_app)
@click.option("--check", "checking", is_flag=True, help="Ask X whether it takes the kept one.")
@click.option("--reveal", is_flag=True, help="Print the kept one to standard output.")
@click.option("--end", is_flag=True, help="End it at X and forget it; X refuses that of many apps.")
@click.pass_obj
def bearer(  # noqa: PLR0917 - click passes them by name
    session: Session, label: str, checking: bool, reveal: bool, end: bool
) -> None:
    """Get the bearer token of an app with its keys, and keep it with them.

    It reads without any account: app-only authentication. export --bearer and run hand it over.
    """
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.domain.secret import Secret

    if checking + reveal + end > 1:
        raise CliError(ExitCode.USAGE, "--check, --reveal and --end exclude each other.")
    console = session.console
    with session.services() as kit:
        app = Chooser(kit.store, console).app(label)
        if reveal:
            token = console.jobs.fetch(lambda _cancel: kit.bearer.kept(app.id))
            console.secret(Secret(f"{token.reveal()}\n"))
        elif checking:
            console.jobs.run(lambda cancel: kit.bearer.check(app.id, cancel))
            console.done(f"X takes the bearer token of {app.label}.")
        elif end:
            console.jobs.run(lambda cancel: kit.bearer.end(app.id, cancel))
            console.done(f"The bearer token of {app.label} is ended and forgotten.")
        else:
            _ = console.jobs.run(lambda cancel: kit.bearer.get(app.id, cancel))
            console.done(f"The bearer token of {app.label} is kept with its keys.")
