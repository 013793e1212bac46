"""Check accounts behind a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twauth_gui.cli.console import Console
from twauth_gui.domain.accounts import Account
from twauth_gui.services.container import Services
from twauth_gui.services.health_check.batch_checker import BatchCheckResult, CheckProgress


def check_accounts(
    services: Services, accounts: Sequence[Account], console: Console
) -> BatchCheckResult:
    """Ask X about each; an interrupt ends it with what is known by then.

    Raises:
        DiagnosedError: the disk refuses.
    """
    ids = [one.id for one in accounts]
    with console.show_progress("Checking", len(ids)) as step:
        report = _make_reporter(services, console, step)
        patient = len(ids) > 1  # one alone has no others that could be asked meanwhile
        return console.jobs.run(
            lambda cancel: services.batch_checker.check(ids, cancel, report, patient=patient)
        )


def _make_reporter(
    services: Services, console: Console, step: Callable[[], None]
) -> Callable[[CheckProgress], None]:
    waited: set[object] = set()

    def report(progress: CheckProgress) -> None:
        for _ in progress.newly_checked:
            step()
        if progress.wait is not None and progress.wait.until not in waited:
            waited.add(progress.wait.until)
            console.note(progress.describe(services.now()))

    return report
