"""The command line's root: the options before a subcommand, and the list of subcommands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from typing_extensions import override

from twauth_gui.cli.command_group import CommandGroup
from twauth_gui.cli.commands.registry import COMMANDS
from twauth_gui.cli.fast_path import COMPLETE_VARIABLE, VERSION_LINE
from twauth_gui.cli.session import Session

_EPILOG = """\b
To try it without X, in two terminals:
  twauth sandbox
  twauth app add sandbox --api-url http://127.0.0.1:8740
  twauth authorize --app sandbox
  twauth run -- printenv TWITTER_ACCESS_TOKEN

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 locked or no keychain, 5 refused by X,
6 network, 130 cancelled.
"""


class Root(CommandGroup):
    """Loads a subcommand's module when it is called for."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        load = COMMANDS.get(cmd_name)
        return None if load is None else load()


def _print_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked:
        ctx.ensure_object(Session).console.print_result(VERSION_LINE)
        ctx.exit()


@click.command(
    cls=Root,
    name="twauth",
    invoke_without_command=True,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the list of accounts; it holds no secret. TWAUTH_DATA_DIR names it too.",
)
@click.option(
    "--vault",
    type=click.Choice(["keychain", "file"]),
    envvar="TWAUTH_VAULT",
    help="Where credentials are kept: the system's keychain (the default), or a file under a"
    " passphrase. Needed once, for a folder that is new. TWAUTH_VAULT names it too.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but results and failures.")
@click.pass_context
def root(ctx: click.Context, data_dir: Path | None, vault: str | None, quiet: bool) -> None:
    """Sign X bot accounts in, keep their credentials in the keychain, hand them to the bots.

    Where @HANDLE can be left out, the active account is meant. Where a handle stands under two
    apps, write it as APP/@HANDLE. The account's number, without @, names it as well. No secret is
    ever an argument: secrets are read from standard input, or asked for on a terminal.
    """
    session = ctx.ensure_object(Session)
    session.data_dir = data_dir
    session.vault = vault or ""
    session.console.quiet = quiet
    if ctx.invoked_subcommand is None:
        session.console.print_result(ctx.get_help())


def run_root(arguments: list[str], session: Session) -> int:
    """Run one command line; give its exit code.

    Raises:
        click.ClickException: the command line cannot be used. Otherwise what the command raises.
    """
    if COMPLETE_VARIABLE in os.environ:
        from twauth_gui.cli.commands.completion import register_shells

        register_shells()
    settings: Mapping[str, Any] = {"obj": session, "standalone_mode": False}
    code: object = root.main(args=arguments, prog_name="twauth", **settings)
    return code if isinstance(code, int) else 0
