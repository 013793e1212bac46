"""YAML and JSON as a tree of texts."""

from __future__ import annotations

import json
from typing import cast

from typing_extensions import override

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.transfer.found_credentials import NotLoadedError, TooLargeError

Tree = dict[str, object]

_MOST_NODES = 30_000
"""Twice as many as 256 KiB of profiles have."""
_DEEPEST = 20


def load_tree(text: str, cancel: CancelToken) -> Tree:
    """Load a text whose root is a mapping.

    Every scalar of YAML stays the text it is: a key of digits, or one like 1e5, would come back as
    another number. No tag makes an object of anything.

    Raises:
        NotLoadedError: it cannot be parsed, or is too large.
        CancelledError: the person cancelled.
    """
    root = _load_json(text) if text.lstrip().startswith("{") else _load_yaml(text, cancel)
    if not isinstance(root, dict):
        raise NotLoadedError("It contains no named values.")
    return cast("Tree", root)


def branch(tree: object, *names: str) -> Tree:
    """Return the mapping below these names; an empty one if there is none."""
    for name in names:
        tree = cast("Tree", tree).get(name) if isinstance(tree, dict) else None
    return cast("Tree", tree) if isinstance(tree, dict) else {}


def branches(tree: object) -> list[tuple[str, Tree]]:
    """Return the mappings directly below, with their names."""
    return [
        (str(name), cast("Tree", below))
        for name, below in branch(tree).items()
        if isinstance(below, dict)
    ]


def _load_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotLoadedError("It is not valid JSON.") from error


def _load_yaml(text: str, cancel: CancelToken) -> object:
    import yaml  # noqa: PLC0415 - few have such files

    class BoundedLoader(yaml.BaseLoader):
        """Loads only texts, lists and dicts, and no more of them than a person's file has."""

        nodes = 0

        @override
        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            self.nodes += 1
            if self.nodes > _MOST_NODES:
                raise TooLargeError("It contains more values than any file with keys.")
            if self.flow_level > _DEEPEST:  # each level slows every character that follows
                raise TooLargeError("Its brackets are nested too deeply.")
            cancel.raise_if_cancelled()
            again = self.check_event(yaml.AliasEvent)
            node = super().compose_node(parent, index)
            if again and not isinstance(node, yaml.ScalarNode):
                raise TooLargeError("It uses YAML aliases for more than single values.")
            return node

    try:
        return yaml.load(text, BoundedLoader)  # noqa: S506 - a BaseLoader
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f" in line {error.problem_mark.line + 1}"
        raise NotLoadedError(f"It is not valid YAML{line}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotLoadedError("It is not valid YAML.") from error
