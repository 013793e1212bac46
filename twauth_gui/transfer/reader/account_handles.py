"""The handle that a text names for an account: beside it, in a comment above it, or around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from twauth_gui.domain.account_names import HandleError, parse_handle
from twauth_gui.transfer.reader.field_names import is_index, is_made_of, is_row, split_name
from twauth_gui.transfer.reader.grouping import CredentialSet
from twauth_gui.transfer.reader.name_paths import GroupKey
from twauth_gui.transfer.reader.services import find_other_service, names_x

_COMMENT = re.compile(r"[ \t]{0,40}(?:#|//|;|--)[ \t]{0,4}@(\w{1,15})(?![\w@.])")
_PROFILE = re.compile(r"^https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/")
_ACCOUNT_OF = re.compile(r"^(?:account|user|profile|bot|twitter|x)s?[:./ -]\s{0,4}", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w.@])@\w{1,15}(?![\w@.])")
_SHORTEST_HOLDER = 3
_SERVERS = frozenset({"mcpServers", "servers"})
_SERVER_DEPTH = 3
# Sections and objects that are no accounts, and inside which nothing else is one.
_NO_ACCOUNT_TEXT = """
    main prod production dev development staging stage test tests testing live local bot bots
    service services environment env data stringdata spec metadata container containers general
    common global job jobs step steps build project root server servers main1 social bot1 bot2
    first second primary secondary backup first_account second_account connectionstrings appsettings
    parameters variables output outputs resource resources string strings dict map item items
    field fields login credentials secret secrets note notes entry entries result results"""
_NO_ACCOUNT = frozenset(_NO_ACCOUNT_TEXT.split())


def is_label(name: str) -> bool:
    """Whether a section, an object or a word of a name can be what someone calls an app."""
    is_position = is_index(name) or is_row(name) or is_made_of(split_name(name))
    return not is_position and name.casefold() not in _NO_ACCOUNT


class _NamedText(NamedTuple):
    """A handle or a user id. order: how many credentials were before it."""

    order: int
    text: str
    rank: int = 0


class HandleFinder:
    """Collects the handles of a text, and finds the one of an account."""

    def __init__(self, text: str = "") -> None:
        found = ((at, _COMMENT.match(line)) for at, line in enumerate(text.splitlines(), 1))
        self._comments = [(at, match.group(1)) for at, match in found if match]
        self._named: dict[GroupKey, list[_NamedText]] = {}
        self._user_ids: dict[GroupKey, list[_NamedText]] = {}
        self._servers: set[str] = set()

    def add(self, scope: GroupKey, order: int, text: str, rank: int = 0) -> None:
        """Note a value that is named as a handle.

        order: how many credentials were before it. rank: how clearly its name says so.
        """
        try:
            handle = parse_handle(_PROFILE.sub("", text.strip(), count=1))
        except HandleError:
            return
        if handle:
            own = GroupKey(scope.context) if scope.labels == ("bot",) else scope  # BOT_HANDLE
            self._named.setdefault(own, []).append(_NamedText(order, handle, rank))

    def add_user_id(self, scope: GroupKey, order: int, text: str) -> None:
        """Note a value that is named as a user id; order is that of add()."""
        self._user_ids.setdefault(scope, []).append(_NamedText(order, text.strip()))

    def find_user_id(self, one: CredentialSet, before: CredentialSet | None) -> str:
        """Return the user id that is named beside a set, or ""."""
        near = _find_near(self._user_ids.get(one.scope, []), one, before)
        return near[0].text if near else ""

    def find(self, one: CredentialSet, before: CredentialSet | None) -> str:
        """Return the handle of a set, or "". before: the set of the same scope before it."""
        return (
            self._find_beside(one, before)
            or self._find_comment(one, before)
            or _find_around(self._without_server(one.first.holders))
        )

    def add_servers(self, holders: Iterable[Sequence[str]]) -> None:
        """Note the servers of a configuration of MCP by the names around each account."""
        self._servers.update(filter(None, map(_find_server, holders)))

    def _without_server(self, holders: Sequence[str]) -> Sequence[str]:
        """Return for an account of such a server its name alone, if that can be the account's.

        One server is called as its program is; several of them have names to tell accounts apart.
        """
        server = _find_server(holders)
        if not server:
            return holders
        return (server,) if len(self._servers) > 1 or server.startswith("@") else ()

    def _find_beside(self, one: CredentialSet, before: CredentialSet | None) -> str:
        near = _find_near(self._named.get(one.scope, []), one, before)
        return max(near, key=attrgetter("rank")).text if near else ""

    def _find_comment(self, one: CredentialSet, before: CredentialSet | None) -> str:
        at = bisect_right(self._comments, (one.first.line, ""))
        line, handle = self._comments[at - 1] if at else (0, "")
        return handle if line > (before.last.line if before else 0) else ""


def _find_near(
    named: Sequence[_NamedText], one: CredentialSet, before: CredentialSet | None
) -> Sequence[_NamedText]:
    """Return what stands between the set before and this one, or right below it."""
    order = attrgetter("order")
    start = bisect_right(named, before.last.order if before else -1, key=order)
    return named[start : bisect_right(named, one.last.order + 1, lo=start, key=order)]


def _find_server(holders: Sequence[str]) -> str:
    """Return the name in mcpServers.NAME.env, or in servers.NAME.env as VS Code writes it."""
    where = tuple(holders[-3:])
    is_server = len(where) == _SERVER_DEPTH and where[0] in _SERVERS and where[2] == "env"
    return where[1] if is_server else ""


def _find_around(holders: Sequence[str]) -> str:
    """Return the name of the object or section, if it can be that of an account."""
    for name in reversed(holders):
        mentioned = _MENTION.findall(name) if " " in name else ()
        holder = mentioned[0] if len(mentioned) == 1 else _ACCOUNT_OF.sub("", name)
        words = split_name(holder)
        if holder.casefold() in _NO_ACCOUNT:
            return ""
        if is_index(holder) or is_row(holder) or is_made_of(words) or len(holder) >= 18:  # noqa: PLR2004
            continue
        is_other = bool(words.core) or names_x(words.all) or bool(find_other_service(words.all))
        if is_other or len(holder.lstrip("@")) < _SHORTEST_HOLDER:
            return ""
        try:
            return parse_handle(holder)
        except HandleError:
            return ""
    return ""
