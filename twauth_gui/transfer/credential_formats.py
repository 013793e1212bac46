"""Formats of X's credentials: which field a value fits, and what its text contains.

The layouts come from the samples in X's documentation; the read functions return None for anything
else, which says nothing about the value.

The formats are those of public secret scanners and X's own samples; X publishes no grammar and has
changed lengths before. So a wrong format only causes a warning: every value is accepted.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

_LONGEST_TOKEN = 512
_ACCESS_TOKEN = re.compile(r"([0-9]{1,20})-[A-Za-z0-9]{25,45}")
_CLIENT_ID = re.compile(rb"[!-~]{10,40}:1:ci")
_OAUTH2 = re.compile(rb"[!-~]{10,80}:[0-9]{13}(?::[0-9]+)*:(at|rt|ac)(?::[0-9]+)?")
# What Base64 of a printable character begins with; most keys do not, and need no decoding.
_PRINTABLE_BEGINNINGS = frozenset("IJKLMNOPQRSTUVWXYZabcdef")
_BEARER_HEAD = 60  # characters of base64 for the 44 bytes below
_BEARER_ZEROS = 16
_BEARER_APP_END = 24


def read_bearer_app_id(value: str) -> str | None:
    """Return the app's id in a bearer token, URL-encoded or not.

    The token is Base64 of 16 zero bytes, the id (8 bytes, little endian), 20 more bytes; then a
    tail of letters and digits.
    """
    if len(value) > _LONGEST_TOKEN:
        return None
    plain = unquote(value)
    head = plain[:_BEARER_HEAD]
    if len(plain) <= _BEARER_HEAD or not head.endswith("="):
        return None
    raw = _decode_base64(head)
    if raw is None or len(raw) < _BEARER_APP_END or any(raw[:_BEARER_ZEROS]):
        return None
    return str(int.from_bytes(raw[_BEARER_ZEROS:_BEARER_APP_END], "little"))


def read_token_user_id(value: str) -> str | None:
    """Return the user id in front of an OAuth 1.0a access token."""
    found = _ACCESS_TOKEN.fullmatch(value)
    return found.group(1) if found else None


def read_oauth2_kind(value: str) -> str | None:
    """Return what an OAuth 2.0 value is: "at" access token, "rt" refresh token, "ac" code."""
    found = _OAUTH2.fullmatch(_decode_base64(value) or b"")
    return found.group(1).decode() if found else None


def is_client_id(value: str) -> bool:
    """Whether the value decodes to the format of an OAuth 2.0 client id."""
    return _CLIENT_ID.fullmatch(_decode_base64(value) or b"") is not None


def _decode_base64(text: str) -> bytes | None:
    if not text.isascii() or len(text) > _LONGEST_TOKEN:
        return None
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1:  # no number of bytes is that long
        return None
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except binascii.Error:
        return None


class Field(Enum):
    """The fields of credentials; each value is its name within a sentence."""

    # By identity, as they are compared: Enum's own is slower than all else that is done with one.
    __hash__ = object.__hash__

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


def with_article(field: Field, *, start: bool = False) -> str:
    """Return the field's name with its article, capitalised at the start of a sentence."""
    article = "an" if field.value[0] in "AaOu" else "a"
    return f"{article.capitalize() if start else article} {field.value}"


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """What is wrong with a value in a field.

    sentence: for the person; it never quotes the value. blocks: X cannot accept this value.
    belongs_to: the field that it fits, so that a button can move it there.
    """

    sentence: str
    blocks: bool = False
    belongs_to: Field | None = None


_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_BLANKS = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u202f\u3000"
_QUOTES = "\"'`\u201c\u201d\u2018\u2019\u201e\u201a\u00ab\u00bb\uff02"
_AROUND = f"{_BLANKS}{_QUOTES},;"
_ALNUM = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 512
_UNKNOWN = (Field.UNKNOWN,)
_OAUTH2_KINDS = {
    "at": Field.OAUTH2_ACCESS,
    "rt": Field.OAUTH2_REFRESH,
    "ac": Field.OAUTH2_CODE,
}

# The current lengths of the fields whose values consist of letters and digits only.
_USUAL = {
    Field.API_KEY: 25,
    Field.API_SECRET: 50,
    Field.ACCESS_SECRET: 45,
    Field.CLIENT_SECRET: 50,
}
_BY_LENGTH: dict[int, tuple[Field, ...]] = {
    # Older keys and the samples in X's documentation.
    **dict.fromkeys(range(18, 25), (Field.API_KEY,)),
    **dict.fromkeys(range(35, 45), (Field.API_SECRET, Field.ACCESS_SECRET)),
    25: (Field.API_KEY,),
    45: (Field.ACCESS_SECRET,),
    50: (Field.API_SECRET, Field.CLIENT_SECRET),
}

