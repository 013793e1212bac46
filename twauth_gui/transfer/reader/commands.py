"""Commands of shells that give values names: export, set, setx, ENV, options, NAME=value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from twauth_gui.transfer.reader.line_values import (
    LONGEST_COMMAND,
    looks_like_credential,
    split_names,
    split_words,
)

Pair = tuple[str, str, int]
"""A name, its value, and where in the command the value begins."""

_Words = Sequence[tuple[str, int]]
_ASSIGNMENT = re.compile(r"-{0,2}([A-Za-z_][\w.-]*+)=", re.ASCII)
_ITEM_FIELD = re.compile(r"([A-Za-z][\w .-]*+)\[\w++\]=", re.ASCII)  # of op item create
_PIPE = "|"
_MEMBER = re.compile(r"\(?\[([A-Za-z_][\w.-]*+)\]=([^\n)]*+)\)?", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][\w.-]*+", re.ASCII)
_OPTION = re.compile(r"--?([A-Za-z][\w-]*+)", re.ASCII)
_HEADER = re.compile(r"([A-Za-z][A-Za-z-]*+):[ \t]+(\S[^\n]*+)")
_PROMPT = re.compile(r"[ \t]*(?:[$%>][ \t]+|RUN[ \t]+|sudo[ \t]+|[-*+][ \t]+`)?")
_EXPORTS = frozenset({"export", "declare", "typeset", "local", "readonly", "env", "ENV", "ARG"})
_PROGRAMS = split_names("""
    docker podman heroku fly flyctl kubectl gh vercel wrangler aws twurl twarc2 twarc t xurl
    curl railway netlify az gcloud helm dokku firebase serverless sls node python python3
    op bw npx npm yarn cargo go java ruby php bash sh env dotenv cf eb dapr doppler infisical
    vault conda poetry uv docker-compose terraform pulumi supabase render exec nohup
""")
_PRINTERS = frozenset({"echo", "printf"})
_NAME_OF_SECRET = re.compile(r"[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)++")
_QUIET_OPTIONS = frozenset({"e", "E", "env", "build-arg", "set", "var", "p", "f", "d", "H", "it"})
_SET = re.compile(
    r"[ \t]*(?:@?set(?:local)?|%let)[ \t]+(?:/[aApP][ \t]+)?\"?([A-Za-z_][\w.-]*+)[ \t]?="
    r"([^\n\";]*+)[\";]?[ \t]*",
    re.IGNORECASE | re.ASCII,
)
_ENVIRONMENT = re.compile(r"[ \t]*(?:Pass)?Environment[ \t]*=")
_FEWEST_PLAIN = 2


def command_pairs(text: str, file_format: str) -> list[Pair]:
    """Return the names with values that a command gives; [] if the text is no such command."""
    if len(text) > LONGEST_COMMAND:
        return []
    found = _SET.fullmatch(text)
    if found:
        return [(found.group(1), found.group(2).strip(), found.start(2))]
    prompt = _PROMPT.match(text)
    start = prompt.end() if prompt else 0
    environment = _ENVIRONMENT.match(text)
    if environment:
        return _assignments(_words(text, environment.end()))
    head = text[start:].split(None, 1)[0] if text[start:].strip() else ""
    if head in _PRINTERS:
        return _piped(_words(text, start))
    reader = _reader_of(head, file_format, text)
    return reader(_words(text, start)) if reader else []


def _words(text: str, start: int) -> _Words:
    body = text[start:].replace("^\n", " \n").replace("`\n", " \n")
    return [(word, at + start) for word, at in split_words(body)]


def _reader_of(head: str, file_format: str, text: str) -> Callable[[_Words], list[Pair]] | None:
    if head in _EXPORTS or (head == "LABEL" and file_format == "dockerfile"):
        return _exports
    if head.lower() in {"set", "setx", "setenv"}:
        return _sets
    if head in _PROGRAMS and len(text.split()) > 1:
        return _arguments
    is_plain = _ASSIGNMENT.match(head) is not None and file_format in {"shell", "dockerfile"}
    return _leading_assignments if is_plain and len(text.split()) > 1 else None


def _piped(words: _Words) -> list[Pair]:
    """Return what echo VALUE | program NAME gives."""
    texts = [word for word, _ in words]
    at = texts.index(_PIPE) if _PIPE in texts else 0
    names = [word for word in texts[at + 2 :] if _NAME_OF_SECRET.fullmatch(word)]
    is_stored = at > 1 and texts[at + 1] in _PROGRAMS and len(names) == 1
    return [(names[0], *words[at - 1])] if is_stored else []


def _assignments(words: _Words) -> list[Pair]:
    pairs: list[Pair] = []
    array = ""
    for word, at in words:
        found = _ASSIGNMENT.match(word)
        member = _MEMBER.fullmatch(word)
        if found and word[found.end() :] == "(":
            array = found.group(1)
        elif found:
            pairs.append((found.group(1), word[found.end() :], at))
        elif array and member:
            pairs.append((f"{array}.{member.group(1)}", member.group(2), at))
    return pairs


def _leading_assignments(words: _Words) -> list[Pair]:
    """Return those of A=b C=d command …, and of the command's options."""
    pairs = _assignments(words)
    return pairs if len(pairs) >= _FEWEST_PLAIN else []


