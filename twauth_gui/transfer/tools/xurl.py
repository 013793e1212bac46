"""Reader of xurl's token store in its three generations."""

from __future__ import annotations

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import (
    RENEWALS,
    FoundCredentials,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.tools.yamltext import Tree, branch, branches, load_tree


def read_xurl(text: str, harvest: FoundCredentials) -> None:
    """Take the apps of a store, or the one app of the first generation (store/tokens.go).

    Raises:
        NotLoadedError: it is neither YAML nor JSON.
    """
    tree = load_tree(text, harvest.cancel)
    apps = branches(branch(tree, "apps"))
    for name, app in apps:
        _take_app(app, harvest, name)
    if not apps:
        _take_app(tree, harvest, "")


def _take_app(app: Tree, harvest: FoundCredentials, name: str) -> None:
    what = f"app {name}" if name else "the app"
    # One token of OAuth 1.0a an app; the first generation calls it by a plural.
    token = branch(app, "oauth1_token", "oauth1") or branch(app, "oauth1_tokens", "oauth1")
    if token:
        values: dict[Field, object] = {
            Field.API_KEY: token.get("consumer_key"),
            Field.API_SECRET: token.get("consumer_secret"),
            Field.ACCESS_TOKEN: token.get("access_token"),
            Field.ACCESS_SECRET: token.get("token_secret"),
            Field.BEARER_TOKEN: branch(app, "bearer_token").get("bearer"),
            Field.CLIENT_ID: app.get("client_id"),
            Field.CLIENT_SECRET: app.get("client_secret"),
        }
        harvest.take(values, what=what, label=name)
    for user, _ in branches(branch(app, "oauth2_tokens")):
        who = f"the OAuth 2.0 tokens of {user}" if user else "OAuth 2.0 tokens"
        harvest.skip(SkippedEntry(who, RENEWALS, SkipKind.OAUTH2))
    if not token and (app.get("client_id") or branch(app, "bearer_token")):
        reason = "It has no API key and API secret, which Twauth needs for an app."
        harvest.skip(SkippedEntry(what, reason, SkipKind.INCOMPLETE))
