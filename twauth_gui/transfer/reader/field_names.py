"""Names of credential fields, matched by their words, and the field that each one means.

The names come from the sources of twarc, tweepy, twurl, xurl, x-cli, twitter-together, elizaOS, the
tweet actions, the xdk samples, node-twitter-api-v2, twit, Twitter4J, NLTK, rtweet, oysttyer,
requests-oauthlib, the labels of X's developer console, and public bots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.reader.foreign_names import comparable, translate
from twauth_gui.transfer.reader.hidden_values import is_key_itself
from twauth_gui.transfer.reader.services import OTHER_SERVICES, X_WORDS

_F = Field

# Each name is a set of words: their order, case and separators do not matter.
FIELD_NAMES: dict[tuple[Field, ...], str] = {
    (_F.API_KEY,): """
        consumer key, api key, app key, app api key, client key, consumer token,
        consumer key token, consumer, ck, ckey""",
    (_F.API_SECRET,): """
        consumer secret, consumer key secret, consumer token secret, consumer key token secret,
        api secret, api key secret, app secret, app key secret, app api secret, app api key secret,
        client key secret, api token secret, cs, csecret""",
    (_F.ACCESS_TOKEN,): """
        access token, access key, access token key, oauth token, user token, user access token,
        account token, resource owner key, resource owner token, at, atoken""",
    (_F.ACCESS_SECRET,): """
        access secret, access token secret, access key secret, access token key secret,
        token secret, token key secret, oauth secret, user secret, user token secret,
        account secret, account token secret, resource owner secret, resource owner key secret,
        resource owner token secret, ats""",
    (_F.BEARER_TOKEN,): "bearer, bearer token, bearer key, bearer access token",
    # Frameworks that sign in by OAuth 1.0a too call the API key so.
    (_F.CLIENT_ID, _F.API_KEY): "client id",
    (_F.CLIENT_SECRET,): "client id secret",
    # What requests-oauthlib calls the API secret is what X calls the secret of OAuth 2.0.
    (_F.CLIENT_SECRET, _F.API_SECRET): "client secret",
    (_F.OAUTH2_ACCESS,): "oauth2 token, oauth2 access token, oauth2 user token",
    (_F.OAUTH2_REFRESH,): "refresh token, oauth2 refresh token",
}
"""The names of each field; of several fields if the names beside it have to tell which."""

VAGUE_NAMES: dict[tuple[Field, ...], str] = {
    (_F.API_KEY, _F.ACCESS_TOKEN): "key",
    (_F.API_SECRET, _F.ACCESS_SECRET): "secret, key secret",
    (_F.ACCESS_TOKEN, _F.BEARER_TOKEN): "token, access, token key, api access",
    (_F.BEARER_TOKEN, _F.API_KEY, _F.ACCESS_TOKEN): "app token, api token, authorization",
    (_F.ACCESS_TOKEN, _F.API_KEY): "akey",
    (_F.ACCESS_SECRET, _F.API_SECRET): "asecret",
    (_F.ACCESS_SECRET,): "as",
    (_F.API_KEY,): "api, app",
}
"""Names that say too little by themselves: the format of the value must agree."""

HANDLE_NAMES = "screen name, handle, user handle, account handle, user screen name"
USER_ID_NAMES = "user id, owner id"
VAGUE_HANDLE_NAMES = "user name, user, account, account name, name"

CLEAR_HANDLE, USER_ID = 3, -1
"""What rank_handle() returns for the name of a handle, and for that of a user id."""

_ALIASES = {
    "keys": "key",
    "tokens": "token",
    "secrets": "secret",
    "tok": "token",
    "cons": "consumer",
    "acc": "access",
    "sec": "secret",
    "secert": "secret",
    "secrect": "secret",
    "customer": "consumer",
    "comsumer": "consumer",
    "acces": "access",
    "application": "app",
    "applications": "app",
    "apps": "app",
    "username": "user name",
    "screenname": "screen name",
    "users": "user",
    "accounts": "account",
    "handles": "handle",
}
# Words that say nothing about which field it is, nor about which account.
_SMALL_TEXT = "my the your our a an of for to in is here and with set get str v var new"
_SMALL = frozenset(_SMALL_TEXT.split())
_FILLER_TEXT = """
    auth authorize authentication authorise personal value values val env environ environment
    string text data config cfg settings setting credential credentials creds cred default const
    final create developer console portal vite next react nuxt expo permanently initialize init
    login configure register store save load using by add"""
_FILLERS = frozenset(_FILLER_TEXT.split()) | _SMALL
_NAMES_BESIDE = (HANDLE_NAMES, VAGUE_HANDLE_NAMES, USER_ID_NAMES)
_CORE = frozenset(
    word
    for names in (*FIELD_NAMES.values(), *VAGUE_NAMES.values(), *_NAMES_BESIDE)
    for word in re.findall("[a-z0-9]+", names)
) | {"oauth", "oauth1"}
_NO_LABELS = _FILLERS | X_WORDS | {"oauth", "oauth1"}
# A name with one of these is of something that belongs to a key, not of the key.
_NO_FIELD_TEXT = """
    url uri endpoint expires expiry expiration ttl created updated modified changed deleted added
    inserted issued last seen used posted started finished"""
_NO_FIELD = frozenset(_NO_FIELD_TEXT.split())
# Beside these, "api" and "app" add nothing: TWITTER_API_ACCESS_TOKEN.
_STRONG = frozenset({"consumer", "access", "bearer", "client", "refresh"})
_SHORT = frozenset({"ck", "cs", "at", "ats", "as"})
_SEGMENTS = (_CORE - _SHORT) | {
    *(word for word in _ALIASES if len(word) > 3),  # noqa: PLR2004
    *(word for word in (*X_WORDS, *OTHER_SERVICES) if len(word) > 3),  # noqa: PLR2004
}
_LONGEST_NAME = 120
_LONGEST_WORD = 48
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_OAUTH = re.compile(r"o[-_]?auth", re.IGNORECASE)
_VERSION = re.compile(r"(?i)oauth[ ._-]?(?:1(?:[ ._-]?0a?)?|v1)(?![0-9])")
_VERSION_2 = re.compile(r"(?i)oauth[ ._-]?(?:2(?:[ ._-]?0)?|v2)(?![0-9])")
_API_VERSION = re.compile(r"(?i)(?<![a-z0-9])v[ ._-]?[0-9](?:[._][0-9])?(?![a-z0-9])")
_ASIDE = re.compile(r"\([^()]{0,60}\)")
_INDEX = re.compile(r"\[[0-9]{1,9}\]")
_NUMBERED = re.compile(r"^\s{0,20}[0-9]{1,3}[.)]\s+")
_ROW = re.compile(r"row [0-9]{1,9}")
_PRODUCT_BEGINNINGS = ("twitter4j",)


class NameWords(NamedTuple):
    """The words of a name, by what they say. labels: which account or app it is about."""

    all: tuple[str, ...]
    core: frozenset[str]
    labels: tuple[str, ...]


class NameMeaning(NamedTuple):
    """What a name says. fields: the likeliest first. is_vague: the value's format must agree."""

    fields: tuple[Field, ...]
    is_vague: bool = False


