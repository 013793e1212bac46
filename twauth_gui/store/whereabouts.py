"""Which vault holds a folder's credentials, now and while they move."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.store.changes import StoreContext
from twauth_gui.store.choice import MoveNote, VaultKind, choose, chosen, move_under_way
from twauth_gui.store.moving import End, Moved, Mover, Settled, settle


class VaultSelection:
    """What the index says of the vault in use, and the way to another one."""

    def __init__(self, ground: StoreContext) -> None:
        self._ground = ground

    def chosen(self) -> VaultKind | None:
        """Give the vault the credentials are in; None where none was ever chosen."""
        return chosen(self._ground.index)

    def choose(self, kind: VaultKind) -> None:
        """Say where the credentials of a fresh directory are to be; it moves nothing."""
        choose(self._ground.index, kind)

    def move(
        self, source: End, target: End, progress: Callable[[int, int], None] | None = None
    ) -> Moved:
        """Take everything from the vault in use to another one; raises as Mover.run does.

        Open the store with a ChosenVault, or open it again afterwards with the other vault.
        """
        return Mover(self._ground, source, target, progress).run()

    def move_under_way(self) -> MoveNote | None:
        """Give what is known of a move that was cut off; settle() ends it."""
        return move_under_way(self._ground.index)

    def settle(self, *ends: End) -> Settled | None:
        """Undo or finish a move that was cut off; raises as moving.settle does."""
        return settle(self._ground, ends)
