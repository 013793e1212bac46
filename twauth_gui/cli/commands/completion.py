"""twauth completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from twauth_gui.cli.session import Session

_EPILOG = """\b
Examples:
  bash:  eval "$(twauth completion bash)"     in ~/.bashrc
  zsh:   eval "$(twauth completion zsh)"      in ~/.zshrc
  fish:  twauth completion fish | source      in ~/.config/fish/config.fish
"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes names in a shell."""
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows these three
    script = kind(ctx.find_root().command, {}, "twauth", "_TWAUTH_COMPLETE")
    ctx.ensure_object(Session).console.result(script.source().strip())
