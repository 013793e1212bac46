"""Tells what was found in other tools' files and what became of it, in lines or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twauth_gui.cli.exit_codes import ExitCode, exit_code_of
from twauth_gui.cli.table import table
from twauth_gui.services.offers import (
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportPlan,
    ImportResult,
    ImportStatus,
    SkippedItem,
)
from twauth_gui.services.short_path import short

_WOULD = {
    ImportAction.NEW: "would be brought in",
    ImportAction.SAME: "is here already",
    ImportAction.OTHER: "is here with other credentials; --replace takes these",
    ImportAction.NO_APP: "its app is not named there; --app LABEL names it",
}
_WAS = {
    ImportStatus.BROUGHT_IN: "brought in",
    ImportStatus.NOT_VERIFIED: "brought in, not verified",
    ImportStatus.REPLACED: "its credentials were replaced",
    ImportStatus.SAME: "was here already",
    ImportStatus.OTHER: "left: it is here with other credentials; --replace takes these",
    ImportStatus.NO_APP: "left: its app is not named there; --app LABEL names it",
    ImportStatus.REFUSED: "left: X does not accept it",
    ImportStatus.FAILED: "not kept",
}
_CHOICE_MISSING = {ImportStatus.OTHER, ImportStatus.NO_APP}


def offer_table(offer: ImportPlan) -> str:
    """Show what bringing in would do."""
    rows = [_cells(one, _WOULD[one.fate]) for one in offer.accounts]
    rows += [_app_cells(one, "would be brought in") for one in offer.apps]
    return table(("ACCOUNT", "APP", "FILE", ""), rows)


def brought_table(brought: Sequence[ImportResult], apps: Sequence[ImportAppItem]) -> str:
    """Show what was done."""
    rows = [_cells(one.candidate, _WAS[one.outcome], one) for one in brought]
    rows += [_app_cells(one, "brought in") for one in apps]
    return table(("ACCOUNT", "APP", "FILE", ""), rows)


def _cells(one: ImportItem, words: str, brought: ImportResult | None = None) -> tuple[str, ...]:
    kept = brought.account if brought is not None else None
    name = one.name if kept is None else kept.at_handle
    return (name, one.app_name, short(one.path), words)


def _app_cells(one: ImportAppItem, words: str) -> tuple[str, ...]:
    return ("", one.name, short(one.path), words if one.app is None else "is here already")


def left_lines(left: Sequence[SkippedItem]) -> list[str]:
    """Tell what stays in its file, and why."""
    return [f"{short(one.path)}: {one.skipped.what} was left. {one.skipped.why}" for one in left]


def offer_shapes(offer: ImportPlan) -> list[object]:
    """Describe what bringing in would do."""
    accounts = [_shape(one, one.fate.value, "") for one in offer.accounts]
    return [*accounts, *_app_shapes(offer.apps, "new"), *_left_shapes(offer.left)]


def brought_shapes(
    brought: Sequence[ImportResult], apps: Sequence[ImportAppItem], left: Sequence[SkippedItem]
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


def _reason(one: ImportResult) -> str:
    return "" if one.diagnosis is None else one.diagnosis.sentence()


def _verified(one: ImportResult) -> dict[str, object]:
    account = one.account
    if account is None:
        return {}
    return {"handle": account.handle, "user_id": account.user_id, "account": account.id}


def _shape(one: ImportItem, result: str, reason: str) -> dict[str, object]:
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


def _app_shapes(apps: Sequence[ImportAppItem], result: str) -> list[dict[str, object]]:
    return [
        {
            **_nobody("app", result if one.app is None else "same", one.tool, one.path),
            "app": one.name,
            "reason": "",
        }
        for one in apps
    ]


def _left_shapes(left: Sequence[SkippedItem]) -> list[dict[str, object]]:
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


def code_of(brought: Sequence[ImportResult], useless: Sequence[Path] = ()) -> ExitCode:
    """Give the highest of the codes of what was not brought in; 0 where nothing was left.

    useless: files that were named, and that hold nothing.
    """
    codes = [
        exit_code_of(one.diagnosis)
        for one in brought
        if one.diagnosis is not None and one.outcome in {ImportStatus.REFUSED, ImportStatus.FAILED}
    ]
    codes += [ExitCode.FAILED for one in brought if one.outcome in _CHOICE_MISSING]
    codes += [ExitCode.FAILED for _ in useless]
    return max(codes, default=ExitCode.DONE)
