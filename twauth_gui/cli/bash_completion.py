"""Completes in bash, which cuts words at @."""

from __future__ import annotations

import os
from typing import ClassVar

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    split_arg_string,
)
from typing_extensions import override

_SOURCE = r"""%(complete_func)s() {
    # bash cuts a word at each @ and replaces the last part only. So the whole line is handed over,
    # with the signs at which bash cuts, and what is offered is cut likewise.
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
_END = "x"  # stands for the cursor: it keeps a blank before it from being lost


class CuttingBash(BashComplete):
    """click's own one takes the part from @ on for a word of its own."""

    source_template: ClassVar[str] = _SOURCE
    _cut = 0

    @override
    def source(self) -> str:
        return ShellComplete.source(self)  # without looking for a bash that is new enough for click

    @override
    def get_completion_args(self) -> tuple[list[str], str]:
        *before, last = split_arg_string(f"{os.environ['COMP_WORDS']}{_END}")
        incomplete = last.removesuffix(_END)
        self._cut = _cut(incomplete, os.environ["COMP_CWORD"])
        return before[1:], incomplete

    @override
    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.type},{str(item.value)[self._cut :]}"


def _cut(incomplete: str, breaks: str) -> int:
    """Tell how much of the word stands before what bash replaces: an @ is a part of that."""
    value = incomplete.partition("=")[2] if incomplete.startswith("--") else incomplete
    behind_colon = 1 + value.rfind(":") if ":" in breaks else 0
    from_at = value.rfind("@") if "@" in breaks else 0
    return max(behind_colon, from_at, 0)
