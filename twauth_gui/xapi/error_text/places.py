"""Finds in a text where a call went: the address or the library's function, and X's headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from twauth_gui.domain.hosts import is_loopback
from twauth_gui.xapi import endpoints

_API_HOSTS = frozenset({"api.x.com", "api.twitter.com", "upload.twitter.com", "upload.x.com"})
_OTHERS_OF_X = ("x.com", "twitter.com", "twimg.com")
_LONGEST_PATH = 100

_URL = re.compile(r"(?:\b(GET|POST|PUT|DELETE|PATCH) )?\bhttps?://[^\s\"'<>)\\},]{4,300}")
_REQUEST = re.compile(
    r"\b(GET|POST|PUT|DELETE|PATCH) (/(?:2|1\.1|oauth|oauth2)/[\w./?=&%-]{1,200})"
)
_PATH = re.compile(
    r"(?:url|path|endpoint)[\"']?: {0,2}[\"']?(/(?:2|1\.1|oauth|oauth2)/[\w./-]{1,200})"
)
# Where a library names the server it asked.
_ASKED = re.compile(
    r"(?:for url:? {0,2}|with url:? {0,2}|url=URL\([\"']|\burl[\"']?: {0,2}[\"'])"
    r"https?://([\w.-]{1,253})"
    r"|(?:host=[\"']|hostname: [\"']|\bhost: {1,2}[\"']?|[Cc]onnect(?:ed)? to "
    r"|getaddrinfo \w{4,12} )"
    r"([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
)
_HEADER = re.compile(
    r"(x-(?:rate-limit|user-limit-24hour|app-limit-24hour)-(?:limit|remaining|reset)"
    r"|x-transaction(?:-id)?|cf-ray)[\"']?(?: {0,2}[:=]| {0,2}=>) {0,3}[\"'\[]{0,2}([\w-]{1,64})",
    re.IGNORECASE,
)
_FUNCTION = re.compile(r"(?:\bin |\bat (?:async )?|\.)((?:\w{1,60}\.)?\w{3,60})(?=\(|\n|$| \()")

# Functions of tweepy, node-twitter-api-v2 and xdk, and the exceptions of one step.
_FUNCTIONS = {
    **dict.fromkeys(
        ("create_tweet", "createPost", "create_post", "tweetThread", "createTweet"), "/2/tweets"
    ),
    **dict.fromkeys(("TwitterApiv2ReadWrite.tweet", "v2.tweet", "v2.reply"), "/2/tweets"),
    **dict.fromkeys(("update_status", "v1.tweet"), "/1.1/statuses/update.json"),
    **dict.fromkeys(
        ("media_upload", "chunked_upload", "simple_upload", "v1.uploadMedia"),
        "/1.1/media/upload.json",
    ),
    **dict.fromkeys(("v2.uploadMedia", "upload_media"), "/2/media/upload"),
    **dict.fromkeys(
        ("get_authorization_url", "generateAuthLink", "fetch_request_token"),
        endpoints.REQUEST_TOKEN,
    ),
    **dict.fromkeys(("get_access_token", "fetch_access_token"), endpoints.ACCESS_TOKEN),
    **dict.fromkeys(
        ("refresh_token", "refreshOAuth2Token", "loginWithOAuth2", "fetch_token"),
        endpoints.OAUTH2_TOKEN,
    ),
    **dict.fromkeys(("get_me", "v2.me"), endpoints.USERS_ME),
    "verify_credentials": endpoints.VERIFY_CREDENTIALS,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A call that the text names. exact: by its address; else by a function around it."""

    at: int
    path: str
    method: str = ""
    host: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """A value at its place: the host that was asked, or a header of X's answer."""

    at: int
    value: str
    name: str = ""


def find_places(text: str) -> list[Place]:
    """Return the calls to X's API that a text names."""
    found = [*_addresses(text)]
    for pattern in (_REQUEST, _PATH):
        for hit in pattern.finditer(text):
            method = hit.group(1) if pattern is _REQUEST else ""
            found.append(_place(hit.start(), method, hit.group(hit.lastindex or 1)))
    for hit in _FUNCTION.finditer(text):
        name = hit.group(1)
        path = _FUNCTIONS.get(name) or _FUNCTIONS.get(name.rpartition(".")[2])
        if path is not None:
            found.append(Place(hit.start(), path, exact=False))
    return sorted(found, key=lambda place: place.at)


def _addresses(text: str) -> Iterator[Place]:
    for hit in _URL.finditer(text):
        try:
            parts = urlsplit(hit.group().removeprefix(f"{hit.group(1)} "))
            host = parts.hostname or ""
        except ValueError:
            continue
        ours = host in _API_HOSTS or is_loopback(host)
        if ours and "/problems/" not in parts.path and len(parts.path) > 1:
            yield _place(hit.start(), hit.group(1) or "", f"{parts.path}?{parts.query}", host)


def _place(at: int, method: str, address: str, host: str = "") -> Place:
    """Leave out the query, which may hold tokens. With one, X is asked for posts, not given one."""
    path, _, query = address.partition("?")
    reads = bool(query) and not method
    return Place(at, path[:_LONGEST_PATH], "GET" if reads else method, host)


def find_hosts(text: str) -> list[Named]:
    """Return the servers that a library says it asked."""
    hits = _ASKED.finditer(text)
    return [Named(hit.start(), (hit.group(1) or hit.group(2)).lower().strip(".")) for hit in hits]


def find_headers(text: str) -> list[Named]:
    """Return the headers of X's answers that tell of limits, and its numbers for a call."""
    hits = _HEADER.finditer(text)
    return [Named(hit.start(), hit.group(2), hit.group(1).lower()) for hit in hits]


def is_elsewhere(host: str) -> bool:
    """Whether this is neither X nor this computer."""
    if not host or is_loopback(host):
        return False
    return not any(host == one or host.endswith(f".{one}") for one in _OTHERS_OF_X)
