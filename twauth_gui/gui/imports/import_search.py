"""The search of an import: reads what the user names, and makes one plan of all of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.imports.import_rows import FoundRows, make_rows
from twauth_gui.gui.imports.importable_accounts import find_importable
from twauth_gui.gui.tasks import Job

if TYPE_CHECKING:
    from twauth_gui.transfer.found_credentials import FoundFile

_REPORTS = 200  # at most so many for one search, however many files there are


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """How far a search is: files read, files known so far."""

    done: int = 0
    known: int = 0


class ImportSearch(QObject):
    """Reads sources on workers, side by side; what they hold adds up to one plan.

    A file that is read again replaces what was read of it before.

    Signals:
        planned: everything that was named is read and compared; carries the FoundRows.
        failed: it could not be compared with what is stored; carries the Diagnosis.
        progressed: carries the numbers of files read and known so far.
        state_changed: is_reading or is_comparing changed.
    """

    planned = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    state_changed = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._jobs: dict[Job, ReadProgress] = {}
        self._found: dict[Hashable, FoundFile] = {}
        self._plan_job: Job | None = None

    @property
    def is_reading(self) -> bool:
        return bool(self._jobs)

    @property
    def is_comparing(self) -> bool:
        """Whether what was read is being compared with what is stored."""
        return self._plan_job is not None

    def look_in_known_places(self) -> None:
        """Read what known tools keep in the home folder."""
        home = self._context.home
        self._read(lambda job: find_importable(home, job.cancel))

    def read_paths(self, paths: Sequence[Path]) -> None:
        """Read files and folders."""

        def read(job: Job) -> list[FoundFile]:
            from twauth_gui.transfer.tools.sources import read_sources  # noqa: PLC0415 - see find_importable

            return read_sources(paths, job.cancel, _thin_out(job))

        self._read(read)

    def read_text(self, text: str) -> None:
        """Read a pasted text."""

        def read(job: Job) -> list[FoundFile]:
            from twauth_gui.transfer.tools.sources import read_pasted  # noqa: PLC0415 - see find_importable

            return [read_pasted(text, job.cancel)]

        self._read(read)

    def clear(self) -> None:
        """Forget everything that was read, and stop reading."""
        self._found.clear()
        self.stop()
        if self._plan_job is not None:
            self._plan_job.cancel.cancel()

    def stop(self) -> None:
        """Stop reading; what was read before stays."""
        for job in self._jobs:
            job.cancel.cancel()

    def plan(self) -> None:
        """Compare what was read with what is stored; a comparison under way is dropped."""
        if self._plan_job is not None:
            self._plan_job.cancel.cancel()
        found = list(self._found.values())

        has_apps = bool(self._context.snapshots.current.apps)

        def work(_job: Job) -> FoundRows:
            return make_rows(self._context.services.importer.plan(found), has_apps=has_apps)

        # Not on the store's worker: it reads many items of a keychain that may be slow.
        job = self._plan_job = self._context.run_over_network(
            self, work, self.planned.emit, self.failed.emit, on_ended=lambda: self._end_plan(job)
        )
        self.state_changed.emit()

    def _end_plan(self, job: Job) -> None:
        if job is self._plan_job:
            self._plan_job = None
            self.state_changed.emit()

    def _read(self, read: Callable[[Job], list[FoundFile]]) -> None:
        def note_progress(news: object) -> None:
            self._note_progress(job, news)

        # Not on the store's worker: files on a slow disk must not keep others from the list.
        job = self._context.run_over_network(
            self,
            read,
            self._add,
            self.failed.emit,
            on_report=note_progress,
            on_ended=lambda: self._end(job),
        )
        self._jobs[job] = ReadProgress()
        self.state_changed.emit()

    def _note_progress(self, job: Job, news: object) -> None:
        if isinstance(news, ReadProgress) and job in self._jobs:
            self._jobs[job] = news
            all_searches = self._jobs.values()
            self.progressed.emit(
                sum(one.done for one in all_searches), sum(one.known for one in all_searches)
            )

    def _add(self, found: list[FoundFile]) -> None:
        for one in found:
            key: Hashable = one if one.path is None else (one.tool, one.path)
            self._found.pop(key, None)
            self._found[key] = one

    def _end(self, job: Job) -> None:
        del self._jobs[job]
        self.state_changed.emit()
        if not self._jobs:
            self.plan()


def _thin_out(job: Job) -> Callable[[int, int], None]:
    """Return a progress function that reports a change of half a percent or more."""

    def report(done: int, known: int) -> None:
        if done % (known // _REPORTS + 1) == 0:
            job.report(ReadProgress(done, known))

    return report
