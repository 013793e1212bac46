"""twauth app add, list, check, bearer, remove."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from twauth_gui.cli.command_group import CommandGroup
from twauth_gui.cli.completers import complete_app
from twauth_gui.cli.errors import CliError, ExitCode, exit_code_of
from twauth_gui.cli.prompts import confirm
from twauth_gui.cli.session import Session
from twauth_gui.domain.apps import DEFAULT_CALLBACK, App, AppCheckFinding, CheckOutcome
from twauth_gui.domain.callback_urls import CallbackError, parse_callback_urls
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.hosts import HostNotAllowedError, Hosts

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.services.container import Services

_MARKS = {
    CheckOutcome.OK: ("ok     ", "green"),
    CheckOutcome.WARN: ("look   ", "yellow"),
    CheckOutcome.FAIL: ("problem", "red"),
}
_INDENT = " " * 9
_BEARER_EPILOG = """\b
Examples:
  twauth app bearer Newsroom
  twauth app bearer Newsroom --reveal

X returns the same token until it is revoked. To get another one, regenerate it in X's console,
under Keys and tokens; the old one stops working then.
"""


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.pass_context
def app(ctx: click.Context) -> None:
    """Manage X developer apps and their keys."""
    if ctx.invoked_subcommand is None:
        ctx.ensure_object(Session).console.print_result(ctx.get_help())


@app.command(epilog="Example: twauth app add Newsroom < keys.json")
@click.argument("label")
@click.option(
    "--callback",
    "callbacks",
    multiple=True,
    default=[DEFAULT_CALLBACK],
    show_default=True,
    metavar="URL",
    help="Callback URL, exactly as in X's console. Repeat it to add more: they are tried in this"
    " order if a port is in use.",
)
@click.option(
    "--api-url",
    metavar="URL",
    help="API host to use instead of X's, such as a sandbox. https, or http on this computer.",
)
@click.option(
    "--replace",
    is_flag=True,
    help="Save new keys for an existing app. What you leave out stays as it is.",
)
@click.pass_context
def add(  # noqa: PLR0917 - click passes them by name
    ctx: click.Context,
    label: str,
    callbacks: tuple[str, ...],
    api_url: str | None,
    replace: bool,
) -> None:
    """Save an app's keys in the keychain, under a label of your choice.

    Keys are read from standard input, or asked for on a terminal. Any format works: JSON such as
    {"api_key": …, "api_secret": …}, optionally with "bearer_token", "client_id" and
    "client_secret"; a .env file; the two lines from X's console. Lines that are not used are
    listed, with the reason.
    """
    from twauth_gui.cli.prompts import read_app_keys
    from twauth_gui.domain.display_text import name_in_sentence
    from twauth_gui.services.apps import AppDraft, ProvidedParts

    session = ctx.ensure_object(Session)
    label = " ".join(label.split())
    if not label or not label.isprintable():
        raise CliError(
            ExitCode.USAGE, "This label is not valid.", "Use letters, digits and symbols."
        )
    hosts, (callback, *spare) = parse_hosts(api_url), _parse_callbacks(callbacks)
    with session.open_services() as services:
        known = _find_by_label(services.store.apps.list_all(), label)
        if known is not None and not replace:
            raise _make_label_taken_error(known)
        if known is not None and (broken := services.placements.describe_breakage(known.id)):
            session.console.note(broken)
        draft = AppDraft(label, read_app_keys(session.console), callback, hosts, tuple(spare))
        if known is not None:
            provided = ProvidedParts(
                callbacks=ctx.get_parameter_source("callbacks") is not ParameterSource.DEFAULT,
                hosts=api_url is not None,
            )
            _ = session.jobs.run(lambda _cancel: services.apps.replace(known.id, draft, provided))
            _warn_of_outdated_places(session, services, known)
        else:
            _ = session.jobs.run(lambda _cancel: services.apps.add(draft))
        place = name_in_sentence(services.store.vault.name)
    session.console.print_success(
        f"{label} is saved in {place}. Sign in with: twauth authorize --app {shlex.quote(label)}"
    )


def _warn_of_outdated_places(session: Session, services: Services, app: App) -> None:
    from twauth_gui.services.placements import describe_outdated

    found = session.jobs.fetch(lambda _cancel: services.placements.find_outdated(app_id=app.id))
    if text := describe_outdated(found):
        label = shlex.quote(app.label)
        session.console.warn(f"{text}. To update: twauth where --app {label} --update")


@app.command("list", epilog="Example: twauth app list --json")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def list_apps(session: Session, as_json: bool) -> None:
    """List the apps, without their keys."""
    from twauth_gui.cli.json_output import serialize_app
    from twauth_gui.cli.table import format_table

    with session.open_index() as services:
        apps = services.store.apps.list_all()
        count = Counter(account.app_id for account in services.store.accounts.list_all())
    if as_json:
        session.console.print_json_array([serialize_app(one, count[one.id]) for one in apps])
    elif apps:
        rows = [
            (one.label, str(count[one.id]), one.hosts.api, " ".join(one.callbacks)) for one in apps
        ]
        session.console.print_result(format_table(("APP", "ACCOUNTS", "API", "CALLBACK"), rows))
    else:
        session.console.note("There are no apps yet. Add one with its keys: twauth app add LABEL")


@app.command(epilog="Example: twauth app check Newsroom")
@click.argument("label", shell_complete=complete_app)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def check(session: Session, label: str, as_json: bool) -> int:
    """Check what could keep an account from signing in; no account is needed.

    It checks the connection to X, the clock, the keys, the app and each of its callback URLs.
    Nothing is left behind at X.
    """
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.services.app_check import check_saved_app

    with session.open_services() as services:
        app = NameLookup(services.store, session.console).find_app(label)
        findings = session.jobs.run(
            lambda cancel: check_saved_app(services.store, services.x_clients, app.id, cancel)
        )
    if as_json:
        session.console.print_json_array([_serialize_finding(one) for one in findings])
    else:
        for one in findings:
            _print_finding(session.console, one)
    return _exit_code_of_findings(findings)


@app.command(epilog=_BEARER_EPILOG)
@click.argument("label", shell_complete=complete_app)
@click.option("--check", "checking", is_flag=True, help="Ask X whether it accepts the saved one.")
@click.option("--reveal", is_flag=True, help="Print the saved one to standard output.")
@click.option(
    "--end", is_flag=True, help="Revoke it at X and delete it; X refuses that for many apps."
)
@click.pass_obj
def bearer(  # noqa: PLR0917 - click passes them by name
    session: Session, label: str, checking: bool, reveal: bool, end: bool
) -> None:
    """Get an app's bearer token from X with its keys, and save it with them.

    It reads without any account: app-only authentication. export --bearer and run include it.
    """
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.secret import Secret

    if checking + reveal + end > 1:
        raise CliError(ExitCode.USAGE, "--check, --reveal and --end cannot be combined.")
    console = session.console
    with session.open_services() as services:
        app = NameLookup(services.store, console).find_app(label)
        if reveal:
            token = console.jobs.fetch(lambda _cancel: services.bearer_tokens.load(app.id))
            console.print_secret(Secret(f"{token.reveal()}\n"))
        elif checking:
            console.jobs.run(lambda cancel: services.bearer_tokens.verify(app.id, cancel))
            console.print_success(f"X accepts the bearer token of {app.label}.")
        elif end:
            console.jobs.run(lambda cancel: services.bearer_tokens.revoke(app.id, cancel))
            console.print_success(f"The bearer token of {app.label} is revoked and deleted.")
        else:
            _ = console.jobs.run(lambda cancel: services.bearer_tokens.fetch(app.id, cancel))
            console.print_success(f"The bearer token of {app.label} is saved with its keys.")


@app.command(epilog="Example: twauth app remove Newsroom")
@click.argument("label", shell_complete=complete_app)
@click.option(
    "--yes", "-y", is_flag=True, help="Do not ask before cancelling its pending sign-ins."
)
@click.pass_obj
def remove(session: Session, label: str, yes: bool) -> None:
    """Remove an app and its keys; its accounts have to be removed first.

    Its pending sign-ins are cancelled. If X has already granted one, the app stays until you save
    or discard that sign-in's credentials with twauth resume.
    """
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.sign_in import PendingState

    with session.open_services() as services:
        found = NameLookup(services.store, session.console, requires_full_name=True).find_app(label)
        states = [
            one.state
            for one in services.store.pending_sign_ins.list_all()
            if one.app_id == found.id
        ]
        if states and set(states) == {PendingState.WAITING}:
            waiting = pluralize(len(states), "pending sign-in")
            confirm(session.console, f"Cancel {waiting} of {found.label}?", yes=yes)
        session.jobs.run(lambda _cancel: services.apps.remove(found.id))
    session.console.print_success(f"{found.label} is removed. Nothing was changed at X.")


def parse_hosts(api_url: str | None) -> Hosts:
    """Return X's own hosts, or those of another API address.

    Raises:
        CliError: the address is not allowed.
    """
    try:
        return Hosts() if api_url is None else Hosts.from_api_url(api_url)
    except HostNotAllowedError as error:
        raise CliError(ExitCode.USAGE, "This API host is not allowed.", str(error)) from error


def _parse_callbacks(urls: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return parse_callback_urls("\n".join(urls))
    except CallbackError as error:
        raise CliError(ExitCode.USAGE, "This is not a callback URL.", str(error)) from error


def _find_by_label(apps: list[App], label: str) -> App | None:
    return next((one for one in apps if one.label.casefold() == label.casefold()), None)


def _make_label_taken_error(known: App) -> CliError:
    return CliError(
        ExitCode.FAILED,
        f"There is already an app {known.label}.",
        "It was not changed. Choose another label, or add --replace to save new keys for it.",
    )


def _print_finding(console: Console, finding: AppCheckFinding) -> None:
    """Print one finding, and what to do about it below."""
    word, colour = _MARKS[finding.outcome]
    mark = console.style(word, fg=colour)
    callback = f" {finding.callback}" if finding.callback else ""
    console.print_result(f"{mark}  {finding.check.label}{callback}: {finding.title}")
    if finding.diagnosis is not None:
        console.print_result(f"{_INDENT}{finding.diagnosis.advice}")
        for cause in finding.diagnosis.causes:
            console.print_result(f"{_INDENT}Perhaps: {cause}")
        console.print_report(finding.diagnosis)


def _serialize_finding(finding: AppCheckFinding) -> dict[str, object]:
    """Serialize one finding with the keys that doctor uses for its own."""
    from twauth_gui.cli.json_output import serialize_diagnosis

    callback = f" {finding.callback}" if finding.callback else ""
    return {
        "topic": finding.check.value,
        "text": f"{finding.title}{callback}",
        "ok": finding.outcome is not CheckOutcome.FAIL,
        "problem": serialize_diagnosis(finding.diagnosis),
    }


def _exit_code_of_findings(findings: Sequence[AppCheckFinding]) -> ExitCode:
    """Return the highest exit code of the failed findings; warnings do not count."""
    failed = [
        one.diagnosis for one in findings if one.outcome is CheckOutcome.FAIL and one.diagnosis
    ]
    return max(map(exit_code_of, failed), default=ExitCode.DONE)
