"""Access levels of OAuth 1.0a and scopes of OAuth 2.0: what a token may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from twauth_gui.domain.display_text import ACCESS_BADGES


class AccessLevel(Enum):
    """What X reports in x-access-level: the level of the token, not of the app."""

    READ = "read"
    READ_WRITE = "read-write"
    READ_WRITE_DM = "read-write-directmessages"

    @property
    def badge(self) -> str:
        return ACCESS_BADGES[self.value]

    @property
    def label(self) -> str:
        names = {"read": "read only", "read-write": "read and write"}
        return names.get(self.value, "read, write and direct messages")

    @property
    def can_write(self) -> bool:
        return self is not AccessLevel.READ

    @classmethod
    def from_header(cls, value: str | None) -> AccessLevel | None:
        """Return the level that the header names; None if it is absent or unknown."""
        try:
            return cls((value or "").strip().lower())
        except ValueError:
            return None


class ScopeGroup(Enum):
    """Groups in which a list of scopes is shown."""

    BASIC = "basic"
    POSTS = "posts"
    PEOPLE = "people"
    MESSAGES = "messages"
    LISTS = "lists"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission of OAuth 2.0. name: as X writes it. description: what the app may do with it."""

    name: str
    description: str
    group: ScopeGroup

    @property
    def can_change(self) -> bool:
        """Whether it lets the app change something, and not only read."""
        return self.name.endswith(".write")


# docs.x.com, fundamentals/authentication/guides/v2-authentication-mapping, with X's OpenAPI file.
SCOPES: tuple[Scope, ...] = (
    Scope("users.read", "See profiles, its own among them", ScopeGroup.BASIC),
    Scope("tweet.read", "See the posts it can see", ScopeGroup.BASIC),
    Scope("offline.access", "Stay signed in: renew access without asking", ScopeGroup.BASIC),
    Scope("users.email", "See its own email address", ScopeGroup.BASIC),
    Scope("tweet.write", "Post, repost and delete its posts", ScopeGroup.POSTS),
    Scope("tweet.moderate.write", "Hide and show replies to its posts", ScopeGroup.POSTS),
    Scope("timeline.read", "See its timelines", ScopeGroup.POSTS),
    Scope("like.read", "See what it likes", ScopeGroup.POSTS),
    Scope("like.write", "Like and unlike posts", ScopeGroup.POSTS),
    Scope("bookmark.read", "See its bookmarks", ScopeGroup.POSTS),
    Scope("bookmark.write", "Add and remove bookmarks", ScopeGroup.POSTS),
    Scope("follows.read", "See whom it follows, and who follows it", ScopeGroup.PEOPLE),
    Scope("follows.write", "Follow and unfollow people", ScopeGroup.PEOPLE),
    Scope("mute.read", "See whom it mutes", ScopeGroup.PEOPLE),
    Scope("mute.write", "Mute and unmute people", ScopeGroup.PEOPLE),
    Scope("block.read", "See whom it blocks", ScopeGroup.PEOPLE),
    Scope("block.write", "Block and unblock people", ScopeGroup.PEOPLE),
    Scope("dm.read", "Read its direct messages", ScopeGroup.MESSAGES),
    Scope("dm.write", "Send and delete direct messages", ScopeGroup.MESSAGES),
    Scope("list.read", "See its lists, and the lists it follows", ScopeGroup.LISTS),
    Scope("list.write", "Create, change and delete lists", ScopeGroup.LISTS),
    Scope("space.read", "See the Spaces it can see", ScopeGroup.MEDIA),
    Scope("media.write", "Upload pictures and videos", ScopeGroup.MEDIA),
    Scope("broadcast.read", "See its broadcasts", ScopeGroup.MEDIA),
    Scope("broadcast.write", "Start, change and end broadcasts", ScopeGroup.MEDIA),
)

OFFLINE_ACCESS = "offline.access"

# No sign-in works without these: X would not say which account it belongs to.
REQUIRED_SCOPES: tuple[str, ...] = ("users.read", "tweet.read")

# What a bot needs that posts.
DEFAULT_SCOPES: tuple[str, ...] = ("users.read", "tweet.read", "tweet.write", OFFLINE_ACCESS)

_DESCRIPTIONS = {scope.name: scope.description for scope in SCOPES}


def add_required_scopes(names: Iterable[str]) -> tuple[str, ...]:
    """Return the required scopes, then the others in their order, each once."""
    return tuple(dict.fromkeys((*REQUIRED_SCOPES, *names)))


def derive_access_level(names: Iterable[str]) -> AccessLevel:
    """Return the OAuth 1.0a access level that corresponds to these scopes."""
    granted = set(names)
    if "tweet.write" not in granted:
        return AccessLevel.READ
    return (
        AccessLevel.READ_WRITE_DM if {"dm.read", "dm.write"} <= granted else AccessLevel.READ_WRITE
    )


def describe_scope(name: str) -> str:
    """Return what a scope lets the app do; its own name if it is newer than this list."""
    return _DESCRIPTIONS.get(name, name)
