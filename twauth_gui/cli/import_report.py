"""Show an import plan and its results, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twauth_gui.cli.errors import ExitCode, exit_code_of
from twauth_gui.cli.table import format_table
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
    ImportAction.NEW: "would be imported",
    ImportAction.SAME: "already here",
    ImportAction.CONFLICT: "here with other credentials; --replace imports these",
    ImportAction.NO_APP: "the file names no app; name it with --app LABEL",
}
_STATUS_WORDS = {
    ImportStatus.IMPORTED: "imported",
    ImportStatus.NOT_VERIFIED: "imported, not verified",
    ImportStatus.REPLACED: "credentials replaced",
    ImportStatus.SAME: "already here",
    ImportStatus.CONFLICT: "skipped: here with other credentials; --replace imports these",
    ImportStatus.NO_APP: "skipped: the file names no app; name it with --app LABEL",
    ImportStatus.REFUSED: "skipped: X does not accept it",
    ImportStatus.FAILED: "not saved",
}
_NEEDS_CHOICE = {ImportStatus.CONFLICT, ImportStatus.NO_APP}


def format_plan_table(plan: ImportPlan) -> str:
    """Format what the import would do, as a table."""
    rows = [_format_row(one, _ACTION_WORDS[one.action]) for one in plan.accounts]
    rows += [_format_app_row(one, "would be imported") for one in plan.apps]
    return format_table(("ACCOUNT", "APP", "FILE", ""), rows)


def format_result_table(results: Sequence[ImportResult], apps: Sequence[ImportAppItem]) -> str:
    """Format what the import did, as a table."""
    rows = [_format_row(one.item, _STATUS_WORDS[one.outcome], one) for one in results]
    rows += [_format_app_row(one, "imported") for one in apps]
    return format_table(("ACCOUNT", "APP", "FILE", ""), rows)


def _format_row(one: ImportItem, words: str, result: ImportResult | None = None) -> tuple[str, ...]:
    account = None if result is None else result.account
    name = one.name if account is None else account.at_handle
    return (name, one.app_name, one.place, words)


def _format_app_row(one: ImportAppItem, words: str) -> tuple[str, ...]:
    return ("", one.name, one.place, words if one.app is None else "already here")


def format_skipped_items(skipped: Sequence[SkippedItem]) -> list[str]:
    """Return one line for each item that stays in its file: which, and why."""
    return [f"{one.place}: {one.skipped.what} was skipped. {one.skipped.reason}" for one in skipped]


def serialize_plan(plan: ImportPlan) -> list[object]:
    """Serialize what the import would do, for --dry-run --json."""
    accounts = [_serialize_item(one, one.action.value, "") for one in plan.accounts]
    return [*accounts, *_serialize_apps(plan.apps, "new"), *_serialize_skipped(plan.skipped)]


def serialize_results(
    results: Sequence[ImportResult], apps: Sequence[ImportAppItem], skipped: Sequence[SkippedItem]
) -> list[object]:
    """Serialize what the import did, for --json."""
    accounts = [
        {
            **_serialize_item(one.item, one.outcome.value, _format_reason(one)),
            **(_serialize_account(one) if one.account is not None else {}),
        }
        for one in results
    ]
    return [*accounts, *_serialize_apps(apps, "imported"), *_serialize_skipped(skipped)]


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
        **_serialize_place(one.path, one.account.line),
        "reason": reason,
    }


def _serialize_apps(apps: Sequence[ImportAppItem], result: str) -> list[dict[str, object]]:
    return [
        {
            **_serialize_without_account("app", result if one.app is None else "same", one.tool),
            **_serialize_place(one.path, one.found.line),
            "app": one.name,
            "reason": "",
        }
        for one in apps
    ]


def _serialize_skipped(skipped: Sequence[SkippedItem]) -> list[dict[str, object]]:
    return [
        {
            **_serialize_without_account("other", "skipped", one.tool),
            **_serialize_place(one.path, one.skipped.line),
            "kind": one.skipped.kind.value,
            "app": None,
            "reason": f"{one.skipped.what}: {one.skipped.reason}",
        }
        for one in skipped
    ]


def _serialize_without_account(what: str, result: str, tool: str) -> dict[str, object]:
    return {
        "what": what,
        "result": result,
        **dict.fromkeys(("handle", "user_id", "account")),
        "tool": tool,
    }


def _serialize_place(path: Path | None, line: int) -> dict[str, object]:
    return {"file": None if path is None else str(path), "line": line or None}


def exit_code_of_import(
    results: Sequence[ImportResult], unusable_files: Sequence[Path] = ()
) -> ExitCode:
    """Return the highest exit code of what was not imported; 0 if everything was.

    unusable_files: files that were named and contain nothing to import.
    """
    codes = [
        exit_code_of(one.diagnosis)
        for one in results
        if one.diagnosis is not None and one.outcome in {ImportStatus.REFUSED, ImportStatus.FAILED}
    ]
    codes += [ExitCode.FAILED for one in results if one.outcome in _NEEDS_CHOICE]
    codes += [ExitCode.FAILED for _ in unusable_files]
    return max(codes, default=ExitCode.DONE)