# Where X's developer console shows each field, as one sentence.
_LOCATIONS = {
    Field.API_KEY: (
        "X's console calls the API key Consumer Key, under OAuth 1.0 Keys, and shows it only once."
    ),
    Field.API_SECRET: "X's console shows the API secret only once, together with the API key.",
    Field.BEARER_TOKEN: "The bearer token is the long value that starts with a row of A's.",
    Field.ACCESS_TOKEN: "The access token starts with the account's user ID and a hyphen.",
    Field.ACCESS_SECRET: "The access token secret is below the access token.",
    Field.CLIENT_ID: "The client ID is under Keys and tokens, in the box OAuth 2.0.",
    Field.CLIENT_SECRET: "The client secret is below the OAuth 2.0 client ID.",
}


def clean_value(text: str) -> str:
    """Remove what copying leaves around a value: blanks, quotes, invisible characters, a comma."""
    if text.isascii():
        return text if text.isalnum() else text.strip(_AROUND)
    return text.translate(_INVISIBLE).strip(_AROUND)


def guess_fields(value: str) -> tuple[Field, ...]:
    """Return the fields that a value fits, the likeliest first; never empty."""
    clean = clean_value(value)
    if not clean.isascii() or len(clean) > _LONGEST:
        return _UNKNOWN
    is_plain = clean.isalnum()
    inside = None if is_plain else _find_field_by_id(clean)
    if inside is None and clean[:1] in _PRINTABLE_BEGINNINGS:
        inside = _find_field_by_base64(clean)
    if inside is not None:
        return (inside,)
    if is_plain:
        return _BY_LENGTH.get(len(clean), _UNKNOWN)
    if len(clean) == _USUAL[Field.CLIENT_SECRET] and _ALNUM.fullmatch(re.sub("[_-]", "", clean)):
        return (Field.CLIENT_SECRET,)
    return _UNKNOWN


def can_be_field(field: Field, value: str) -> bool:
    """Whether the value fits this field, old lengths included."""
    return field in guess_fields(value)


def can_be_sent(value: str) -> bool:
    """Whether a request can be signed with a value: nothing blocks it in any field."""
    clean = clean_value(value)
    return clean.isascii() and clean.isprintable() and " " not in clean


def find_value_problem(field: Field, value: str) -> ValueProblem | None:
    """Return what is wrong with a value in this field; None if nothing is.

    An empty value is no problem here. Only blanks and characters outside ASCII block: requests are
    signed with these values, and no key of X contains any.
    """
    clean = clean_value(value)
    if not clean or field is Field.UNKNOWN:
        return None
    if len(clean.split(None, 1)) > 1:
        return ValueProblem(
            f"{with_article(field, start=True)} cannot contain spaces. Copy it again.", blocks=True
        )
    if not clean.isascii() or not clean.isprintable():
        return ValueProblem(
            f"{with_article(field, start=True)} can only contain plain letters, digits and "
            "symbols. Copy it again.",
            blocks=True,
        )
    return (
        _old_length_problem(field, clean)
        if can_be_field(field, clean)
        else _wrong_field_problem(field, clean)
    )


def _find_field_by_id(clean: str) -> Field | None:
    """Return the field of a value with the id of a user or an app in it; None if it has none."""
    if read_token_user_id(clean) is not None:
        return Field.ACCESS_TOKEN
    return Field.BEARER_TOKEN if read_bearer_app_id(clean) is not None else None


def _find_field_by_base64(clean: str) -> Field | None:
    if is_client_id(clean):
        return Field.CLIENT_ID
    kind = read_oauth2_kind(clean)
    return _OAUTH2_KINDS[kind] if kind else None


def _old_length_problem(field: Field, clean: str) -> ValueProblem | None:
    usual = _USUAL.get(field)
    if usual is None or len(clean) == usual:
        return None
    return ValueProblem(
        f"{with_article(field, start=True)} has {usual} characters today, this one has "
        f"{len(clean)}. It is an old one, or part of it is missing."
    )


def _wrong_field_problem(field: Field, clean: str) -> ValueProblem:
    other = guess_fields(clean)[0]
    if other is Field.UNKNOWN:
        return ValueProblem(_explain_mismatch(field, clean))
    location = _LOCATIONS.get(field, "")
    return ValueProblem(
        f"This looks like {with_article(other)}. {location}".strip(), belongs_to=other
    )


def _explain_mismatch(field: Field, clean: str) -> str:
    usual = _USUAL.get(field)
    if usual is None or len(clean) == usual:
        return f"This does not look like {with_article(field)}. {_LOCATIONS.get(field, '')}".strip()
    return (
        f"{with_article(field, start=True)} has {usual} characters, this one has {len(clean)}. "
        "Check that you copied all of it."
    )
