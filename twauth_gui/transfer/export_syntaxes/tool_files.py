"""Files of command-line tools that keep several accounts: twurl and t, xurl."""

from __future__ import annotations

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_syntaxes.document import (
    AccountBlock,
    ExportDocument,
    Tree,
    comment_lines,
)
from twauth_gui.transfer.export_syntaxes.structured import format_yaml


def render_twurl(document: ExportDocument) -> str:
    """Return ~/.twurlrc of twurl, which t reads as ~/.trc: handle, API key, values.

    Both tools need a default profile (twurl lib/twurl/rcfile.rb, t lib/t/rcfile.rb).
    """
    profiles: dict[str, dict[str, Tree]] = {}
    for block in document.blocks:
        profile: Tree = {"username": block.handle, **dict(block.rows)}
        profiles.setdefault(block.handle, {})[block.values[Field.API_KEY]] = profile
    first = document.blocks[0]
    default: Tree = [first.handle, first.values[Field.API_KEY]]
    tree: Tree = {"profiles": profiles, "configuration": {"default_profile": default}}
    return comment_lines(document.heads) + "---\n" + format_yaml(tree)


def render_xurl(document: ExportDocument) -> str:
    """Return ~/.xurl/auth.yml of xurl from 1.3 on (store/tokens.go).

    An app of xurl has one OAuth 1.0a token, so each account becomes an app of its own.
    """
    apps = {block.stem: _build_xurl_app(block) for block in document.blocks}
    tree: Tree = {"apps": apps, "default_app": document.blocks[0].stem}
    return comment_lines(document.heads) + format_yaml(tree)


def _build_xurl_app(block: AccountBlock) -> dict[str, Tree]:
    values = block.values
    app: dict[str, Tree] = {
        "client_id": values.get(Field.CLIENT_ID, ""),
        "client_secret": values.get(Field.CLIENT_SECRET, ""),
    }
    if Field.OAUTH2_ACCESS in values:
        tokens: Tree = {
            "access_token": values[Field.OAUTH2_ACCESS],
            "refresh_token": values.get(Field.OAUTH2_REFRESH, ""),
            "expiration_time": int(block.expires_at),
        }
        app["default_user"] = block.handle
        app["oauth2_tokens"] = {block.handle: {"type": "oauth2", "oauth2": tokens}}
    if Field.ACCESS_TOKEN in values:
        tokens = {
            "access_token": values[Field.ACCESS_TOKEN],
            "token_secret": values[Field.ACCESS_SECRET],
            "consumer_key": values[Field.API_KEY],
            "consumer_secret": values[Field.API_SECRET],
        }
        app["oauth1_token"] = {"type": "oauth1", "oauth1": tokens}
    if Field.BEARER_TOKEN in values:
        app["bearer_token"] = {"type": "bearer", "bearer": values[Field.BEARER_TOKEN]}
    return app
