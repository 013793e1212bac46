"""Tells what was found in other tools' files and what became of it, in lines or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twauth_gui.cli.exit_codes import ExitCode, exit_code_of
from twauth_gui.cli.table import table
from twauth_gui.services.offers import AppCandidate, Brought, Candidate, Fate, Left, Offer, Outcome
from twauth_gui.services.short_path import short

_WOULD = {
    Fate.NEW: "would be brought in",
    Fate.SAME: "is here already",
    Fate.OTHER: "is here with other credentials; --replace takes these",
    Fate.NO_APP: "its app is not named there; --app LABEL names it",
}
_WAS = {
    Outcome.BROUGHT_IN: "brought in",
    Outcome.NOT_VERIFIED: "brought in, not verified",
    Outcome.REPLACED: "its credentials were replaced",
    Outcome.SAME: "was here already",
    Outcome.OTHER: "left: it is here with other credentials; --replace takes these",
    Outcome.NO_APP: "left: its app is not named there; --app LABEL names it",
    Outcome.REFUSED: "left: X does not accept it",
    Outcome.FAILED: "not kept",
}
_CHOICE_MISSING = {Outcome.OTHER, Outcome.NO_APP}


def offer_table(offer: Offer) -> str:
    """Show what bringing in would do."""
    rows = [_cells(one, _WOULD[one.fate]) for one in offer.accounts]
    rows += [_app_cells(one, "would be brought in") for one in offer.apps]
    return table(("ACCOUNT", "APP", "FILE", ""), rows)


def brought_table(brought: Sequence[Brought], apps: Sequence[AppCandidate]) -> str:
    """Show what was done."""
    rows = [_cells(one.candidate, _WAS[one.outcome], one) for one in brought]
    rows += [_app_cells(one, "brought in") for one in apps]
    return table(("ACCOUNT", "APP", "FILE", ""), rows)


def _cells(one: Candidate, words: str, brought: Brought | None = None) -> tuple[str, ...]:
    kept = brought.account if brought is not None else None
    name = one.name if kept is None else kept.at_handle
    return (name, one.app_name, short(one.path), words)


def _app_cells(one: AppCandidate, words: str) -> tuple[str, ...]:
    return ("", one.name, short(one.path), words if one.app is None else "is here already")


def left_lines(left: Sequence[Left]) -> list[str]:
    """Tell what stays in its file, and why."""
    return [f"{short(one.path)}: {one.skipped.what} was left. {one.skipped.why}" for one in left]


def offer_shapes(offer: Offer) -> list[object]:
    """Describe what bringing in would do."""
    accounts = [_shape(one, one.fate.value, "") for one in offer.accounts]
    return [*accounts, *_app_shapes(offer.apps, "new"), *_left_shapes(offer.left)]


def brought_shapes(
    brought: Sequence[Brought], apps: Sequence[AppCandidate], left: Sequence[Left]
) -> list[object]:
    """Describe what was done."""
    accounts = [
        {
            **_shape(one.candidate, one.outcome.value, _reason(one)),
            **(_verified(one) if one.account is not None else {}),
        }
        for one in brought
    ]
    return [*accounts, *_app_shapes(apps, "brought-in"), *_left_shapes(left)]


def _reason(one: Brought) -> str:
    return "" if one.diagnosis is None else one.diagnosis.sentence()


def _verified(one: Brought) -> dict[str, object]:
    account = one.account
    if account is None:
        return {}
    return {"handle": account.handle, "user_id": account.user_id, "account": account.id}


def _shape(one: Candidate, result: str, reason: str) -> dict[str, object]:
    return {
        "what": "account",
        "result": result,
        "handle": one.account.handle or None,
        "user_id": one.account.user_id or None,
        "account": None,
        "app": one.app_name or None,
        "tool": one.tool,
        "file": str(one.path),
        "reason": reason,
    }


def _app_shapes(apps: Sequence[AppCandidate], result: str) -> list[dict[str, object]]:
    return [
        {
            **_nobody("app", result if one.app is None else "same", one.tool, one.path),
            "app": one.name,
            "reason": "",
        }
        for one in apps
    ]


def _left_shapes(left: Sequence[Left]) -> list[dict[str, object]]:
    return [
        {
            **_nobody("other", "left", one.tool, one.path),
            "app": None,
            "reason": f"{one.skipped.what}: {one.skipped.why}",
        }
        for one in left
    ]


def _nobody(what: str, result: str, tool: str, path: Path) -> dict[str, object]:
    return {
        "what": what,
        "result": result,
        **dict.fromkeys(("handle", "user_id", "account")),
        "tool": tool,
        "file": str(path),
    }


def code_of(brought: Sequence[Brought], useless: Sequence[Path] = ()) -> ExitCode:
    """Give the highest of the codes of what was not brought in; 0 where nothing was left.

    useless: files that were named, and that hold nothing.
    """
    codes = [
        exit_code_of(one.diagnosis)
        for one in brought
        if one.diagnosis is not None and one.outcome in {Outcome.REFUSED, Outcome.FAILED}
    ]
    codes += [ExitCode.FAILED for one in brought if one.outcome in _CHOICE_MISSING]
    codes += [ExitCode.FAILED for _ in useless]
    return max(codes, default=ExitCode.DONE)
