"""Show what twauth app check found, as lines or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import ExitCode, exit_code_of
from twauth_gui.cli.json_output import serialize_diagnosis
from twauth_gui.domain.apps import AppCheckFinding, CheckOutcome

_MARKS = {
    CheckOutcome.OK: ("ok     ", "green"),
    CheckOutcome.WARN: ("look   ", "yellow"),
    CheckOutcome.FAIL: ("problem", "red"),
}
_INDENT = " " * 9


def print_finding(console: Console, finding: AppCheckFinding) -> None:
    """Write one finding, and below it what to do."""
    word, colour = _MARKS[finding.outcome]
    about = f" {finding.callback}" if finding.callback else ""
    mark = console.style(word, fg=colour)
    console.print_result(f"{mark}  {finding.check.label}{about}: {finding.title}")
    if finding.diagnosis is not None:
        console.print_result(f"{_INDENT}{finding.diagnosis.advice}")
        for cause in finding.diagnosis.causes:
            console.print_result(f"{_INDENT}Perhaps: {cause}")
        console.print_report(finding.diagnosis)


def serialize_finding(finding: AppCheckFinding) -> dict[str, object]:
    """Describe one finding as doctor describes its own."""
    about = f" {finding.callback}" if finding.callback else ""
    return {
        "topic": finding.check.value,
        "text": f"{finding.title}{about}",
        "ok": finding.outcome is not CheckOutcome.FAIL,
        "problem": serialize_diagnosis(finding.diagnosis),
    }


def exit_code_of_findings(findings: Sequence[AppCheckFinding]) -> ExitCode:
    """Give the number of what stands in the way; a warning is nothing of the kind."""
    failed = [
        one.diagnosis for one in findings if one.outcome is CheckOutcome.FAIL and one.diagnosis
    ]
    return max(map(exit_code_of, failed), default=ExitCode.DONE)
