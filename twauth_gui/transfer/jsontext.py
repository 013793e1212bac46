"""Keys in JSON of any depth."""

from __future__ import annotations

import json
from typing import cast

from twauth_gui.transfer.credential_formats import Field, can_be_field
from twauth_gui.transfer.names import handle_weight, meaning
from twauth_gui.transfer.reading import Reading, tidy

# xurl keeps what OAuth 2.0 calls an access token under this name.
_LEFT_OUT = frozenset({"oauth2_tokens"})
_NAME_KEYS = ("name", "key")


def read_json(text: str) -> Reading | None:
    """Read every object of the text; None if the text is not a JSON object or array.

    Each object is a block of its own, so that the keys of two accounts do not mix. A handle in it
    is that of its keys, and of those in objects inside it.
    """
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        # Python's decoder gives up on very deep nesting with RecursionError.
        root: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    reading = Reading()
    waiting: list[tuple[object, str]] = [(root, "")]
    block = 0
    while waiting:
        block += 1
        node, handle = waiting.pop()
        handle = _handle_in(reading, node) or handle
        children = _read_node(reading, node, block, handle)
        waiting.extend((child, handle) for child in reversed(children))
    return reading


def _handle_in(reading: Reading, node: object) -> str:
    members = cast("dict[str, object]", node) if isinstance(node, dict) else {}
    for name, value in members.items():
        if isinstance(value, str) and value and handle_weight(name) is not None:
            reading.handles.append(value)
            return value
    return ""


def _read_node(reading: Reading, node: object, block: int, handle: str) -> list[object]:
    if isinstance(node, dict):
        return _read_object(reading, cast("dict[str, object]", node), block, handle)
    if isinstance(node, list):
        items = cast("list[object]", node)
        texts = [tidy(item) for item in items if isinstance(item, str)]
        # The arguments of a command stand in such lists too: only the shape of a key counts.
        reading.bare.extend(text for text in texts if not can_be_field(Field.UNKNOWN, text))
        return [item for item in items if not isinstance(item, str)]
    return []


def _read_object(
    reading: Reading, node: dict[str, object], block: int, handle: str
) -> list[object]:
    for name, value in _named(node):
        found = meaning(name)
        if found is not None:
            reading.add(found, value, block, handle)
    return [
        value
        for name, value in node.items()
        if isinstance(value, dict | list) and name not in _LEFT_OUT
    ]


def _named(node: dict[str, object]) -> list[tuple[str, str]]:
    """List the text members, in the shape {"name": N, "value": V} of secret stores too."""
    value = node.get("value")
    listed = next((node[key] for key in _NAME_KEYS if isinstance(node.get(key), str)), None)
    if isinstance(value, str) and isinstance(listed, str):
        return [(listed, value)]
    return [(name, text) for name, text in node.items() if isinstance(text, str)]