def _exports(words: _Words) -> list[Pair]:
    pairs = _assignments(words)
    is_old = len(words) > _FEWEST_PLAIN and "=" not in words[1][0]
    if is_old and words[0][0] == "ENV" and _VARIABLE.fullmatch(words[1][0]):
        return [(words[1][0], " ".join(word for word, _ in words[2:]), words[2][1])]
    if pairs and words[0][0] == "env":
        return pairs
    return pairs


def _sets(words: _Words) -> list[Pair]:
    """Return what set -gx NAME value, setx NAME value and setenv NAME value give."""
    plain = [(word, at) for word, at in words[1:] if not word.startswith(("-", "/"))]
    if len(plain) < _FEWEST_PLAIN or not _VARIABLE.fullmatch(plain[0][0]):
        return _assignments(plain)
    if plain[1][0] == "to":  # AppleScript
        plain = plain[:1] + plain[2:]
    values = [word for word in plain[1:] if word[0] != "="]
    is_prose = len(plain) + 1 == len(words) and words[0][0].lower() == "set" and len(values) > 1
    if not values or is_prose:
        return []
    return [(plain[0][0], " ".join(word for word, _ in values), values[0][1])]


def _arguments(words: _Words) -> list[Pair]:
    """Return NAME=value, --option value and headers among a program's arguments."""
    pairs: list[Pair] = []
    options: dict[str, tuple[str, int]] = {}
    plain = ""
    for number, (word, at) in enumerate(words[1:], 1):
        before = _OPTION.fullmatch(words[number - 1][0])
        assigned = _ASSIGNMENT.match(word) or _ITEM_FIELD.match(word)
        header = _HEADER.fullmatch(word)
        if assigned:
            pairs += _assigned(assigned, word, at)
        elif header:
            pairs.append((header.group(1), header.group(2), at))
        elif before and not word.startswith("-"):
            options[before.group(1)] = (word, at)
        elif _VARIABLE.fullmatch(word):
            plain = word
    return pairs + _option_pairs(options, plain)


def _assigned(found: re.Match[str], word: str, at: int) -> list[Pair]:
    """Return --name=value, or what lies in --from-literal=NAME=value."""
    value = word[found.end() :]
    inner = _ASSIGNMENT.match(value)
    if inner and found.group(1) in {"from-literal", "set", "set-string", "env", "build-arg", "var"}:
        return [(inner.group(1), value[inner.end() :], at)]
    return [(found.group(1), value, at)]


def _option_pairs(options: dict[str, tuple[str, int]], plain: str) -> list[Pair]:
    """Return options as pairs; one for the name and one for the value make one pair."""
    for known in ("u", "user"):
        value, at = options.get(known, ("", 0))
        key, _, secret = value.partition(":")
        if looks_like_credential(key) and looks_like_credential(secret):
            return [("consumer_key", key, at), ("consumer_secret", secret, at)]
    name = options.get("name", ("", 0))[0] or plain
    for known in ("value", "secret-string", "body", "b", "string-value"):
        if known in options and name:
            value, at = options.pop(known)
            _ = options.pop("name", None)
            return [(name, value, at)]
    return [
        (option, value, at)
        for option, (value, at) in options.items()
        if option not in _QUIET_OPTIONS
    ]
