"""Notifications of the system: over D-Bus on Linux, elsewhere and without a server by the tray."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from twauth_gui.domain.callbacks import ignore
from twauth_gui.gui.tasks import Job, Task, TaskRunner

if TYPE_CHECKING:
    from twauth_gui.services.desktop_notifications import DesktopNotifications


class Notifier(QObject):
    """Shows a notification; the next one replaces it, where the system can do that.

    Signals:
        activated: it was clicked. Sent from any thread: connect it queued.
    """

    activated = Signal()

    def __init__(self, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._tray: QSystemTrayIcon | None = None
        self._desktop: DesktopNotifications | None = None
        if sys.platform.startswith("linux"):
            from twauth_gui.services.desktop_notifications import (  # noqa: PLC0415 - Linux alone
                DesktopNotifications,
            )

            name = QGuiApplication.desktopFileName()
            self._desktop = DesktopNotifications("Twauth", name, self.activated.emit)

    def show(self, title: str, text: str) -> None:
        """Show it, or do nothing if this system cannot."""
        desktop = self._desktop
        if desktop is None:
            self._show_in_tray(title, text)
            return

        def work(_job: Job) -> bool:
            return desktop.show(title, text)

        def done(shown: bool) -> None:  # noqa: FBT001 - a callback
            if not shown:
                self._show_in_tray(title, text)

        self._tasks.run_over_network(self, Task(work, done, ignore))

    def close(self) -> None:
        """Take no more clicks."""
        if self._desktop is not None:
            self._desktop.close()
        if self._tray is not None:
            self._tray.hide()

    def _show_in_tray(self, title: str, text: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        icon = self._find_icon()
        icon.messageClicked.connect(self.activated, Qt.ConnectionType.SingleShotConnection)
        icon.showMessage(title, text)

    def _find_icon(self) -> QSystemTrayIcon:
        """Return the icon that is shown already, else one for this: a message has to have one."""
        window: QObject = self
        while (above := window.parent()) is not None:
            window = above
        shown = [one for one in window.findChildren(QSystemTrayIcon) if one.isVisible()]
        if shown:
            return shown[0]
        self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
        self._tray.setToolTip("Twauth")
        self._tray.activated.connect(self._on_tray_clicked)
        self._tray.show()
        return self._tray

    def _on_tray_clicked(self, _reason: QSystemTrayIcon.ActivationReason) -> None:
        self.activated.emit()
