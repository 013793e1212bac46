"""Something that happens while the pretend X answers."""

from __future__ import annotations

import time
from collections.abc import Callable


class Moment:
    """The sandbox's clock, which does something once, in the midst of the next answer."""

    def __init__(self) -> None:
        self.action: Callable[[], None] | None = None

    def __call__(self) -> float:
        action, self.action = self.action, None
        if action is not None:
            action()
        return time.time()
