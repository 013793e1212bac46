"""Python's cycle collector, kept on the window's thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_PERIOD_MS = 10_000


class Collector(QObject):
    """Collects from a timer instead of whenever and wherever Python happens to allocate.

    An automatic collection can run on a worker and destroy a Qt object there that was part of a
    reference cycle; with PySide6 that ends the process.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(_collect)
        self._timer.start()


def _collect() -> None:
    gc.collect()
