"""The scopes of OAuth 2.0 that X knows, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from twauth_gui.domain.access import AccessLevel


class ScopeGroup(Enum):
    """Where a list of choices shows a scope."""

    BASIC = "basic"
    POSTS = "posts"
    PEOPLE = "people"
    MESSAGES = "messages"
    LISTS = "lists"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Scope:
    """name: as X writes it. words: what the app may do with it."""

    name: str
    words: str
    group: ScopeGroup

    @property
    def can_change(self) -> bool:
        """Whether it lets the app change something, and not only read."""
        return self.name.endswith(".write")


# docs.x.com, fundamentals/authentication/guides/v2-authentication-mapping, with X's OpenAPI file.
SCOPES: tuple[Scope, ...] = (
    Scope("users.read", "See profiles, its own among them", ScopeGroup.BASIC),
    Scope("tweet.read", "See the posts it can see", ScopeGroup.BASIC),
    Scope("offline.access", "Stay signed in: be renewed without asking", ScopeGroup.BASIC),
    Scope("users.email", "See its own email address", ScopeGroup.BASIC),
    Scope("tweet.write", "Post, repost and delete its posts", ScopeGroup.POSTS),
    Scope("tweet.moderate.write", "Hide and show replies to its posts", ScopeGroup.POSTS),
    Scope("timeline.read", "See its timelines", ScopeGroup.POSTS),
    Scope("like.read", "See what it likes", ScopeGroup.POSTS),
    Scope("like.write", "Like posts, and take likes back", ScopeGroup.POSTS),
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
    Scope("list.write", "Make, change and delete lists", ScopeGroup.LISTS),
    Scope("space.read", "See the Spaces it can see", ScopeGroup.MEDIA),
    Scope("media.write", "Upload pictures and videos", ScopeGroup.MEDIA),
    Scope("broadcast.read", "See its broadcasts", ScopeGroup.MEDIA),
    Scope("broadcast.write", "Start, change and end broadcasts", ScopeGroup.MEDIA),
)

OFFLINE = "offline.access"

# Of these nobody can do without: X would not say whose the sign-in is.
NEEDED: tuple[str, ...] = ("users.read", "tweet.read")

# What a bot needs that posts.
USUAL: tuple[str, ...] = ("users.read", "tweet.read", "tweet.write", OFFLINE)

_WORDS = {scope.name: scope.words for scope in SCOPES}


def with_needed(names: Iterable[str]) -> tuple[str, ...]:
    """Return the needed ones, then the others in their order, each once."""
    return tuple(dict.fromkeys((*NEEDED, *names)))


def access_of(names: Iterable[str]) -> AccessLevel:
    """Say on the ladder of OAuth 1.0a what a sign-in with these scopes may do."""
    given = set(names)
    if "tweet.write" not in given:
        return AccessLevel.READ
    return AccessLevel.READ_WRITE_DM if {"dm.read", "dm.write"} <= given else AccessLevel.READ_WRITE


def scope_words(name: str) -> str:
    """Say what a scope lets the app do; its own name where it is newer than this list."""
    return _WORDS.get(name, name)
