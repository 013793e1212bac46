"""Checks several accounts side by side, with a bar that shows how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twauth_gui.cli.console import Console
from twauth_gui.domain.accounts import Account
from twauth_gui.services.check_many import CheckedMany, CheckProgress
from twauth_gui.services.kit import Services


def check_several(kit: Services, accounts: Sequence[Account], console: Console) -> CheckedMany:
    """Ask X about each; an interrupt ends it with what is known by then.

    Raises:
        DiagnosedError: the disk refuses.
    """
    ids = [one.id for one in accounts]
    with console.progress("Checking", len(ids)) as step:
        report = _reporter(kit, console, step)
        patient = len(ids) > 1  # one alone has no others that could be asked meanwhile
        return console.jobs.run(
            lambda cancel: kit.many_checker.check(ids, cancel, report, patient=patient)
        )


def _reporter(
    kit: Services, console: Console, step: Callable[[], None]
) -> Callable[[CheckProgress], None]:
    waited: set[object] = set()

    def report(progress: CheckProgress) -> None:
        for _ in progress.settled:
            step()
        if progress.waiting is not None and progress.waiting.until not in waited:
            waited.add(progress.waiting.until)
            console.note(progress.words(kit.now()))

    return report
