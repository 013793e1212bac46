"""Show an import plan and its results, as a table or as JSON, and tell the exit code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from twauth_gui.cli.errors import ExitCode, exit_code_of
from twauth_gui.cli.table import format_table
from twauth_gui.services.import_plan import (
    FoundPlace,
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportPlan,
    ImportResult,
    ImportStatus,
    SkippedItem,
)
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import SkipKind
from twauth_gui.transfer.reader.field_names import find_meaning, split_name

_ACTION_WORDS = {
    ImportAction.NEW: "would be imported",
    ImportAction.SAME: "already here",
    ImportAction.NEWER: "would replace the saved credentials",
    ImportAction.CONFLICT: "here with other credentials; --replace imports these",
    ImportAction.NO_APP: "app not known; name it with --app LABEL",
    ImportAction.SUSPICIOUS: "would be imported if X confirms it",
}
_STATUS_WORDS = {
    ImportStatus.IMPORTED: "imported",
    ImportStatus.NOT_VERIFIED: "imported, not verified",
    ImportStatus.REPLACED: "credentials replaced",
    ImportStatus.SAME: "already here",
    ImportStatus.CONFLICT: "skipped: here with other credentials; --replace imports these",
    ImportStatus.NO_APP: "skipped: app not known; name it with --app LABEL",
    ImportStatus.REFUSED: "skipped: X does not accept it",
    ImportStatus.FAILED: "not saved",
}
_MOST_PLACES = 3
_RIVAL_WORDS = "found with two sets of credentials; import the file with the right one"
OPEN_STATUSES = {ImportStatus.CONFLICT, ImportStatus.NO_APP}
_NEEDED_FIELDS = {Field.API_KEY, Field.API_SECRET, Field.ACCESS_TOKEN, Field.ACCESS_SECRET}


# -- tables ----------------------------------------------------------------------------------------


def format_plan_table(plan: ImportPlan) -> str:
    """Format what the import would do, as a table."""
    rows = [_format_row(one, _describe_action(one)) for one in plan.accounts]
    rows += [_format_app_row(one, "would be imported") for one in plan.apps]
    return format_table(("ACCOUNT", "APP", "FILE", ""), rows)


def format_result_table(results: Sequence[ImportResult], apps: Sequence[ImportAppItem]) -> str:
    """Format what the import did, as a table."""
    rows = [_format_row(one.item, _describe_status(one), one) for one in results]
    rows += [_format_app_row(one, "imported") for one in apps]
    return format_table(("ACCOUNT", "APP", "FILE", ""), rows)


def _describe_action(one: ImportItem) -> str:
    if one.rivals and one.needs_choice:
        return _RIVAL_WORDS
    if one.action is ImportAction.NEWER and one.needs_choice:
        return "here with older credentials; --replace imports these"
    return _ACTION_WORDS[one.action]


def _describe_status(one: ImportResult) -> str:
    if one.outcome is ImportStatus.CONFLICT and one.item.rivals:
        return f"skipped: {_RIVAL_WORDS}"
    return _STATUS_WORDS[one.outcome]


def _format_row(one: ImportItem, words: str, result: ImportResult | None = None) -> tuple[str, ...]:
    account = None if result is None else result.account
    name = one.name if account is None else account.at_handle
    app_name = one.app_name if result is None else result.app_name
    return (name, app_name, _format_places(one.places), words)


def _format_places(places: Sequence[FoundPlace]) -> str:
    shown = ", ".join(map(str, places[:_MOST_PLACES]))
    more = len(places) - _MOST_PLACES
    return f"{shown} and {more} more" if more > 0 else shown


def _format_app_row(one: ImportAppItem, words: str) -> tuple[str, ...]:
    return ("", one.name, one.place, words if one.app is None else "already here")


def format_skipped_items(skipped: Sequence[SkippedItem]) -> list[str]:
    """Return one line for each item that stays in its file: which, and why."""
    return [f"{one.place}: {one.skipped.what} was skipped. {one.skipped.reason}" for one in skipped]


def format_reasons(items: Sequence[ImportItem]) -> list[str]:
    """Return one line for each account that needs a decision: why, and between what."""
    lines: list[str] = []
    for one in items:
        if one.needs_choice or one.action is ImportAction.SUSPICIOUS:
            choices = "; ".join(one.name_app_choices())
            more = f" Name one with --app: {choices}." if choices else ""
            lines.append(f"{one.place}: {one.name}: {one.reason}{more}")
    return lines


# -- JSON ------------------------------------------------------------------------------------------


def serialize_plan(plan: ImportPlan) -> list[object]:
    """Serialize what the import would do, for --dry-run --json."""
    accounts = [_serialize_item(one, one.action.value, one.reason) for one in plan.accounts]
    return [*accounts, *_serialize_apps(plan.apps, "new"), *_serialize_skipped(plan.skipped)]


def serialize_results(
    results: Sequence[ImportResult], apps: Sequence[ImportAppItem], skipped: Sequence[SkippedItem]
) -> list[object]:
    """Serialize what the import did, for --json."""
    accounts = [
        {
            **_serialize_item(one.item, one.outcome.value, _find_reason(one)),
            **_serialize_account(one),
            "app": one.app_name or None,
        }
        for one in results
    ]
    return [*accounts, *_serialize_apps(apps, "imported"), *_serialize_skipped(skipped)]


def _find_reason(one: ImportResult) -> str:
    if one.diagnosis is not None:
        return one.diagnosis.to_sentence()
    return one.item.reason if one.outcome in OPEN_STATUSES else ""


def _serialize_account(one: ImportResult) -> dict[str, object]:
    account = one.account
    if account is None:
        return {}
    return {
        "handle": account.handle,
        "user_id": account.known_user_id or None,
        "account": account.id,
    }


def _serialize_item(one: ImportItem, result: str, reason: str) -> dict[str, object]:
    return {
        **_serialize_row("account", result, one.places[0]),
        "handle": one.account.handle or None,
        "user_id": one.account.user_id or None,
        "app": one.app_name or None,
        "app_choices": list(one.name_app_choices()),
        "also_in": [_serialize_place(place) for place in one.other_places],
        "reason": reason,
    }


def _serialize_apps(apps: Sequence[ImportAppItem], result: str) -> list[dict[str, object]]:
    return [
        {
            **_serialize_row(
                "app",
                result if one.app is None else "same",
                FoundPlace(one.tool, one.path, one.found.line),
            ),
            "app": one.name,
        }
        for one in apps
    ]


def _serialize_skipped(skipped: Sequence[SkippedItem]) -> list[dict[str, object]]:
    return [
        {
            **_serialize_row("other", "skipped", FoundPlace(one.tool, one.path, one.skipped.line)),
            "kind": one.skipped.kind.value,
            "reason": f"{one.skipped.what}: {one.skipped.reason}",
        }
        for one in skipped
    ]


def _serialize_row(what: str, result: str, place: FoundPlace) -> dict[str, object]:
    """Serialize what every row has; the caller replaces what it knows."""
    return {
        "what": what,
        "result": result,
        "kind": None,
        **dict.fromkeys(("handle", "user_id", "account", "app")),
        "app_choices": [],
        "tool": place.tool,
        **_serialize_place(place),
        "also_in": [],
        "reason": "",
    }


def _serialize_place(place: FoundPlace) -> dict[str, object]:
    return {"file": None if place.path is None else str(place.path), "line": place.line or None}


# -- exit code -------------------------------------------------------------------------------------


def exit_code_of_import(
    results: Sequence[ImportResult], plan: ImportPlan, named: Collection[Path | None]
) -> ExitCode:
    """Return the highest exit code of what was not imported; 0 if everything was.

    named: the files that the person named; None stands for standard input.
    """
    codes = [
        exit_code_of(one.diagnosis)
        for one in results
        if one.diagnosis is not None and one.outcome in {ImportStatus.REFUSED, ImportStatus.FAILED}
    ]
    codes += [ExitCode.FAILED for one in results if one.outcome in OPEN_STATUSES]
    codes += [ExitCode.FAILED for _ in find_lost_items(plan, named)]
    return max(codes, default=ExitCode.DONE)


def exit_code_of_plan(
    open_items: Sequence[ImportItem], plan: ImportPlan, named: Collection[Path | None]
) -> ExitCode:
    """Return the exit code of a dry run. open_items: those that would wait for a decision."""
    is_whole = not open_items and not find_lost_items(plan, named)
    return ExitCode.DONE if is_whole else ExitCode.FAILED


def find_lost_items(plan: ImportPlan, named: Collection[Path | None]) -> list[SkippedItem]:
    """Return the skipped items for which the command fails: a key may be lost with them."""
    useful = {one.path for one in plan.accounts} | {one.path for one in plan.apps}
    useful |= {place.path for one in plan.accounts for place in one.other_places}
    return [one for one in plan.skipped if _is_lost(one, useful, named)]


def _is_lost(
    item: SkippedItem, useful: Collection[Path | None], named: Collection[Path | None]
) -> bool:
    """Whether a key may be lost.

    A file that cannot be read may be anything unless it was named, or read in part. A placeholder
    or reference loses an account only if it stands for a key that the account needs, beside others
    that are whole: a template or a program that reads its keys from elsewhere holds none.
    """
    matters = item.path in useful or item.path in named
    if item.skipped.kind is SkipKind.UNREADABLE:
        return matters
    if item.skipped.kind is SkipKind.NO_KEY:
        is_empty = item.path in named and item.path not in useful
        return is_empty or (matters and _is_needed(item.skipped.what))
    return True


def _is_needed(name: str) -> bool:
    """Whether a name is that of a key without which there is no account."""
    meaning = find_meaning(split_name(name).core)
    return meaning is not None and meaning.fields[0] in _NEEDED_FIELDS
