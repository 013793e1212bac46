"""twauth run."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, NoReturn

import click
from typing_extensions import override

from twauth_gui.cli.commands.export import DEFAULT_PRESET
from twauth_gui.cli.commands.export import find_preset as find_any_preset
from twauth_gui.cli.completers import choose_by_tag, complete_account, complete_preset
from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.cli.session import Session
from twauth_gui.services.passphrases import DESCRIPTOR_VARIABLE

if TYPE_CHECKING:
    from twauth_gui.transfer.export_presets import ExportPreset

_EPILOG = """\b
Examples:
  twauth run @fernwick_news -- python3 bot.py
  twauth run @fernwick_news --preset x -- printenv X_ACCESS_TOKEN
  twauth run @fernwick_news @marsh_weather -- python3 bots.py
  twauth run --tag news -- python3 bots.py
  twauth run --mask @fernwick_news -- python3 bot.py

All names of the preset belong to the account. If it has no value for one, such as a bearer token
that was never fetched, the command does not get that variable, even if it is set here.

With several accounts each name begins with the handle, as in an export of them:
FERNWICK_NEWS_TWITTER_ACCESS_TOKEN; some presets put it behind the name, or a number. With --number
each name ends with the account's place on the command line, also if there is only one:
TWITTER_ACCESS_TOKEN_1. Names without handle and number are not passed on.

On Linux and macOS the command replaces this process, so signals and exit codes are its own. With
--mask twauth stays to replace the account's values in the output with ***. Signals and exit code
are the same then; the command writes to a pipe, also on a terminal. twauth ends when all output is
written.
Exit code 127: there is no such command; 126: it cannot be started.
"""


class RunCommand(click.Command):
    """Passes everything after -- on as the command to run, with its options."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own_args, command = args, list[str]()
        if "--" in args:
            at = args.index("--")
            own_args, command = args[:at], args[at + 1 :]
        rest = super().parse_args(ctx, own_args)
        ctx.params["command"] = tuple(command)
        return rest

    @override
    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "--", "COMMAND…"]


@click.command(cls=RunCommand, epilog=_EPILOG)
@click.argument("handles", nargs=-1, metavar="[@HANDLE]…", shell_complete=complete_account)
@choose_by_tag
@click.option(
    "--preset",
    "preset_id",
    default=DEFAULT_PRESET,
    show_default=True,
    metavar="NAME",
    shell_complete=complete_preset,
    help="The names of the variables; twauth presets lists them.",
)
@click.option("--number", is_flag=True, help="Number the names instead of adding the handles.")
@click.option("--mask", is_flag=True, help="Replace the accounts' values in the output with ***.")
@click.option(
    "--keep-env",
    is_flag=True,
    help="Keep variables with the preset's names if the account has no value for them.",
)
@click.pass_obj
def run(  # noqa: PLR0917 - click passes them by name
    session: Session,
    handles: tuple[str, ...],
    tags: tuple[str, ...],
    preset_id: str,
    number: bool,
    mask: bool,
    keep_env: bool,
    command: tuple[str, ...],
) -> int:
    """Run a command with accounts' credentials in its environment.

    No file and no argument contains the credentials; only the command and what it starts get them.
    """
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.services.process_hardening import restore_core_limit

    if not command:
        raise CliError(
            ExitCode.USAGE,
            "There is no command to run.",
            "Write it after --: twauth run -- COMMAND",
        )
    preset = _find_environment_preset(session, preset_id, number=number)
    with session.open_services() as services:
        accounts = NameLookup(services.store, session.console).find_accounts(handles, tags)
        ids = [one.id for one in accounts]
        program = _name_program(command)
        variables = session.jobs.fetch(
            lambda _cancel: services.exporter.export_to_environment(ids, preset, program)
        )
    restore_core_limit(session.core_limit)
    environment = variables.add_to(os.environ, keep=keep_env)
    _ = environment.pop(DESCRIPTOR_VARIABLE, None)  # its descriptor is not the command's
    masked = [one.reveal() for one in variables.secrets] if mask else ()
    return _start(session, command, environment, masked)


def _name_program(command: Sequence[str]) -> str:
    """Return the command's name, with that of the script that it runs: "python3 bot.py".

    Other arguments are left out, because they may be secret.
    """
    names = [PurePath(command[0]).name]
    if len(command) > 1 and os.path.isfile(command[1]):  # noqa: PTH113 - as fast as can be
        names.append(PurePath(command[1]).name)
    return " ".join(names).encode(errors="replace").decode()


def _find_environment_preset(session: Session, preset_id: str, *, number: bool) -> ExportPreset:
    from twauth_gui.transfer.export_presets import AccountGrouping, FileSyntax
    from twauth_gui.transfer.preset_catalog import find_preset

    try:
        preset = find_preset(preset_id)
    except LookupError:
        preset = find_any_preset(session, preset_id)  # one of the user's
    if preset.syntax is not FileSyntax.DOTENV:
        raise CliError(
            ExitCode.USAGE,
            f"The preset {preset_id} is a file format, not for an environment.",
            "twauth presets shows the others, which have the syntax dotenv.",
        )
    return preset.grouped_by(AccountGrouping.NUMBER) if number else preset


def _start(
    session: Session,
    command: Sequence[str],
    environment: dict[str, str],
    masked: Collection[str],
) -> int:
    try:
        if masked:
            return _run_masked(session, command, environment, masked)
        if sys.platform == "win32":
            return _wait_for(command, environment)
        return _replace_process(command, environment)
    except FileNotFoundError as error:
        raise CliError(
            ExitCode.NO_SUCH_COMMAND, f"There is no command {command[0]}.", "Nothing was run."
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CliError(
            ExitCode.NOT_EXECUTABLE,
            f"{command[0]} cannot be started.",
            f"The system says: {reason}.",
        ) from error


def _run_masked(
    session: Session, command: Sequence[str], environment: dict[str, str], masked: Collection[str]
) -> int:
    from twauth_gui.cli.masked_process import run_masked

    def report_loss(cause: OSError) -> None:
        session.console.print_problem(
            "The command's output was not written completely.",
            f"The system says: {cause.strerror}.",
        )

    return run_masked(command, environment, masked, report_loss)


def _wait_for(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run the command as a child process: Windows cannot replace this one.

    Ctrl+C reaches the command by itself.
    """
    import subprocess

    with subprocess.Popen(list(command), env=environment) as process:  # noqa: S603 - the user's own
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def _replace_process(command: Sequence[str], environment: dict[str, str]) -> NoReturn:
    # Python ignores these two signals, and exec keeps ignored signals ignored.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execvpe(command[0], list(command), environment)  # noqa: S606 - the user's own command
