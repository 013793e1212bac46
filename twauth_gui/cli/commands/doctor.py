"""twauth doctor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from twauth_gui.cli.errors import ExitCode, FailureSubject, exit_code_of, find_next_step
from twauth_gui.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from twauth_gui.cli.console import Console
    from twauth_gui.services.doctor import DoctorFinding

_EPILOG = """\b
Example: twauth doctor --json

Exit code: 0 if nothing is wrong; else the highest code of what is wrong.
"""


@click.command(epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def doctor(session: Session, as_json: bool) -> int:
    """Check whether this computer has what Twauth needs, keychain and callback included.

    If there is an app, X is asked for the time, without credentials. The output contains no secrets
    and no accounts, so it can be shared.
    """
    from twauth_gui.cli.vault_unlock import unlock_file_if_possible
    from twauth_gui.services.app_paths import find_app_paths
    from twauth_gui.services.container import Services, open_services
    from twauth_gui.services.doctor import Doctor
    from twauth_gui.services.log_file import configure_logging
    from twauth_gui.services.process_hardening import harden_process
    from twauth_gui.services.vault_service import make_keychain_vault

    _ = harden_process()
    paths, vault = find_app_paths(session.data_dir), make_keychain_vault()
    configure_logging(paths.log)
    findings: list[DoctorFinding] = []
    try:
        open_all = partial(open_services, paths, vault)
        unlock = partial(unlock_file_if_possible, session.console)
        run_job = partial(_run_as_job, session.console)
        for one in Doctor(paths, vault, open_all, Services.close, unlock, run_job).run():
            findings.append(one)
            if not as_json:
                _print_finding(session.console, one)
    finally:
        vault.close()
    if as_json:
        session.console.print_json_array([_serialize_finding(one) for one in findings])
    problems = [one.problem for one in findings if one.problem is not None]
    return max(map(exit_code_of, problems), default=ExitCode.DONE)


def _run_as_job(console: Console, check: Callable[[], str]) -> str:
    return console.jobs.fetch(lambda _cancel: check())


def _print_finding(console: Console, finding: DoctorFinding) -> None:
    problem = finding.problem
    mark = console.style("ok     ", fg="green")
    if problem is not None:
        mark = console.style("problem", fg="red")
    console.print_result(f"{mark}  {finding.topic}: {finding.text}")
    if problem is not None:
        console.print_result(f"         {problem.advice}")
    if finding.hint is not None and (step := find_next_step(finding.hint, FailureSubject())):
        console.print_result(f"         Next: {step}")


def _serialize_finding(finding: DoctorFinding) -> dict[str, object]:
    from twauth_gui.cli.json_output import serialize_diagnosis

    return {
        "topic": finding.topic,
        "text": finding.text,
        "ok": finding.problem is None,
        "problem": serialize_diagnosis(finding.problem),
    }
