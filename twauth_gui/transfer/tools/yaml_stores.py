"""Readers of YAML and JSON files with keys: the one that twurl, t and x-cli share, and xurl's."""

from __future__ import annotations

import re

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import (
    RENEWALS,
    FoundCredentials,
    NotLoadedError,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.reader.structured import parse_json, parse_yaml
from twauth_gui.transfer.reader.tree import Members, Scalar, Tree

RCFILE_NAMES = frozenset({"profiles", "configuration", "aliases", "bearer_tokens"})
XURL_NAMES = frozenset(
    {"apps", "default_app", "oauth1_token", "oauth1_tokens", "oauth2_tokens", "bearer_token"}
)
"""What these tools write at the top of their files."""

_PROFILE = {
    Field.API_KEY: "consumer_key",
    Field.API_SECRET: "consumer_secret",
    Field.ACCESS_TOKEN: "token",
    Field.ACCESS_SECRET: "secret",
}
_TOKEN = {
    Field.API_KEY: "consumer_key",
    Field.API_SECRET: "consumer_secret",
    Field.ACCESS_TOKEN: "access_token",
    Field.ACCESS_SECRET: "token_secret",
}
_NOBODY = "authorized_user"  # what t writes before it knows the name
_TOP_NAME = re.compile(r"[\"']?([\w-]+)[\"']?[ \t]*:(?:[ \t]|$)")


def read_rcfile(text: str, harvest: FoundCredentials) -> None:
    """Take every profile: profiles.NAME.CONSUMER_KEY (lib/twurl/rcfile.rb, lib/t/rcfile.rb).

    Raises:
        NotLoadedError: it is neither YAML nor JSON.
        CancelledError: the user cancelled.
    """
    root = _load_root(text)
    bearers = dict(_branch(root, "bearer_tokens").pairs)
    for name, keys in _branches(_branch(root, "profiles")):
        for consumer_key, profile in _branches(keys):
            values = _values(profile, _PROFILE)
            values[Field.API_KEY] = values[Field.API_KEY] or consumer_key
            bearer = profile.text_of("bearer_token") or _text(bearers.get(consumer_key))
            values[Field.BEARER_TOKEN] = bearer
            handle = profile.text_of("username") or name
            harvest.take(
                values,
                what=f"profile {name}",
                handle="" if handle == _NOBODY else handle,
                line=_line_of(profile, "token"),
            )


def read_xurl(text: str, harvest: FoundCredentials) -> None:
    """Take the apps of a store, or the one app of the first generation (store/tokens.go).

    Raises:
        NotLoadedError: it is neither YAML nor JSON.
        CancelledError: the user cancelled.
    """
    root = _load_root(text)
    apps = _branches(_branch(root, "apps"))
    for name, app in apps:
        _take_app(app, harvest, name)
    if not apps:
        _take_app(root, harvest, "")


def _take_app(app: Members, harvest: FoundCredentials, name: str) -> None:
    what = f"app {name}" if name else "the app"
    # One token of OAuth 1.0a an app; the first generation calls it by a plural.
    token = _branch(app, "oauth1_token", "oauth1")
    if not token.pairs:
        token = _branch(app, "oauth1_tokens", "oauth1")
    if token.pairs:
        values = _values(token, _TOKEN)
        values[Field.BEARER_TOKEN] = _branch(app, "bearer_token").text_of("bearer")
        values[Field.CLIENT_ID] = app.text_of("client_id")
        values[Field.CLIENT_SECRET] = app.text_of("client_secret")
        harvest.take(values, what=what, label=name, line=_line_of(token, "access_token"))
    for user, tokens in _branches(_branch(app, "oauth2_tokens")):
        who = f"the OAuth 2.0 tokens of {user}" if user else "OAuth 2.0 tokens"
        harvest.skip(SkippedEntry(who, RENEWALS, SkipKind.OAUTH2, _line_of(tokens, "type")))
    if not token.pairs and (app.text_of("client_id") or app.get("bearer_token")):
        reason = "It has no API key and API secret, which Twauth needs for an app."
        line = _line_of(app, "client_id")
        harvest.skip(SkippedEntry(what, reason, SkipKind.INCOMPLETE, line))


def find_rest(text: str, names: frozenset[str]) -> str:
    """Return a text without the sections of these names; what is left keeps its lines.

    A text of brackets is left whole if it has another name at its top.
    """
    if text.lstrip().startswith("{"):
        return "" if {name for name, _ in _load_root(text).pairs} <= names else text
    lines = text.split("\n")
    is_own = True
    for at, line in enumerate(lines):
        found = _TOP_NAME.match(line)
        if found:
            is_own = found.group(1) in names
        if is_own or line.startswith("---"):
            lines[at] = ""
    return "\n".join(lines)


def _load_root(text: str) -> Members:
    is_json = text.lstrip().startswith("{")
    trees = parse_json(text) if is_json else parse_yaml(text)
    if not (trees and isinstance(trees[0], Members)):
        raise NotLoadedError(f"It is not valid {'JSON' if is_json else 'YAML'}.")
    return trees[0]


def _branch(tree: Tree | None, *names: str) -> Members:
    """Return the mapping below these names; an empty one if there is none."""
    for name in names:
        tree = tree.get(name) if isinstance(tree, Members) else None
    return tree if isinstance(tree, Members) else Members()


def _branches(tree: Members) -> list[tuple[str, Members]]:
    """Return the mappings directly below, with their names."""
    return [(name, below) for name, below in tree.pairs if isinstance(below, Members)]


def _values(tree: Members, names: dict[Field, str]) -> dict[Field, object]:
    return {field: tree.text_of(name) for field, name in names.items()}


def _text(tree: Tree | None) -> str:
    return tree.value if isinstance(tree, Scalar) else ""


def _line_of(tree: Members, name: str) -> int:
    found = tree.get(name)
    return found.line if isinstance(found, Scalar) else 0
