"""Qt objects of a living window that Python's next collection would destroy."""

from __future__ import annotations

import gc

import shiboken6
from PySide6.QtCore import QObject


def doomed() -> list[str]:
    """Collect, and name what would have been taken although something alive in C++ owns it.

    An object may go with the whole tree it belongs to, where Python owns that tree and nothing
    refers to it any more. Anything else would vanish from a window that is open.
    """
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
    finally:
        gc.set_debug(0)
    garbage = [*gc.garbage]
    gc.garbage.clear()
    known = {id(one) for one in garbage}
    objects = [one for one in garbage if isinstance(one, QObject) and shiboken6.isValid(one)]
    return sorted(_named(one) for one in objects if id(_top(one)) not in known)


def _top(one: QObject) -> QObject:
    above = one.parent()
    while above is not None:
        one, above = above, above.parent()
    return one


def _named(one: QObject) -> str:
    text = getattr(one, "text", None)
    return f"{type(one).__name__} {text()!r}" if callable(text) else type(one).__name__
