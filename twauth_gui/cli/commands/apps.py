"""twauth app add, list, remove."""

from __future__ import annotations

from collections import Counter

import click
from click.core import ParameterSource

from twauth_gui.cli.command_list import CommandList
from twauth_gui.cli.commands.app_bearer import bearer
from twauth_gui.cli.completing import complete_app
from twauth_gui.cli.confirming import confirm
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.refusal import CliError
from twauth_gui.cli.session import Session
from twauth_gui.domain.apps import DEFAULT_CALLBACK, App
from twauth_gui.domain.callbacks import CallbackError, checked_callbacks
from twauth_gui.domain.counting import counted
from twauth_gui.domain.hosts import HostNotAllowedError, Hosts


@click.group(cls=CommandList, invoke_without_command=True)
@click.pass_context
def app(ctx: click.Context) -> None:
    """Keep the keys of X developer apps."""
    if ctx.invoked_subcommand is None:
        ctx.ensure_object(Session).console.result(ctx.get_help())


@app.command(epilog="Example: twauth app add Newsroom < keys.json")
@click.argument("label")
@click.option(
    "--callback",
    "callbacks",
    multiple=True,
    default=[DEFAULT_CALLBACK],
    show_default=True,
    metavar="URL",
    help="Callback URL, exactly as it stands in X's console. Write it again for further"
    " ones: they are tried in this order where a port is taken.",
)
@click.option(
    "--api-url",
    metavar="URL",
    help="Another host than X's own, such as a sandbox's. https, or http on this computer.",
)
@click.option(
    "--replace",
    is_flag=True,
    help="Keep new keys for an app that is there already. What is not given stays as it is.",
)
@click.pass_context
def add(  # noqa: PLR0917 - click passes them by name
    ctx: click.Context,
    label: str,
    callbacks: tuple[str, ...],
    api_url: str | None,
    replace: bool,
) -> None:
    """Keep an app's keys in the keychain, under a label of your choice.

    Keys are read from standard input, or asked for on a terminal. Any shape will do: JSON such as
    {"api_key": …, "api_secret": …}, optionally with "bearer_token", "client_id" and
    "client_secret"; a .env file; the two lines from X's console.
    """
    from twauth_gui.cli.entering import read_app_keys
    from twauth_gui.services.apps import AppDraft, Given
    from twauth_gui.store.vault import mid_sentence

    session = ctx.ensure_object(Session)
    label = " ".join(label.split())
    if not label or not label.isprintable():
        raise CliError(
            ExitCode.USAGE, "This label is not valid.", "Use letters, digits and symbols."
        )
    hosts, (callback, *spare) = hosts_at(api_url), _checked(callbacks)
    with session.services() as kit:
        known = _labelled(kit.store.apps.all(), label)
        if known is not None and not replace:
            raise _taken(known)
        draft = AppDraft(label, read_app_keys(session.console), callback, hosts, tuple(spare))
        if known is not None:
            given = Given(
                callbacks=ctx.get_parameter_source("callbacks") is not ParameterSource.DEFAULT,
                hosts=api_url is not None,
            )
            _ = session.jobs.run(lambda _cancel: kit.apps.replace(known.id, draft, given))
        else:
            _ = session.jobs.run(lambda _cancel: kit.apps.add(draft))
        place = mid_sentence(kit.store.vault.name)
    session.console.done(f"{label} is kept in {place}. Sign in with: {_next(label)}")


@app.command("list", epilog="Example: twauth app list --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def list_apps(session: Session, as_json: bool) -> None:
    """List the apps; their keys stay in the keychain."""
    from twauth_gui.cli.shapes import app_shape
    from twauth_gui.cli.table import table

    with session.lists() as kit:
        apps = kit.store.apps.all()
        count = Counter(account.app_id for account in kit.store.accounts.all())
    if as_json:
        session.console.json_array([app_shape(one, count[one.id]) for one in apps])
    elif apps:
        rows = [
            (one.label, str(count[one.id]), one.hosts.api, " ".join(one.callbacks)) for one in apps
        ]
        session.console.result(table(("APP", "ACCOUNTS", "API", "CALLBACK"), rows))
    else:
        session.console.note("There is no app yet. Add one with its keys: twauth app add LABEL")


@app.command(epilog="Example: twauth app check Newsroom")
@click.argument("label", shell_complete=complete_app)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def check(session: Session, label: str, as_json: bool) -> int:
    """Look for what would keep an account from signing in; no account is needed.

    It looks at the way to X, the clock, the keys, the app and each of its callback URLs. Nothing
    stays behind at X.
    """
    from twauth_gui.cli.app_findings import exit_code_for, finding_shape, tell
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.services.app_check import check_kept

    with session.services() as kit:
        app = Chooser(kit.store, session.console).app(label)
        findings = session.jobs.run(
            lambda cancel: check_kept(kit.store, kit.x_clients, app.id, cancel)
        )
    if as_json:
        session.console.json_array([finding_shape(one) for one in findings])
    else:
        for one in findings:
            tell(session.console, one)
    return exit_code_for(findings)


@app.command(epilog="Example: twauth app remove Newsroom")
@click.argument("label", shell_complete=complete_app)
@click.option(
    "--yes", "-y", is_flag=True, help="Do not ask whether sign-ins under way may be given up."
)
@click.pass_obj
def remove(session: Session, label: str, yes: bool) -> None:
    """Forget an app and its keys; its accounts have to be removed first.

    Sign-ins that wait for their answer are given up with it. One that X has granted already keeps
    the app, until its credentials are kept or discarded with twauth resume.
    """
    from twauth_gui.cli.choosing import Chooser
    from twauth_gui.domain.attempts import PendingState

    with session.services() as kit:
        found = Chooser(kit.store, session.console, whole=True).app(label)
        states = [one.state for one in kit.store.pending_sign_ins.all() if one.app_id == found.id]
        if states and set(states) == {PendingState.WAITING}:
            waiting = counted(len(states), "sign-in")
            confirm(session.console, f"Give up {waiting} of {found.label} under way?", yes=yes)
        session.jobs.run(lambda _cancel: kit.apps.remove(found.id))
    session.console.done(f"{found.label} is removed. At X nothing was changed.")


app.add_command(bearer)


def hosts_at(api_url: str | None) -> Hosts:
    """Give X's own hosts, or those of another address.

    Raises:
        RefusedError: the address is not used.
    """
    try:
        return Hosts() if api_url is None else Hosts.at(api_url)
    except HostNotAllowedError as error:
        raise CliError(ExitCode.USAGE, "This API host is not used.", str(error)) from error


def _checked(urls: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return checked_callbacks("\n".join(urls))
    except CallbackError as error:
        raise CliError(ExitCode.USAGE, "This is no callback URL.", str(error)) from error


def _labelled(apps: list[App], label: str) -> App | None:
    return next((one for one in apps if one.label.casefold() == label.casefold()), None)


def _taken(known: App) -> CliError:
    return CliError(
        ExitCode.FAILED,
        f"There is an app {known.label} already.",
        "It was left as it is. Take another label, or write --replace to keep new keys for it.",
    )


def _next(label: str) -> str:
    import shlex

    return f"twauth authorize --app {shlex.quote(label)}"
