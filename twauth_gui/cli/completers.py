"""Complete handles, tags, labels, sign-ins, presets and profiles for the shell; never a secret."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from twauth_gui.cli.session import Session
from twauth_gui.domain.account_names import shortest_names
from twauth_gui.domain.annotations import count_tags, fold_tag
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.display_text import pluralize
from twauth_gui.services.app_paths import list_profiles
from twauth_gui.services.platform_dirs import DEFAULT_PROFILE


def complete_account(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer handles as twauth list shows them, with the app if a handle exists under several."""
    try:
        with _make_session(ctx).open_index() as services:
            labels = {app.id: app.label for app in services.store.apps.list_all()}
            accounts = services.store.accounts.list_all()
    except DiagnosedError:
        return []  # a completion cannot show messages; the command itself explains
    start = incomplete.casefold()
    items: list[CompletionItem] = []
    names = shortest_names(accounts, labels)
    for one in accounts:
        name, handle = names[one.id], one.handle.casefold()
        if any(form.startswith(start) for form in (name.casefold(), f"@{handle}", handle)):
            items.append(CompletionItem(name))
    return items


def complete_tag(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the tags that accounts have."""
    try:
        with _make_session(ctx).open_index() as services:
            tags = count_tags(services.store.accounts.list_all())
    except DiagnosedError:
        return []
    start = fold_tag(incomplete)
    return [
        CompletionItem(tag, help=pluralize(count, "account"))
        for tag, count in tags
        if fold_tag(tag).startswith(start)
    ]


choose_by_tag = click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="TAG",
    shell_complete=complete_tag,
    help="Every account with this tag. Can be repeated.",
)
"""The option of commands that take several accounts; NameLookup.find_accounts() reads it."""


def complete_app(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the labels of the apps."""
    try:
        with _make_session(ctx).open_index() as services:
            labels = [app.label for app in services.store.apps.list_all()]
    except DiagnosedError:
        return []
    return _match_prefix(labels, incomplete)


def complete_pending_sign_in(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the ids of the pending sign-ins."""
    try:
        with _make_session(ctx).open_index() as services:
            ids = [str(one.id) for one in services.store.pending_sign_ins.list_all()]
    except DiagnosedError:
        return []
    return _match_prefix(ids, incomplete)


def complete_preset(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the export presets."""
    presets = _make_session(ctx).open_presets().list_all().presets
    return [
        CompletionItem(one.id, help=one.title) for one in presets if one.id.startswith(incomplete)
    ]


def complete_destination(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the destinations of push."""
    try:
        with _make_session(ctx).open_index(read_only=True) as services:
            found = services.push.destinations().destinations
    except DiagnosedError:
        return []
    return [
        CompletionItem(one.id, help=one.title) for one in found if one.id.startswith(incomplete)
    ]


def complete_own_preset(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the presets that the user made."""
    presets = _make_session(ctx).open_presets().list_all().presets
    return _match_prefix([one.id for one in presets if one.is_own], incomplete)


def complete_profile(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the profiles that there are, and the default one."""
    return _match_prefix([DEFAULT_PROFILE, *list_profiles()], incomplete)


def _match_prefix(names: list[str], incomplete: str) -> list[CompletionItem]:
    start = incomplete.casefold()
    return [CompletionItem(name) for name in names if name.casefold().startswith(start)]


def _make_session(ctx: click.Context) -> Session:
    """Make a session from the global options; completion does not run the root command."""
    options = ctx.find_root().params
    return Session(data_dir=options.get("data_dir") or options.get("profile"))
