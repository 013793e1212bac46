"""The check for a newer version in the window: asked for in the settings, made by its clock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.update_notice import UpdateNotice
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.services.container import Services
from twauth_gui.services.update_check import UpdateState


class UpdateController(QObject):
    """Holds the state that the settings and the banner show; a worker asks and saves.

    Signals:
        changed: the state changed.
        failed: it could not be read or saved; carries a Diagnosis.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, services: Services, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._job: Job | None = None
        self.state = UpdateState()

    @property
    def is_available(self) -> bool:
        """Whether this installation may ask at all."""
        return self._services.updates.source is not None

    @property
    def notice(self) -> UpdateNotice | None:
        """The newer version to tell of; None if there is none, or its banner was closed."""
        if not (self.is_available and self.state.is_wanted):
            return None
        newer = self.state.find_newer()
        return None if newer is None or newer.version == self.state.dismissed else newer

    def start(self) -> None:
        """Load the state; from then on each tick() asks if that is due."""
        if self.is_available:
            self._run_in_store(self._services.updates.load)

    def set_wanted(self, *, wanted: bool) -> None:
        """Ask from now on, the first time at once, or no more."""
        self._run_in_store(lambda: self._services.updates.set_wanted(wanted=wanted))

    def dismiss(self, notice: UpdateNotice) -> None:
        """Close the banner of this version for good."""
        self._run_in_store(lambda: self._services.updates.dismiss(notice.version))

    def tick(self) -> None:
        """Ask if that is due, and the last question was answered."""
        if self._job is not None or not self.state.is_due(self._services.now()):
            return
        task = Task(
            lambda _job: self._services.updates.check(),
            self._show,
            self.failed.emit,
            on_ended=self._on_ended,
        )
        self._job = self._tasks.run_over_network(self, task)

    def _on_ended(self) -> None:
        self._job = None

    def _run_in_store(self, work: Callable[[], UpdateState]) -> None:
        def done(state: UpdateState) -> None:
            self._show(state)
            self.tick()

        task = Task(lambda _job: work(), done, self.failed.emit, must_finish=True)
        self._tasks.run_in_store(self, task)

    def _show(self, state: UpdateState) -> None:
        self.state = state
        self.changed.emit()