def is_index(segment: str) -> bool:
    """Whether a step of a path is a position in a list."""
    return segment[:1] == "[" and _INDEX.fullmatch(segment) is not None


def is_row(segment: str) -> bool:
    """Whether a step of a path is a row of a table."""
    return segment[:4] == "row " and _ROW.fullmatch(segment) is not None


@lru_cache(maxsize=4096)
def split_name(name: str) -> NameWords:
    """Split a name into words at case, separators and digits, and known words that are joined."""
    if is_index(name) or is_row(name) or is_key_itself(name):
        return NameWords((name,), frozenset(), (name,))
    words = tuple(_words(name[:_LONGEST_NAME]))
    around, own = _part_at_service(words)
    no_labels = _NO_LABELS if " " in name else _NO_LABELS - {"a"}  # A_API_KEY
    labels = [word for word in around if word not in no_labels]
    labels += [word for word in own if word not in _CORE and word not in no_labels]
    words = words[len(around) :]  # beside X's name, that of another service is an account's
    core = frozenset[str]() if _NO_FIELD & {*own[-2:]} else frozenset(own) & _CORE
    return NameWords(words, core, tuple(map(_label, labels)))


def _part_at_service(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part NEWS_TWITTER_API_KEY: what is in front of the service says which account it is."""
    if X_WORDS.isdisjoint(words):
        return (), words
    at = max(at for at, word in enumerate(words) if word in X_WORDS)
    meaning = find_meaning(frozenset(words[at + 1 :]) & _CORE) if at else None
    if meaning is None or meaning.is_vague:
        return (), words
    return words[:at], words[at + 1 :]


def is_made_of(words: NameWords) -> bool:
    """Whether a name has nothing but words of fields, of X, and of settings in general."""
    return not (words.labels or _SMALL.issuperset(words.all))


@lru_cache(maxsize=1024)
def find_meaning(core: frozenset[str]) -> NameMeaning | None:
    """Return the field that the words of a name mean; None if they mean none."""
    for words in _reductions(core):
        if words in _FIELDS:
            return NameMeaning(_FIELDS[words])
        if words in _VAGUE:
            return NameMeaning(_VAGUE[words], is_vague=True)
    return None


def rank_handle(core: frozenset[str]) -> int:
    """Return 3 for the name of a handle, 2 or 1 if it may be one, -1 for a user id; else 0.

    A database has user names too, and anything has a name.
    """
    if core in _USER_IDS:
        return USER_ID
    if core in _HANDLES:
        return CLEAR_HANDLE
    return 1 + ("user" in core) if core in _VAGUE_HANDLES else 0


def is_handle(core: frozenset[str]) -> bool:
    """Whether a name clearly is that of a handle."""
    return core in _HANDLES


def _reductions(core: frozenset[str]) -> Iterable[frozenset[str]]:
    """Yield the words, then without those that seldom matter."""
    yield core
    if core & _STRONG:
        core -= {"api", "app"}
        yield core
    if "access" in core:
        core -= {"consumer", "client"}
    core -= {"oauth", "oauth1"}
    yield core
    if "oauth2" in core and "access" not in core:
        core -= {"oauth2"}
        yield core
    core -= {"user", "account", "name"}
    yield core


def forget_names() -> None:
    """Forget the names that were split."""
    split_name.cache_clear()
    _expand.cache_clear()


def _words(name: str) -> Iterable[str]:
    if not name[:1].isalpha():
        name = _NUMBERED.sub("", name)
    if "(" in name:
        plain = _ASIDE.sub(" ", name)
        name = plain if _WORD.search(plain) else name
    for product in _PRODUCT_BEGINNINGS:
        name = name.replace(product, "twitter ")
    lower = name.lower()
    if "auth" in lower:
        name = _OAUTH.sub("oauth", name)
        name = _VERSION_2.sub(" OAUTHTWO ", _VERSION.sub(" OAUTHONE ", name))
    if "v" in lower:
        name = _API_VERSION.sub(" ", name)
    for word in translate([part.lower() for part in _WORD.findall(comparable(name))]):
        if word.isdecimal():
            yield word
        else:
            yield from _expand(word)


@lru_cache(maxsize=1024)
def _expand(word: str) -> Sequence[str]:
    """Return the words that a word stands for: itself, what it is short for, or its parts."""
    parts = _segments({"oauthone": "oauth1", "oauthtwo": "oauth2"}.get(word, word))
    return [known for part in parts for known in _ALIASES.get(part, part).split()]


def _segments(word: str) -> Sequence[str]:
    """Split joined words, such as "consumerkey", if nothing but known words is in it."""
    if word in _SEGMENTS or word in _FILLERS or not 4 < len(word) <= _LONGEST_WORD:  # noqa: PLR2004
        return (word,)
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(word) + 1):
        for start in sorted(best):
            if start < end and word[start:end] in _SEGMENTS and end not in best:
                best[end] = (*best[start], word[start:end])
    return best.get(len(word), (word,))


def _label(word: str) -> str:
    return str(int(word)) if word.isascii() and word.isdecimal() else word


def _sets(table: dict[tuple[Field, ...], str]) -> dict[frozenset[str], tuple[Field, ...]]:
    return {
        frozenset(name.split()): fields
        for fields, names in table.items()
        for name in names.split(",")
    }


_FIELDS = _sets(FIELD_NAMES)
_VAGUE = _sets(VAGUE_NAMES)
_HANDLES = {frozenset(name.split()) for name in HANDLE_NAMES.split(",")}
_USER_IDS = {frozenset(name.split()) for name in USER_ID_NAMES.split(",")}
_VAGUE_HANDLES = {frozenset(name.split()) for name in VAGUE_HANDLE_NAMES.split(",")}
