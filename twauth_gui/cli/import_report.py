"""Show an import plan and its results, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twauth_gui.cli.errors import ExitCode, exit_code_of
from twauth_gui.cli.table import format_table
from twauth_gui.services.app_paths import shorten_path
from twauth_gui.services.import_plan import (
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportPlan,
    ImportResult,
    ImportStatus,
    SkippedItem,
)

_ACTION_WORDS = {
    ImportAction.NEW: "would be brought in",
    ImportAction.SAME: "is here already",
    ImportAction.CONFLICT: "is here with other credentials; --replace takes these",
    ImportAction.NO_APP: "its app is not named there; --app LABEL names it",
}
_STATUS_WORDS = {
    ImportStatus.IMPORTED: "brought in",
    ImportStatus.NOT_VERIFIED: "brought in, not verified",
    ImportStatus.REPLACED: "its credentials were replaced",
    ImportStatus.SAME: "was here already",
    ImportStatus.CONFLICT: "left: it is here with other credentials; --replace takes these",
    ImportStatus.NO_APP: "left: its app is not named there; --app LABEL names it",
    ImportStatus.REFUSED: "left: X does not accept it",
    ImportStatus.FAILED: "not kept",
}
_NEEDS_CHOICE = {ImportStatus.CONFLICT, ImportStatus.NO_APP}


def format_plan_table(offer: ImportPlan) -> str:
    """Show what bringing in would do."""
    rows = [_format_row(one, _ACTION_WORDS[one.action]) for one in offer.accounts]
    rows += [_format_app_row(one, "would be brought in") for one in offer.apps]
    return format_table(("ACCOUNT", "APP", "FILE", ""), rows)


def format_result_table(brought: Sequence[ImportResult], apps: Sequence[ImportAppItem]) -> str:
    """Show what was done."""
    rows = [_format_row(one.item, _STATUS_WORDS[one.outcome], one) for one in brought]
    rows += [_format_app_row(one, "brought in") for one in apps]
    return format_table(("ACCOUNT", "APP", "FILE", ""), rows)


def _format_row(
    one: ImportItem, words: str, brought: ImportResult | None = None
) -> tuple[str, ...]:
    kept = brought.account if brought is not None else None
    name = one.name if kept is None else kept.at_handle
    return (name, one.app_name, shorten_path(one.path), words)


def _format_app_row(one: ImportAppItem, words: str) -> tuple[str, ...]:
    return ("", one.name, shorten_path(one.path), words if one.app is None else "is here already")


def format_skipped_items(left: Sequence[SkippedItem]) -> list[str]:
    """Tell what stays in its file, and why."""
    return [
        f"{shorten_path(one.path)}: {one.skipped.what} was left. {one.skipped.reason}"
        for one in left
    ]


def serialize_plan(offer: ImportPlan) -> list[object]:
    """Describe what bringing in would do."""
    accounts = [_serialize_item(one, one.action.value, "") for one in offer.accounts]
    return [*accounts, *_serialize_apps(offer.apps, "new"), *_serialize_skipped(offer.skipped)]


def serialize_results(
    brought: Sequence[ImportResult], apps: Sequence[ImportAppItem], left: Sequence[SkippedItem]
) -> list[object]:
    """Describe what was done."""
    accounts = [
        {
            **_serialize_item(one.item, one.outcome.value, _format_reason(one)),
            **(_serialize_account(one) if one.account is not None else {}),
        }
        for one in brought
    ]
    return [*accounts, *_serialize_apps(apps, "brought-in"), *_serialize_skipped(left)]


def _format_reason(one: ImportResult) -> str:
    return "" if one.diagnosis is None else one.diagnosis.to_sentence()


def _serialize_account(one: ImportResult) -> dict[str, object]:
    account = one.account
    if account is None:
        return {}
    return {"handle": account.handle, "user_id": account.user_id, "account": account.id}


def _serialize_item(one: ImportItem, result: str, reason: str) -> dict[str, object]:
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


def _serialize_apps(apps: Sequence[ImportAppItem], result: str) -> list[dict[str, object]]:
    return [
        {
            **_serialize_without_account(
                "app", result if one.app is None else "same", one.tool, one.path
            ),
            "app": one.name,
            "reason": "",
        }
        for one in apps
    ]


def _serialize_skipped(left: Sequence[SkippedItem]) -> list[dict[str, object]]:
    return [
        {
            **_serialize_without_account("other", "left", one.tool, one.path),
            "app": None,
            "reason": f"{one.skipped.what}: {one.skipped.reason}",
        }
        for one in left
    ]


def _serialize_without_account(what: str, result: str, tool: str, path: Path) -> dict[str, object]:
    return {
        "what": what,
        "result": result,
        **dict.fromkeys(("handle", "user_id", "account")),
        "tool": tool,
        "file": str(path),
    }


def exit_code_of_import(brought: Sequence[ImportResult], useless: Sequence[Path] = ()) -> ExitCode:
    """Give the highest of the codes of what was not brought in; 0 where nothing was left.

    useless: files that were named, and that hold nothing.
    """
    codes = [
        exit_code_of(one.diagnosis)
        for one in brought
        if one.diagnosis is not None and one.outcome in {ImportStatus.REFUSED, ImportStatus.FAILED}
    ]
    codes += [ExitCode.FAILED for one in brought if one.outcome in _NEEDS_CHOICE]
    codes += [ExitCode.FAILED for _ in useless]
    return max(codes, default=ExitCode.DONE)
