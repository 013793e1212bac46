"""twauth completion."""

from __future__ import annotations

import click

from twauth_gui.cli.session import Session

_EPILOG = """\b
Examples:
  bash:  eval "$(twauth completion bash)"     in ~/.bashrc
  zsh:   eval "$(twauth completion zsh)"      in ~/.zshrc
  fish:  twauth completion fish | source      in ~/.config/fish/config.fish

In zsh its line stands below the one that calls compinit.
"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes names in a shell; packages install it by themselves."""
    from twauth_gui.cli.completion_scripts import script_for

    script = script_for(shell, ctx.find_root().command)
    ctx.ensure_object(Session).console.result(script)
