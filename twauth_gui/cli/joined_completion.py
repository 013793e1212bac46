"""Completes in zsh and fish, which replace an option together with the value that is joined to it.

click offers the value alone.
"""

from __future__ import annotations

from typing import ClassVar

from click.shell_completion import (
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)
from typing_extensions import override


class _Joining(ShellComplete):
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


class JoiningZsh(_Joining, ZshComplete):
    """Offers --preset=json-snake, not json-snake."""


class JoiningFish(_Joining, FishComplete):
    """Likewise; and a comma belongs to the name in which it stands."""

    source_template: ClassVar[str] = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )
