"""Which credential of X a value can be, judged by its shape.

The shapes are those that public secret scanners and X's own samples show; X publishes no grammar
and has changed lengths before. So a shape only ever warns: it keeps no value out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from twauth_gui.transfer.insides import bearer_app_id, is_client_id, oauth2_kind, token_user_id


class Field(Enum):
    """The places where a value can belong, as a sentence names them."""

    API_KEY = "API key"
    API_SECRET = "API secret"  # noqa: S105 - a label
    BEARER_TOKEN = "bearer token"  # noqa: S105 - a label
    ACCESS_TOKEN = "access token"  # noqa: S105 - a label
    ACCESS_SECRET = "access token secret"  # noqa: S105 - a label
    CLIENT_ID = "OAuth 2.0 client ID"
    CLIENT_SECRET = "OAuth 2.0 client secret"  # noqa: S105 - a label
    OAUTH2_ACCESS = "OAuth 2.0 access token"
    OAUTH2_REFRESH = "OAuth 2.0 refresh token"
    OAUTH2_CODE = "OAuth 2.0 authorization code"
    UNKNOWN = "unknown value"


@dataclass(frozen=True, slots=True)
class Problem:
    """What to say about a value in its place.

    sentence: for the person; it never quotes the value. blocks: X cannot accept this value.
    belongs_to: the field that it fits, so that a button can move it there.
    """

    sentence: str
    blocks: bool = False
    belongs_to: Field | None = None


_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_BLANKS = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u202f\u3000"
_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
_ALNUM = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 512
_UNKNOWN = (Field.UNKNOWN,)
_OAUTH2_KINDS = {
    "at": Field.OAUTH2_ACCESS,
    "rt": Field.OAUTH2_REFRESH,
    "ac": Field.OAUTH2_CODE,
}

# The length that X gives today, of the fields whose values are nothing but letters and digits.
_USUAL = {
    Field.API_KEY: 25,
    Field.API_SECRET: 50,
    Field.ACCESS_SECRET: 45,
    Field.CLIENT_SECRET: 50,
}
_BY_LENGTH: tuple[tuple[range, tuple[Field, ...]], ...] = (
    (range(25, 26), (Field.API_KEY,)),
    (range(45, 46), (Field.ACCESS_SECRET,)),
    (range(50, 51), (Field.API_SECRET, Field.CLIENT_SECRET)),
    # Older keys and the samples in X's documentation.
    (range(18, 25), (Field.API_KEY,)),
    (range(35, 45), (Field.API_SECRET, Field.ACCESS_SECRET)),
)

# Where X's developer console shows each field, as one sentence.
_WHERE = {
    Field.API_KEY: (
        "X's console calls the API key Consumer Key, under OAuth 1.0 Keys, and shows it once."
    ),
    Field.API_SECRET: "X's console shows the API secret once, together with the API key.",
    Field.BEARER_TOKEN: "The bearer token is the long value that begins with a row of A's.",
    Field.ACCESS_TOKEN: "The access token begins with the account's number and a hyphen.",
    Field.ACCESS_SECRET: "The access token secret stands below the access token.",
    Field.CLIENT_ID: "The client ID stands under Keys and tokens, in the box OAuth 2.0.",
    Field.CLIENT_SECRET: "The client secret stands below the OAuth 2.0 client ID.",
}


def clean_value(text: str) -> str:
    """Take away what copying leaves around a value: blanks, quotes, invisible signs, a comma."""
    return text.translate(_INVISIBLE).strip(_BLANKS + _QUOTES + ",;")


def candidates(value: str) -> tuple[Field, ...]:
    """Tell the fields that a value can belong to, the likeliest first; never empty."""
    clean = clean_value(value)
    if not clean.isascii() or len(clean) > _LONGEST:
        return _UNKNOWN
    inside = _by_inside(clean)
    if inside is not None:
        return (inside,)
    if _ALNUM.fullmatch(clean):
        return next((fields for lengths, fields in _BY_LENGTH if len(clean) in lengths), _UNKNOWN)
    if len(clean) == _USUAL[Field.CLIENT_SECRET] and _ALNUM.fullmatch(re.sub("[_-]", "", clean)):
        return (Field.CLIENT_SECRET,)
    return _UNKNOWN


def fits(field: Field, value: str) -> bool:
    """Whether the value can be of this field, old lengths included."""
    return field in candidates(value)


def problem(field: Field, value: str) -> Problem | None:
    """Tell what is wrong with a value that stands in this field; None where nothing is.

    An empty value is no problem of shape. Only blanks and foreign characters block: X signs
    requests with these values, and no key of X holds any.
    """
    clean = clean_value(value)
    if not clean or field is Field.UNKNOWN:
        return None
    if any(sign.isspace() for sign in clean):
        return Problem(f"{_article(field, start=True)} has no blanks. Copy it again.", blocks=True)
    if not clean.isascii() or not clean.isprintable():
        return Problem(
            f"{_article(field, start=True)} has only plain letters, digits and signs. "
            "Copy it again.",
            blocks=True,
        )
    return _old_length(field, clean) if fits(field, clean) else _misfit(field, clean)


def _by_inside(clean: str) -> Field | None:
    if token_user_id(clean) is not None:
        return Field.ACCESS_TOKEN
    if bearer_app_id(clean) is not None:
        return Field.BEARER_TOKEN
    if is_client_id(clean):
        return Field.CLIENT_ID
    kind = oauth2_kind(clean)
    return _OAUTH2_KINDS[kind] if kind else None


def _old_length(field: Field, clean: str) -> Problem | None:
    usual = _USUAL.get(field)
    if usual is None or len(clean) == usual:
        return None
    return Problem(
        f"{_article(field, start=True)} has {usual} characters today, this one has {len(clean)}. "
        "It is an old one, or a part of it is missing."
    )


def _misfit(field: Field, clean: str) -> Problem:
    other = candidates(clean)[0]
    if other is Field.UNKNOWN:
        return Problem(_unlike(field, clean))
    where = _WHERE.get(field, "")
    return Problem(f"This looks like {_article(other)}. {where}".strip(), belongs_to=other)


def _unlike(field: Field, clean: str) -> str:
    usual = _USUAL.get(field)
    if usual is None or len(clean) == usual:
        return f"This does not look like {_article(field)}. {_WHERE.get(field, '')}".strip()
    return (
        f"{_article(field, start=True)} has {usual} characters, this one has {len(clean)}. "
        "Check that it was copied whole."
    )


def _article(field: Field, *, start: bool = False) -> str:
    article = "an" if field.value[0] in "AaOu" else "a"
    return f"{article.capitalize() if start else article} {field.value}"
