"""Syntaxes with levels: JSON, YAML, TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from twauth_gui.transfer.export_presets import AccountGrouping
from twauth_gui.transfer.export_syntaxes.document import (
    ExportDocument,
    Tree,
    build_tree,
    comment_lines,
)
from twauth_gui.transfer.export_syntaxes.quoting import quote_double

# What no YAML reader takes for anything but text. An API key, which twurl has as a name, is always
# quoted, whatever it begins with.
_PLAIN_KEY = re.compile(
    r"(?!(?:y|n|yes|no|on|off|true|false|null|[a-z0-9]{18,})$)[a-z]\w*", re.ASCII | re.IGNORECASE
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_EXPRESSION = re.compile(r"\$\{\{ secrets\.[A-Za-z_][A-Za-z0-9_]* \}\}")


def format_json(tree: Tree) -> str:
    """Return a tree as indented JSON, which ends with a line break."""
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def render_json(document: ExportDocument) -> str:
    """Return an export as JSON, without comments."""
    return format_json(build_tree(document))


def format_yaml(tree: Tree) -> str:
    """Return block style in which every text is quoted, so that none is read as a number."""
    return "".join(f"{line}\n" for line in _yaml_lines(tree))


def _yaml_lines(tree: Tree) -> Iterable[str]:
    if isinstance(tree, Mapping) and tree:
        for key, value in tree.items():
            name = key if _PLAIN_KEY.fullmatch(key) else quote_double(key)
            if _is_level(value):
                yield f"{name}:"
                yield from (f"  {line}" for line in _yaml_lines(value))
            else:
                yield f"{name}: {_yaml_scalar(value)}"
    elif isinstance(tree, list) and tree:
        for value in tree:
            first, *others = _yaml_lines(value)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
    else:
        yield _yaml_scalar(tree)


def _is_level(tree: Tree) -> bool:
    return isinstance(tree, list | Mapping) and bool(tree)


def _yaml_scalar(tree: Tree) -> str:
    if isinstance(tree, Mapping):
        return "{}"
    if isinstance(tree, str):
        return tree if _EXPRESSION.fullmatch(tree) else quote_double(tree)
    return json.dumps(tree)


def render_yaml(document: ExportDocument) -> str:
    """Return an export as YAML, after its comments."""
    return comment_lines(document.heads) + format_yaml(build_tree(document))


def render_toml(document: ExportDocument) -> str:
    """Return TOML 1.0: a table for each account that is told apart by its handle."""
    tree, grouping = build_tree(document), document.preset.grouping
    text = comment_lines(document.heads)
    if isinstance(tree, list):
        key = document.options["array"]
        return text + "\n".join(f"[[{key}]]\n{_toml_lines(one)}" for one in tree)
    if not isinstance(tree, Mapping) or grouping is not AccountGrouping.MAP:
        return text + _toml_lines(tree)
    if not document.is_grouped:
        return text + _toml_lines(tree)
    tables = [f"[{_toml_key(key)}]\n{_toml_lines(members)}" for key, members in tree.items()]
    return text + "\n".join(tables)


def _toml_lines(tree: Tree) -> str:
    return "".join(f"{name} = {quote_double(value)}\n" for name, value in _toml_pairs(tree))


def _toml_pairs(tree: Tree, above: str = "") -> Iterable[tuple[str, str]]:
    """Return dotted keys with their values, level by level."""
    for key, value in tree.items() if isinstance(tree, Mapping) else ():
        name = f"{above}{_toml_key(key)}"
        if isinstance(value, str):
            yield name, value
        else:
            yield from _toml_pairs(value, f"{name}.")


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else quote_double(key)
