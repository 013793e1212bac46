"""twauth completion."""

from __future__ import annotations

import click

from twauth_gui.cli.session import Session

_EPILOG = """\b
Examples:
  bash:  eval "$(twauth completion bash)"     in ~/.bashrc
  zsh:   eval "$(twauth completion zsh)"      in ~/.zshrc
  fish:  twauth completion fish | source      in ~/.config/fish/config.fish
"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def completion(session: Session, shell: str) -> None:
    """Print the script that completes names in a shell; packages install it by themselves."""
    from twauth_gui.cli.completion_scripts import script_for

    session.console.result(script_for(shell))
