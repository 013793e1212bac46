"""The subcommands by name, each imported when it is called for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

# Import statements, not names of modules: a frozen program holds only what is imported somewhere.


def _app() -> click.Command:
    from twauth_gui.cli.commands.apps import app

    return app


def _authorize() -> click.Command:
    from twauth_gui.cli.commands.authorize import authorize

    return authorize


def _attempts() -> click.Command:
    from twauth_gui.cli.commands.pending_sign_ins import attempts

    return attempts


def _resume() -> click.Command:
    from twauth_gui.cli.commands.pending_sign_ins import resume

    return resume


def _remind() -> click.Command:
    from twauth_gui.cli.commands.pending_sign_ins import remind

    return remind


def _renew() -> click.Command:
    from twauth_gui.cli.commands.pending_sign_ins import renew

    return renew


def _list() -> click.Command:
    from twauth_gui.cli.commands.accounts import list_accounts

    return list_accounts


def _show() -> click.Command:
    from twauth_gui.cli.commands.accounts import show

    return show


def _use() -> click.Command:
    from twauth_gui.cli.commands.accounts import use

    return use


def _check() -> click.Command:
    from twauth_gui.cli.commands.check import check

    return check


def _export() -> click.Command:
    from twauth_gui.cli.commands.export import export

    return export


def _presets() -> click.Command:
    from twauth_gui.cli.commands.export import presets

    return presets


def _run() -> click.Command:
    from twauth_gui.cli.commands.run import run

    return run


def _import() -> click.Command:
    from twauth_gui.cli.commands.import_credentials import import_

    return import_


def _revoke() -> click.Command:
    from twauth_gui.cli.commands.revoke import revoke

    return revoke


def _remove() -> click.Command:
    from twauth_gui.cli.commands.revoke import remove

    return remove


def _backup() -> click.Command:
    from twauth_gui.cli.commands.backup import backup

    return backup


def _restore() -> click.Command:
    from twauth_gui.cli.commands.backup import restore

    return restore


def _unlock() -> click.Command:
    from twauth_gui.cli.commands.vault import unlock

    return unlock


def _network() -> click.Command:
    from twauth_gui.cli.commands.network import network

    return network


def _vault() -> click.Command:
    from twauth_gui.cli.commands.vault import vault

    return vault


def _doctor() -> click.Command:
    from twauth_gui.cli.commands.doctor import doctor

    return doctor


def _explain() -> click.Command:
    from twauth_gui.cli.commands.explain import explain

    return explain


def _sandbox() -> click.Command:
    from twauth_gui.cli.commands.sandbox import sandbox

    return sandbox


def _refresh() -> click.Command:
    from twauth_gui.cli.commands.oauth2 import refresh

    return refresh


def _scopes() -> click.Command:
    from twauth_gui.cli.commands.oauth2 import scopes

    return scopes


def _completion() -> click.Command:
    from twauth_gui.cli.commands.completion import completion

    return completion


COMMANDS: Mapping[str, Callable[[], click.Command]] = MappingProxyType(
    {
        "app": _app,
        "authorize": _authorize,
        "attempts": _attempts,
        "resume": _resume,
        "remind": _remind,
        "renew": _renew,
        "list": _list,
        "show": _show,
        "use": _use,
        "check": _check,
        "refresh": _refresh,
        "scopes": _scopes,
        "export": _export,
        "presets": _presets,
        "run": _run,
        "import": _import,
        "revoke": _revoke,
        "remove": _remove,
        "backup": _backup,
        "restore": _restore,
        "unlock": _unlock,
        "network": _network,
        "vault": _vault,
        "explain": _explain,
        "doctor": _doctor,
        "sandbox": _sandbox,
        "completion": _completion,
    }
)
