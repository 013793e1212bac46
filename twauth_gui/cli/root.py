"""The root of the command line: global options, the table of commands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twauth_gui.cli.command_group import LazyGroup
from twauth_gui.cli.fast_path import COMPLETE_VARIABLE, VERSION_LINE
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: Mapping[str, str] = {
    "app": "twauth_gui.cli.commands.apps:app",
    "authorize": "twauth_gui.cli.commands.authorize:authorize",
    "attempts": "twauth_gui.cli.commands.pending_sign_ins:list_pending_sign_ins",
    "resume": "twauth_gui.cli.commands.pending_sign_ins:resume",
    "remind": "twauth_gui.cli.commands.pending_sign_ins:remind",
    "renew": "twauth_gui.cli.commands.pending_sign_ins:renew",
    "list": "twauth_gui.cli.commands.accounts:list_accounts",
    "show": "twauth_gui.cli.commands.accounts:show",
    "use": "twauth_gui.cli.commands.accounts:use",
    "tag": "twauth_gui.cli.commands.annotations:tag",
    "note": "twauth_gui.cli.commands.annotations:note",
    "favourite": "twauth_gui.cli.commands.annotations:favourite",
    "check": "twauth_gui.cli.commands.check:check",
    "changes": "twauth_gui.cli.commands.changes:changes",
    "refresh": "twauth_gui.cli.commands.oauth2:refresh",
    "scopes": "twauth_gui.cli.commands.oauth2:scopes",
    "export": "twauth_gui.cli.commands.export:export",
    "presets": "twauth_gui.cli.commands.presets:presets",
    "push": "twauth_gui.cli.commands.push:push",
    "destinations": "twauth_gui.cli.commands.destinations:destinations",
    "credential": "twauth_gui.cli.commands.credential:credential",
    "run": "twauth_gui.cli.commands.run:run",
    "where": "twauth_gui.cli.commands.where:where",
    "import": "twauth_gui.cli.commands.import_credentials:import_",
    "revoke": "twauth_gui.cli.commands.revoke:revoke",
    "remove": "twauth_gui.cli.commands.revoke:remove",
    "backup": "twauth_gui.cli.commands.backup:backup",
    "restore": "twauth_gui.cli.commands.backup:restore",
    "unlock": "twauth_gui.cli.commands.vault:unlock",
    "network": "twauth_gui.cli.commands.network:network",
    "vault": "twauth_gui.cli.commands.vault:vault",
    "explain": "twauth_gui.cli.commands.explain:explain",
    "doctor": "twauth_gui.cli.commands.doctor:doctor",
    "sandbox": "twauth_gui.cli.commands.sandbox:sandbox",
    "completion": "twauth_gui.cli.commands.completion:completion",
    "setup-shell": "twauth_gui.cli.commands.setup_shell:setup_shell",
}
"""The function of each command, as module:name, in the order of the help."""
_EPILOG = """\b
To try it without X, in two terminals:
  twauth sandbox
  twauth app add sandbox --api-url http://127.0.0.1:8740
  twauth authorize --app sandbox
  twauth run -- printenv TWITTER_ACCESS_TOKEN

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 keychain locked or absent, 5 refused by X,
6 network, 7 changed, 130 cancelled.
"""


def _find_profile(_ctx: click.Context, _param: click.Parameter, name: str | None) -> Path | None:
    """Return the folder of the profile that was named."""
    from twauth_gui.services.platform_dirs import (
        ProfileNameError,
        find_default_dir,
        find_profile_dir,
    )

    try:
        folder = (find_profile_dir(name) or find_default_dir()) if name else None
    except ProfileNameError as error:
        raise click.BadParameter(str(error)) from error
    return None if folder is None else Path(folder)


def _complete_profile(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from twauth_gui.cli.completers import complete_profile

    return complete_profile(ctx, param, incomplete)


def _print_version(ctx: click.Context, _param: click.Parameter, is_given: bool) -> None:
    if is_given:
        ctx.ensure_object(Session).console.print_result(VERSION_LINE)
        ctx.exit()


@click.command(
    cls=LazyGroup,
    name="twauth",
    lazy=COMMANDS,
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
    help="Folder of the account list, which holds no secrets. TWAUTH_DATA_DIR sets it too.",
)
@click.option(
    "--profile",
    metavar="NAME",
    callback=_find_profile,
    shell_complete=_complete_profile,
    help="Work with the accounts of this profile, which has a folder of its own. --data-dir counts"
    " before it. TWAUTH_PROFILE sets it too; default names the usual folder.",
)
@click.option(
    "--vault",
    type=click.Choice(["keychain", "file"]),
    envvar="TWAUTH_VAULT",
    help="Where credentials are kept: the system's keychain (the default), or an encrypted file"
    " with a passphrase. Needed once, for a new folder. TWAUTH_VAULT sets it too.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only results and failures.")
@click.pass_context
def root(
    ctx: click.Context,
    *,
    data_dir: Path | None,
    profile: Path | None,
    vault: str | None,
    quiet: bool,
) -> None:
    """Sign X bot accounts in, keep their credentials in the keychain, export them to the bots.

    If @HANDLE is optional and left out, the account is used that TWAUTH_ACCOUNT names, else that of
    the nearest file .twauth, else the active one: twauth use --help. If a handle exists under two
    apps, write APP/@HANDLE. An account's user ID, without @, works too. Secrets are never
    arguments: they are read from standard input, or asked for on a terminal.
    """
    session = ctx.ensure_object(Session)
    session.data_dir = data_dir or profile
    session.vault = vault or ""
    session.console.quiet = quiet
    if ctx.invoked_subcommand is None:
        session.console.print_result(ctx.get_help())


def run_root(arguments: list[str], session: Session) -> int:
    """Run one command line and return its exit code.

    Raises:
        click.ClickException: the command line cannot be used. Otherwise what the command raises.
    """
    if COMPLETE_VARIABLE in os.environ:
        from twauth_gui.cli.commands.completion import register_shells

        register_shells()
    settings: Mapping[str, Any] = {"obj": session, "standalone_mode": False}
    code: object = root.main(args=arguments, prog_name="twauth", **settings)
    return code if isinstance(code, int) else 0
