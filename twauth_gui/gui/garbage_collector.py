"""Python's cyclic garbage collector, run on the window's thread only."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_PERIOD_MS = 10_000
_MANY_MODULES = 20


class GarbageCollector(QObject):
    """Collects from a timer instead of whenever and wherever Python happens to allocate.

    An automatic collection can run on a worker and destroy a Qt object there that was part of a
    reference cycle; with PySide6 that ends the process. Newly loaded modules and all that is in
    them are frozen: scanning them at every collection would make the window stutter.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._modules = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        self._collect()

    def _collect(self) -> None:
        modules = len(sys.modules)
        if modules - self._modules >= _MANY_MODULES:
            self._modules = modules
            gc.freeze()
        else:
            gc.collect()
