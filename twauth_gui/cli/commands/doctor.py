"""twauth doctor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.exit_codes import ExitCode, exit_code_of
from twauth_gui.cli.next_steps import FailureSubject, next_step
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from twauth_gui.cli.console import Console
    from twauth_gui.services.doctor import DoctorFinding

_EPILOG = """\b
Example: twauth doctor --json

Exit code: 0 where nothing is wrong; else the highest of the codes of what is wrong.
"""


@click.command(epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def doctor(session: Session, as_json: bool) -> int:
    """Look whether this computer has what Twauth needs, keychain and callback included.

    Where an app is kept, X is asked for the time, without credentials. What it prints holds no
    secret and no account, so that it can be passed on.
    """
    from twauth_gui.cli.vaults import unlock_if_asked
    from twauth_gui.services.doctor import Doctor
    from twauth_gui.services.kit import Services, open_services
    from twauth_gui.services.logbook import begin_logbook
    from twauth_gui.services.places import find_places
    from twauth_gui.services.shield import shield
    from twauth_gui.services.storage import keychain_vault

    _ = shield()
    places, vault = find_places(session.data_dir), keychain_vault()
    begin_logbook(places.log)
    findings: list[DoctorFinding] = []
    try:
        opened = partial(open_services, places, vault)
        unlock = partial(unlock_if_asked, session.console)
        as_a_job = partial(_as_a_job, session.console)
        for one in Doctor(places, vault, opened, Services.close, unlock, as_a_job).findings():
            findings.append(one)
            if not as_json:
                _tell(session.console, one)
    finally:
        vault.close()
    if as_json:
        session.console.json_array([_shape(one) for one in findings])
    problems = [one.problem for one in findings if one.problem is not None]
    return max(map(exit_code_of, problems), default=ExitCode.DONE)


def _as_a_job(console: Console, look: Callable[[], str]) -> str:

    return console.jobs.fetch(lambda _cancel: look())


def _tell(console: Console, finding: DoctorFinding) -> None:
    problem = finding.problem
    mark = console.style("ok     ", fg="green")
    if problem is not None:
        mark = console.style("problem", fg="red")
    console.result(f"{mark}  {finding.topic}: {finding.text}")
    if problem is not None:
        console.result(f"         {problem.advice}")
    if finding.hint is not None and (step := next_step(finding.hint, FailureSubject())):
        console.result(f"         Next: {step}")


def _shape(finding: DoctorFinding) -> dict[str, object]:
    from twauth_gui.cli.shapes import diagnosis_shape

    return {
        "topic": finding.topic,
        "text": finding.text,
        "ok": finding.problem is None,
        "problem": diagnosis_shape(finding.problem),
    }
