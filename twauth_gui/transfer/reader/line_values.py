"""Parts of a line: names, values in quotes, words as a shell separates them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = re.compile(r"[^\W\d_]|_")
_MOST_MARKERS = 10
_MARKERS = re.compile(r"(?:[-*+>\u2022\u00b7]++[ \t]++|\d{1,3}[.)][ \t]++|\[[ xX]?\][ \t]++)")
_WORD = re.compile(
    r"(?:[^\s\"'\\]++|\\.|\"(?:[^\"\\]++|\\.)*+\"|'[^']*+'|\"|'|\\)++", re.DOTALL
)  # fmt: skip
_WORD_PART = re.compile(r"\"((?:[^\"\\]++|\\.)*+)\"|'([^']*+)'|\\(.)|([^\"'\\]++|.)", re.DOTALL)
_CREDENTIAL = re.compile(r"[A-Za-z0-9_%+/=.:~-]{18,600}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
_DIGIT_AND_LETTER = re.compile(r"(?=[^0-9]*+[0-9])(?=[^A-Za-z]*+[A-Za-z])")
_CALL = re.compile(r"[A-Za-z_$@][\w.:$]*+(?:\(|\[[\"'])")
_SHORTEST = 18
_LONGEST_NAME = 80
_MOST_WORDS = 9
LONGEST_COMMAND = 8_000
_CONTINUED = "\\\n"
_QUOTES = {
    '"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019", "\u201e": "\u201c",
    "\u00ab": "\u00bb", "\u00bb": "\u00ab", "\uff02": "\uff02",
}  # fmt: skip
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_AROUND_NAME = " \t\"'`*_\u201c\u201d,;|"


def split_names(text: str) -> frozenset[str]:
    """Return the words of a table that is written as one text."""
    return frozenset(text.split())


def strip_marker(line: str) -> str:
    """Remove the bullet, number or checkbox in front of an item of a list."""
    text = line.strip()
    for _ in range(_MOST_MARKERS):
        found = _MARKERS.match(text)
        if not found:
            break
        text = text[found.end() :]
    return text


def clean_name(name: str) -> str:
    """Return a name without quotes and emphasis; "" if it cannot be the name of a value."""
    plain = name.strip().strip(_AROUND_NAME) if name.strip("_*") else ""
    if name.startswith("_") and not name.startswith("__"):
        plain = name.strip().strip(_AROUND_NAME.replace("_", ""))
    if len(plain) > _LONGEST_NAME or not _NAME.search(plain):
        return ""
    return plain if len(plain.split()) < _MOST_WORDS else ""


def looks_like_credential(text: str) -> bool:
    """Whether a word is as long and as mixed as keys are."""
    if len(text) < _SHORTEST:
        return False
    plain = text.strip("\"'`,;")
    if not _CREDENTIAL.fullmatch(plain) or _TIME.match(plain):
        return False
    return _DIGIT_AND_LETTER.match(plain) is not None


def may_end_in_credential(text: str) -> bool:
    """Whether a text can end in a word that looks like a credential, quotes aside; soon told."""
    end = text.rstrip(" \t*\"'`,;")[-_SHORTEST:]
    return _CREDENTIAL.fullmatch(end) is not None


def is_call(value: str) -> bool:
    """Whether a value without quotes begins like a call or a subscript."""
    return _CALL.match(value) is not None


def closing_quote(text: str) -> int:
    """Return where the quoted text at the start ends; -1 if it goes on in the next line."""
    closer = _QUOTES.get(text[:1], "")
    at = text.find(closer, 1) if closer else -1
    while at > 0 and closer == '"' and _is_escaped(text, at):
        at = text.find(closer, at + 1)
    return at


def _is_escaped(text: str, at: int) -> bool:
    backslashes = 0
    while at - backslashes > 0 and text[at - backslashes - 1] == "\\":
        backslashes += 1
    return backslashes % 2 == 1


def starts_quoted(text: str) -> bool:
    """Whether a text begins with a quotation mark."""
    return text[:1] in _QUOTES


def unquote(text: str) -> str:
    """Return a value without its quotes, or without the comment that follows it."""
    value = text.strip()
    if starts_quoted(value):
        end = closing_quote(value)
        if end > 0 and _is_end(value[end + 1 :]):
            inner = value[1:end]
            return unescape(inner) if value[0] == '"' else inner
    for mark in (" #", "\t#", " //"):
        value = value.partition(mark)[0]
    return value.strip()


def _is_end(rest: str) -> bool:
    """Whether nothing of the value comes behind its closing quote."""
    after = rest.lstrip(" \t,;)}]*").strip()
    return not after or after.startswith(("#", "//", "--", "%"))


def unescape(text: str) -> str:
    """Resolve the escapes of a text in double quotes, as dotenv and shells do."""
    if "\\" not in text:
        return text
    text = text.replace(_CONTINUED, "")
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), text)


def join_surrogates(text: str) -> str:
    """Return a text in which two escapes that stand for one character are that character."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def split_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a command as a POSIX shell separates them, with where each begins."""
    for found in _WORD.finditer(text[:LONGEST_COMMAND]):
        parts = [
            unescape(part.group(1))
            if part.group(1) is not None
            else part.group(2) or (part.group(3) or "").strip("\n") or part.group(4) or ""
            for part in _WORD_PART.finditer(found.group())
        ]
        if found.group() != _CONTINUED:
            yield "".join(parts), found.start()
