"""What a long job calls at each of its steps."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.cancel import CancelToken


def stepping(cancel: CancelToken, tell: Callable[[], None]) -> Callable[[], None]:
    """Give a function that ends the job where that was asked for, and tells of the step else."""

    def before_each() -> None:
        cancel.check()
        tell()

    return before_each
