"""What the value of a field can be: a credential, or something that stands in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from operator import eq
from typing import NamedTuple

from typing_extensions import override

from twauth_gui.transfer.credential_formats import Field, clean_value, guess_fields

SHORTEST = 15
"""Characters of the shortest value that can be a credential; X's oldest keys have 18."""

EXACT_LENGTHS = frozenset({25, 45, 50})
"""Characters of X's keys and secrets today, those that are letters and digits only."""

_LONGEST = 512
_LONGEST_READ = 4096  # more of a value says nothing more about it


class ValueKind(Enum):
    """What a value is; each value is the sentence for a value that is no credential."""

    CREDENTIAL = ""
    EMPTY = "It has no value."
    PLACEHOLDER = "It holds a placeholder, not a key."
    MASKED = "Its value is hidden: only a part of it is in the file."
    REFERENCE = "It holds a reference to another place, not the key itself."
    ENCRYPTED = "It is encrypted. Decrypt the file first."
    CODE = "It is read from elsewhere: the file holds no key for it."
    OTHER = "It does not look like a key of X."


# Schemes and words with which tools refer to a secret that is kept elsewhere.
REFERENCES = """
    op:// vault: vault:// ssm: ssm:// secret:// secrets:// awssm:// aws-sm:// gcpsm:// gsm:// sm://
    arn:aws: keyring: keychain: keepassxc: bw:// bitwarden:// pass: lpass: doppler: infisical:
    env: file:// file: secretref: secretkeyref ref+ projects/ akv:// azurekeyvault:
    @microsoft.keyvault(
    {{resolve: !ref !sub !getatt !vault_ref valuefrom http:// https://
"""
# How tools mark what they have encrypted.
CIPHERTEXTS = """
    encrypted: enc[ enc( enc: age-encryption.org age1 $ansible_vault; !vault vault:v1: {cipher}
    sops: secure: aqecahi aqicahi ejson: ej[ u2fsdgvkx1 eyjpdii6 gaaaaab
"""
_ENCRYPTED_BEGINNINGS = (
    "-----begin age encrypted",
    "-----begin pgp message",
    *CIPHERTEXTS.split(),
)
_REFERENCE_BEGINNINGS = tuple(REFERENCES.split())
_EXPANSIONS = re.compile(
    r"""\$[A-Za-z_][A-Za-z0-9_]* | \$\{.* | \$\(.* | \$\[.* | \{\{.* | <%.* | %[A-Za-z_]\w*% | %\(.*
    | \#\{.* | @[A-Za-z][\w.]*@ | `.*` | ~\{.* | __[A-Z_]+__ | \$env:.*""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_CODE = re.compile(
    r"""(?:process|os|import|env|config|settings|secrets|self|this|var|local|each|data|module|conf
        |app|cfg|options|opts|params|creds|credentials|keys|system|environment|st)
        (?:\.|\[|->|::)[A-Za-z_$'"\[(].*
    | [A-Za-z_$][\w.$:>-]*\(.*""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_BRACKETED = re.compile(r"<.*>|\[.*\]|\{.*\}|\(.*\)|%.*%|__.*__", re.DOTALL)
_MASK = re.compile(r"[*•●…·.]{3,}|[xX]{8,}|\*{3,}|…")
_NOTHING = re.compile(r"(?i)none|null|nil|undefined|true|false|todo|tbd|n/?a|-+|_+|~")
_PLACEHOLDER_TEXT = """
    your yours my the a an of for to in from here goes go put insert enter replace with me
    change changeme change_me todo fixme tbd example sample dummy fake test testing placeholder this
    that is it api app application key keys secret secrets token tokens access consumer customer
    client bearer oauth auth id twitter tweet x account user username bot value values string
    dashboard portal developer dev console some any real actual own paste fill redacted hidden
    removed xxx xxxx xx foo bar baz qux hoge fuga generated long random abc abcd abcdef lorem ipsum
    credential credentials and needs need be set not must should please provide obtain get
    authentication screen name number one two first second main new old mine env config empty super
    very secure invalid valid deine dein hier ihr tu tus su clave aqui votre vos ici"""
_PLACEHOLDER_WORDS = frozenset(_PLACEHOLDER_TEXT.split())
_LONGER_WORDS = frozenset(word for word in _PLACEHOLDER_WORDS if len(word) > 1)
_BEGINNINGS = frozenset(word[:2] for word in _PLACEHOLDER_WORDS)
_LETTERS = re.compile("[a-z]+")
_BRACKETS = frozenset("<[{(%_")
_MASKS = "xX*•-_. "
_LONGEST_PLACEHOLDER = 96
_ALLOWED = re.compile(r"[A-Za-z0-9_\-.~%+/=:]+")
_SCHEME = re.compile(r"(?i)(?:authorization\s*[:=]\s*)?(?:bearer|oauth|token)[ \t:]+(?=\S{15})")
_COMMENTED = re.compile(r"([^\s;#]{15,512})[ \t]{1,40}(?:[;#]|//)")  # as people end lines of INI
_SEPARATORS = re.compile(r"[\s,;|]+")
_INNER_SEPARATORS = re.compile(r"[:/&]+")
_ANY_SEPARATOR = re.compile(r"[\s,;|:/&]")
_RUNS = re.compile(r"[0-9]+|[a-z]+|[^0-9a-z]+")
_OWN_SCHEME = re.compile(r"(?:twitter|tweet)s?://(?:@?\w{1,15}@)?", re.IGNORECASE)  # of Apprise
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_HASH_LENGTHS = frozenset({16, 20, 24, 32, 40, 48, 56, 64})
_UNKNOWN = (Field.UNKNOWN,)
_MOST_LISTED = 1000
_LONGEST_LIST = 100_000


def clean_credential(text: str) -> str:
    """Return the value without what copying leaves around it, and without "Bearer "."""
    if text.isalnum() and text.isascii():
        return text
    value = clean_value(text)
    value = clean_value(_SCHEME.sub("", value, count=1))
    commented = _COMMENTED.match(value)
    return clean_value(commented.group(1)) if commented else value


class ReadValue(NamedTuple):
    """A value without what is around it. formats: the fields that it fits, the likeliest first."""

    text: str
    kind: ValueKind
    formats: tuple[Field, ...] = (Field.UNKNOWN,)

    @override
    def __repr__(self) -> str:
        return f"ReadValue({self.kind.name})"

    @classmethod
    def of(cls, text: str, *, is_literal: bool = True) -> ReadValue:
        """Return what the value of an entry is; one that is no literal is no credential."""
        if not is_literal:
            is_named = _is_reference(text.strip())
            return cls("", ValueKind.REFERENCE if is_named else ValueKind.CODE)
        value = clean_credential(text[:_LONGEST_READ])
        kind = _classify(value)
        if kind is not ValueKind.CREDENTIAL:
            return cls(value, kind)
        return cls(value, kind, _UNKNOWN if is_hexadecimal(value) else guess_fields(value))


def _classify(value: str) -> ValueKind:
    if len(value) <= 1:  # TTYtter writes X where its own app is meant
        return ValueKind.EMPTY
    if value.isalnum() and len(value) >= SHORTEST and not is_placeholder(value):
        if is_encrypted(value):
            return ValueKind.ENCRYPTED
        return ValueKind.CREDENTIAL if is_plausible(value) else ValueKind.OTHER
    tests = (
        (ValueKind.ENCRYPTED, is_encrypted),
        (ValueKind.REFERENCE, _is_reference),
        (ValueKind.PLACEHOLDER, is_placeholder),
        (ValueKind.MASKED, _is_masked),
        (ValueKind.CREDENTIAL, is_plausible),
        (ValueKind.CODE, _is_code),
    )
    return next((kind for kind, test in tests if test(value)), ValueKind.OTHER)


def is_plausible(value: str) -> bool:
    """Whether X could accept the value: its characters and its length."""
    is_short = SHORTEST <= len(value) <= _LONGEST
    return is_short and "://" not in value and _ALLOWED.fullmatch(value) is not None


def is_hexadecimal(value: str) -> bool:
    """Whether a value is a hash or another service's key: X draws from more letters."""
    return len(value) in _HASH_LENGTHS and _HEX.fullmatch(value) is not None


def split_values(text: str) -> Sequence[Sequence[ReadValue]]:
    """Return the values of a list in one variable; of each element, the values that are joined.

    Empty unless every element is made of values that can be credentials.
    """
    if not 2 * SHORTEST < len(text) <= _LONGEST_LIST or not _ANY_SEPARATOR.search(text):
        return ()
    pieces = _SEPARATORS.split(text.strip("[](){} \t\r\n"))
    elements = [element for element in map(clean_value, pieces) if element.strip("/&+:-")]
    if len(elements) > _MOST_LISTED or any(len(element) < SHORTEST for element in elements):
        return ()
    parts: list[Sequence[ReadValue]] = []
    for element in elements:
        part = _parts(element)
        if any(value.kind is not ValueKind.CREDENTIAL for value in part):
            return ()
        parts.append(part)
    is_list = len(parts) > 1 or any(len(part) > 1 for part in parts)
    return parts if is_list else ()


def has_exact_format(text: str, formats: tuple[Field, ...]) -> bool:
    """Whether a value without a name looks so much like X's that it is worth a word."""
    if formats[0] in {Field.ACCESS_TOKEN, Field.BEARER_TOKEN}:
        return True
    return len(text) in EXACT_LENGTHS and text.isalnum() and _is_drawn(text)


def could_be_key(value: ReadValue) -> bool:
    """Whether a value without a name can be one of X's, if its neighbours agree."""
    if value.formats[0] is Field.UNKNOWN:
        return False
    return not value.text.isalnum() or _is_random(value.text)


def is_placeholder(value: str) -> bool:
    """Whether a value is a text that asks for a key."""
    if _NOTHING.fullmatch(value):
        return True
    if value[:1] in _BRACKETS and _BRACKETED.fullmatch(value):
        return True
    if len(value) > _LONGEST_PLACEHOLDER:
        return False
    return not value.strip(_MASKS) or _is_sequence(value) or _is_made_of_words(value)


def is_encrypted(value: str) -> bool:
    """Whether a value or a whole text is ciphertext of a known tool."""
    return value[:80].lstrip().lower().startswith(_ENCRYPTED_BEGINNINGS)


def _parts(element: str) -> Sequence[ReadValue]:
    """Split what is joined by a colon or a slash, if the whole is no value of X's."""
    whole = ReadValue.of(element)
    if whole.formats[0] is not Field.UNKNOWN:
        return (whole,)
    scheme = _OWN_SCHEME.match(element)
    plain = element[scheme.end() :] if scheme else element
    pieces = [part for part in _INNER_SEPARATORS.split(plain) if part]
    if scheme:  # whom to write to comes after the keys
        pieces = pieces[:4]
    if len(pieces) <= 1:
        return (whole,)
    parts: list[ReadValue] = []
    for piece in pieces:
        part = ReadValue.of(piece)
        if part.formats[0] is Field.UNKNOWN:
            return (whole,)
        parts.append(part)
    return parts


def _is_reference(value: str) -> bool:
    lower = value[:80].lower()
    return lower.startswith(_REFERENCE_BEGINNINGS) or _EXPANSIONS.fullmatch(value) is not None


def _is_masked(value: str) -> bool:
    return _MASK.search(value) is not None


def _is_code(value: str) -> bool:
    return _CODE.fullmatch(value) is not None


def _is_random(value: str) -> bool:
    """Whether letters and digits look drawn, which no word and no hash in hexadecimal does."""
    if _HEX.fullmatch(value):
        return False
    kinds = [any(map(test, value)) for test in (str.isdigit, str.islower, str.isupper)]
    return sum(kinds) > 1 and (kinds[0] or _is_drawn(value))


def _is_drawn(value: str) -> bool:
    """Whether the kind of character changes as often as it does in drawn ones."""
    changes = len(_RUNS.findall(value)) - 1
    return changes * 4 >= len(value) and not _HEX.fullmatch(value)


def _is_sequence(value: str) -> bool:
    """Whether the characters count up, as in 1234567890 or abcdefgh."""
    if len(value) < 5 or not 0 <= ord(value[1]) - ord(value[0]) <= 1:  # noqa: PLR2004
        return False
    codes = [*map(ord, value)]
    rising: int = sum(map(eq, codes[1:], map((1).__add__, codes))) + value.count("90")
    return rising * 10 >= (len(value) - 1) * 8


def _is_made_of_words(value: str) -> bool:
    """Whether nothing but words of placeholders is in it: your_api_key, YourApiKeyHere."""
    words = _LETTERS.findall(value.lower())
    if not (words and all(map(_is_of_words, words))):
        return False
    return sum(map(len, words)) * 2 >= sum(map(str.isalnum, value))


def _is_of_words(word: str) -> bool:
    if len(word) == 1 or word[:2] not in _BEGINNINGS:
        return word in _PLACEHOLDER_WORDS
    reached = {0}
    for start in range(len(word)):
        if start in reached:
            ends = range(start + 2, len(word) + 1)
            reached.update(end for end in ends if word[start:end] in _LONGER_WORDS)
    return len(word) in reached
