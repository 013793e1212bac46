"""Read the names of secrets from what a vendor's command lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from twauth_gui.transfer.destinations.definition import ListCommand, ListFormat
from twauth_gui.transfer.destinations.driver import ListedSecret

_MAX_MARKER = 500


def parse_listing(listing: ListCommand, text: str, document: str = "") -> dict[str, ListedSecret]:
    """Return the secrets that a command listed, by name.

    document: the name of the only secret that was asked for, whatever it is called there; else "".

    Raises:
        ValueError: the text has another form.
    """
    found = list(_read_lines(listing, text) if _is_lines(listing) else _read_json(listing, text))
    if document:
        found = [ListedSecret(document, one.marker, one.is_blocked) for one in found[:1]]
    return {one.name: one for one in found}


def _is_lines(listing: ListCommand) -> bool:
    return listing.reads is ListFormat.LINES


def _read_lines(listing: ListCommand, text: str) -> Iterator[ListedSecret]:
    for line in filter(None, map(str.strip, text.splitlines())):
        found = listing.line and listing.line.fullmatch(line)
        if not found:
            raise ValueError("A line has another form.")  # and may hide a name that is there
        groups = found.groupdict("")
        marker = groups.get("marker", "").strip()
        yield ListedSecret(_strip(listing, groups.get("name", "")), marker)


def _read_json(listing: ListCommand, text: str) -> Iterator[ListedSecret]:
    for item in _find_items(listing, text):
        name = _get(item, listing.name)
        if listing.name and not isinstance(name, str):
            raise ValueError("An item has no name.")
        yield ListedSecret(
            _strip(listing, str(name)),
            _to_marker(_get(item, listing.marker)),
            is_blocked=bool(listing.blocked and _get(item, listing.blocked)),
        )


def _find_items(listing: ListCommand, text: str) -> Iterator[Mapping[str, object]]:
    try:
        if listing.reads is ListFormat.JSON_LINES:
            root: object = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            root = json.loads(text) if text.strip() else []
    except RecursionError as error:
        raise ValueError("It is nested too deeply.") from error
    if listing.items and isinstance(root, dict):
        root = _get(cast("dict[str, object]", root), listing.items)
    if listing.reads is ListFormat.JSON_KEYS and isinstance(root, dict):
        root = [{listing.name: name} for name in cast("dict[str, object]", root)]
    items = cast("list[object]", root if isinstance(root, list) else [root])
    for item in items:
        if not isinstance(item, dict):
            raise ValueError("It is no list of objects.")  # noqa: TRY004 - as of all other forms
        yield cast("dict[str, object]", item)


def _get(item: Mapping[str, object], key: str) -> object:
    """Return a member whose name may be written in other letters from one version to the next."""
    return next((item[one] for one in item if one.casefold() == key.casefold()), None)


def _to_marker(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text[:_MAX_MARKER]


def _strip(listing: ListCommand, name: str) -> str:
    return listing.strip.sub("", name) if listing.strip is not None else name
