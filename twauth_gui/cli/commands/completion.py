"""twauth completion, and what bash, zsh and fish need beyond click's own completion."""

from __future__ import annotations

import os
from typing import ClassVar

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)
from typing_extensions import override

from twauth_gui.cli.fast_path import COMPLETE_VARIABLE
from twauth_gui.cli.session import Session

_EPILOG = """\b
Examples:
  bash:  eval "$(twauth completion bash)"     in ~/.bashrc
  zsh:   eval "$(twauth completion zsh)"      in ~/.zshrc
  fish:  twauth completion fish | source      in ~/.config/fish/config.fish

In zsh, add the line below the one that calls compinit.
"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell; packages install it automatically."""
    script = render_script(shell, ctx.find_root().command)
    ctx.ensure_object(Session).console.print_result(script)


_BASH_SCRIPT = r"""%(complete_func)s() {
    # bash splits a word at each @ and replaces the last part only. So the whole line is passed on,
    # with the characters at which bash splits, and the items are cut in the same way.
    local completion
    COMPREPLY=()
    while IFS= read -r completion; do
        case $completion in
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
            plain,*) COMPREPLY+=("$(printf %%q "${completion#plain,}")") ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_CWORD="$COMP_WORDBREAKS" \
        %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -F %(complete_func)s %(prog_name)s"""
_CURSOR_MARK = "x"  # stands for the cursor, so that a space before it is not lost


class WordBreakBashComplete(BashComplete):
    """Completes words that contain @, which click's class takes for two words."""

    source_template: ClassVar[str] = _BASH_SCRIPT
    _kept_length = 0

    @override
    def source(self) -> str:
        return ShellComplete.source(self)  # without click's check for a new bash

    @override
    def get_completion_args(self) -> tuple[list[str], str]:
        *before, last = split_arg_string(f"{os.environ['COMP_WORDS']}{_CURSOR_MARK}")
        incomplete = last.removesuffix(_CURSOR_MARK)
        self._kept_length = _measure_kept_part(incomplete, os.environ["COMP_CWORD"])
        return before[1:], incomplete

    @override
    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.type},{str(item.value)[self._kept_length :]}"


def _measure_kept_part(incomplete: str, breaks: str) -> int:
    """Return the length of what precedes the part of a word that bash replaces."""
    value = incomplete.partition("=")[2] if incomplete.startswith("--") else incomplete
    after_colon = 1 + value.rfind(":") if ":" in breaks else 0
    before_at = value.rfind("@") if "@" in breaks else 0
    return max(after_colon, before_at, 0)


class _JoinedOptionComplete(ShellComplete):
    """Completes --option=value as one word, of which click offers the value alone."""

    _option = ""

    @override
    def get_completion_args(self) -> tuple[list[str], str]:
        before, incomplete = super().get_completion_args()
        option, sign, _ = incomplete.partition("=")
        self._option = f"{option}{sign}" if sign and option.startswith("--") else ""
        return before, incomplete

    @override
    def format_completion(self, item: CompletionItem) -> str:
        whole = CompletionItem(f"{self._option}{item.value}", item.type, item.help)
        return super().format_completion(whole)


class JoinedOptionZshComplete(_JoinedOptionComplete, ZshComplete):
    """Offers --preset=json-snake, not json-snake."""


class JoinedOptionFishComplete(_JoinedOptionComplete, FishComplete):
    """Offers --preset=json-snake too, and does not split values at a comma."""

    source_template: ClassVar[str] = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


SCRIPT_FILES = {"bash": "twauth", "zsh": "_twauth", "fish": "twauth.fish"}
"""File names under which the shells find the scripts in their own folders."""


def render_script(shell: str, command: click.Command) -> str:
    """Return the completion script for one of the shells in SCRIPT_FILES."""
    register_shells()
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows these three
    return kind(command, {}, "twauth", COMPLETE_VARIABLE).source().strip()


def register_shells() -> None:
    """Register our completion classes with click."""
    for kind in (WordBreakBashComplete, JoinedOptionZshComplete, JoinedOptionFishComplete):
        add_completion_class(kind)
