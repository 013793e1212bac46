"""Whole files of tools: twurl, xurl, Compose, Kubernetes, workflows, MCP clients, Django."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable
from textwrap import indent

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import AccountGrouping
from twauth_gui.transfer.export_syntaxes.document import (
    AccountBlock,
    ExportDocument,
    Tree,
    build_object,
    comment_lines,
    make_unique,
)
from twauth_gui.transfer.export_syntaxes.structured import format_json, format_yaml


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


_MODEL = re.compile(r"[a-z_]\w*\.[a-z_]\w*", re.ASCII)


def render_compose(document: ExportDocument) -> str:
    """Return services of Compose with their environment, in which $$ stands for $."""
    texts = [comment_lines(document.top), "services:\n"]
    for key, head, rows in _by_key(document, document.options["service"]):
        environment = {name: value.replace("$", "$$") for name, value in rows}
        service = comment_lines(head) + format_yaml({key: {"environment": environment}})
        texts.append(indent(service, "  "))
    return "".join(texts)


def render_kubernetes(document: ExportDocument) -> str:
    """Return a Secret for each account, or one for all, with its values in Base64."""
    texts: list[str] = []
    for key, head, rows in _by_key(document, document.options["name"]):
        data = {name: base64.b64encode(value.encode()).decode() for name, value in rows}
        secret: Tree = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": key},
            "type": "Opaque",
            "data": data,
        }
        texts.append(comment_lines(head) + format_yaml(secret))
    return comment_lines(document.top) + "---\n".join(texts)


def _by_key(
    document: ExportDocument, single: str
) -> Iterable[tuple[str, tuple[str, ...], list[tuple[str, str]]]]:
    """Return key, comment lines and rows; a key has small letters as host names have (RFC 1123)."""
    rows = document.named_rows()
    if not document.is_grouped or document.preset.grouping is not AccountGrouping.MAP:
        own = document.heads[len(document.top) :]
        return [(single, own, [row for block in rows for row in block])]
    names = (re.sub(r"[^a-z0-9]+", "-", block.stem.lower()).strip("-") for block in document.blocks)
    keys = make_unique((f"{single}-{name}".strip("-") for name in names), "-")
    heads = (block.head for block in document.blocks)
    return zip(keys, heads, rows, strict=True)


def render_workflow(document: ExportDocument) -> str:
    """Return the env: block of a workflow; its values are names of GitHub's secrets."""
    names = [name for rows in document.named_rows() for name, _value in rows]
    env = {name: f"${{{{ secrets.{name} }}}}" for name in names}
    return comment_lines(document.heads) + format_yaml({"env": env})


def render_mcp(document: ExportDocument) -> str:
    """Return servers for an MCP client, with the values in their environment."""
    program, *arguments = shlex.split(document.options["command"])
    servers: dict[str, Tree] = {
        key: {"command": program, "args": arguments, "env": build_object(block.rows)}
        for key, block in _servers(document)
    }
    return format_json({document.options["key"]: servers})


def render_mcp_run(document: ExportDocument) -> str:
    """Return servers for an MCP client that twauth starts: the file contains no value."""
    options = document.options
    servers: dict[str, Tree] = {}
    for key, block in _servers(document):
        preset = ["--preset", options["preset"]]
        arguments = ["run", block.reference, *preset, "--", *shlex.split(options["command"])]
        servers[key] = {"command": options["twauth"], "args": arguments}
    return format_json({options["key"]: servers})


def _servers(document: ExportDocument) -> list[tuple[str, AccountBlock]]:
    server = document.options["server"]
    if not document.is_grouped:
        return [(server, document.blocks[0])]
    return [(f"{server}-{block.stem}", block) for block in document.blocks]


def render_django_fixture(document: ExportDocument) -> str:
    """Return objects for manage.py loaddata.

    Raises:
        ValueError: the option model is not app_label.model, or pk is no number.
    """
    model, first = document.options["model"], document.options["pk"]
    if not _MODEL.fullmatch(model):
        raise ValueError("The option model is app_label.model, such as bots.account.")
    if not re.fullmatch(r"[0-9]{1,18}|null|user_id", first):
        raise ValueError("The option pk is a number, null or user_id.")
    objects: list[Tree] = [
        {"model": model, "pk": _find_key(first, number, block), "fields": build_object(block.rows)}
        for number, block in enumerate(document.blocks)
    ]
    return format_json(objects)


def _find_key(first: str, number: int, block: AccountBlock) -> Tree:
    if first == "null":
        return None
    return block.user_id if first == "user_id" else int(first) + number
