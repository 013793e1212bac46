"""OAuth 2.0 scopes, with what each of them allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

# The order is part of the tokens' format: a new scope goes to the end.
_WORDS: Final = {
    "tweet.read": "read posts that you can see",
    "tweet.write": "post for you, and delete your posts",
    "tweet.moderate.write": "hide replies to your posts",
    "users.read": "read the profile of any account you can see, yours included",
    "users.email": "read your e-mail address",
    "follows.read": "see who follows you, and whom you follow",
    "follows.write": "follow and unfollow for you",
    "offline.access": "stay signed in until you revoke its access",
    "space.read": "read the Spaces you can see",
    "mute.read": "see whom you have muted",
    "mute.write": "mute and unmute for you",
    "like.read": "see what you have liked",
    "like.write": "like posts for you",
    "list.read": "see your lists, private ones too",
    "list.write": "create and change lists for you",
    "block.read": "see whom you have blocked",
    "block.write": "block and unblock for you",
    "bookmark.read": "see your bookmarks",
    "bookmark.write": "bookmark posts for you",
    "dm.read": "read your direct messages",
    "dm.write": "send direct messages for you",
    "media.write": "upload pictures and videos for you",
    "timeline.read": "read your home timeline",
    "broadcast.read": "see your broadcasts",
    "broadcast.write": "broadcast for you",
}
SCOPES: Final = tuple(_WORDS)
SCOPE_TEXTS: Final[Mapping[str, str]] = MappingProxyType(_WORDS)

OFFLINE_SCOPE: Final = "offline.access"
READ_SCOPES: Final = ("tweet.read", "users.read")  # what X wants for every call the sandbox has
POST_SCOPES: Final = (*READ_SCOPES, "tweet.write")


def sort_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the known scopes among these, each once, in the order of SCOPES."""
    wanted = set(scopes)
    return tuple(scope for scope in SCOPES if scope in wanted)
