"""Literals of source code in any language, with the names that they are given.

A value is a string or a number that an assignment, a member of an object, a keyword argument or an
argument of a call gives. A call or a bare name is none, and neither is what a call reads from
somewhere else by a name; its default is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from twauth_gui.transfer.reader.entry import (
    DEEPEST,
    LONGEST_REFERENCE,
    MOST_ENTRIES,
    Entry,
    is_reference,
)
from twauth_gui.transfer.reader.source_lexer import (
    CLOSING,
    LANGUAGES,
    OPENERS,
    Kind,
    Language,
    NestedTooDeeplyError,
    Token,
    match_brackets,
    tokenize,
)
from twauth_gui.transfer.reader.source_words import (
    AFTER_NAME,
    BLOCK_LANGUAGES,
    BLOCK_WORDS,
    CONSTANTS,
    CONTAINERS,
    DEFINITIONS,
    NO_KEYS,
    READERS,
    SAME_METHODS,
    SETTERS,
    TYPES,
    WRAPPERS,
    is_name_like,
    last_segment,
    plain_name,
)
from twauth_gui.transfer.reader.value_kinds import SHORTEST

_ASSIGNMENTS = frozenset({"=", ":=", "<-", "<<-", "=>", ":", "||=", "??=", "?=", "->", "::="})
_JOINS = frozenset({"+", ".", "..", "&", "<>", "~", "++"})
_DEFAULTS = frozenset({"||", "or", "??", "?:", "?"})
MAX_TOKENS = 150_000
_MARGIN = 64  # tokens around the one at hand that are looked at, and more
_PREFIXES = frozenset({"new", "await", "return", "lazy", "yield", "const", "&", "*", "@", "-", "q"})
_TELLING = re.compile(
    r"key|token|secret|bearer|client|consumer|handle|screen|user|account", re.IGNORECASE
)
_MOST_TOKENS_OF_A_TYPE = 8
_MOST_TARGETS = 20  # of one assignment; a list of names may be as long as the text
_DEEPEST_BRACKETS = 200
_LONGEST_READER = 200
_WORD_SPAN = 6


def read_source(text: str, language_name: str, max_tokens: int = MAX_TOKENS) -> list[Entry] | None:
    """Return the literals of a source text in their order; None if no program is like this.

    That is a text with more signs than a megabyte of code has, or with brackets nested so
    deeply that nobody wrote them.
    """
    language = LANGUAGES[language_name]
    tokens = tokenize(text, language, max_tokens + 1)
    if len(tokens) > max_tokens:
        return None
    try:
        return _SourceReader(text, language, tokens).read()
    except NestedTooDeeplyError:
        return None


@dataclass(slots=True)
class _Frame:
    """An open bracket. path: of what is in it. position: of the next argument or element."""

    sign: str
    path: tuple[str, ...]
    position: int = 0
    is_call: bool = False
    is_single: bool = False
    is_list: bool = False


class _SourceReader:
    """Walks the tokens once; at each bracket it remembers under which names its content lies."""

    def __init__(self, text: str, language: Language, tokens: list[Token]) -> None:
        signs = [token.text if token.kind is Kind.SIGN else "" for token in tokens]
        self._closers, self._commas = match_brackets(signs, _DEEPEST_BRACKETS)
        self._text = text
        self._language = language
        self._format = "hcl" if language.name == "hcl" else f"code:{language.name}"
        self._count = len(tokens)
        # What is looked up a little before the first token is, as in any list, at its end.
        self._tokens = tokens + [Token(Kind.BREAK, "", 0, len(text), len(text))] * _MARGIN
        self._signs = signs + [""] * _MARGIN
        self._frames = [_Frame("", ())]
        self._pending: tuple[str, ...] = ()
        self._classes: list[tuple[int, str]] = []
        self._entries: list[Entry] = []

    def read(self) -> list[Entry]:
        at = 0
        while at < self._count and len(self._entries) < MOST_ENTRIES:
            at = self._step(at)
        return self._entries

    def _step(self, at: int) -> int:
        if self._signs[at]:
            return self._take_sign(at)
        if self._tokens[at].kind is Kind.BREAK:
            self._pending = self._pending if self._signs[at - 1] in _ASSIGNMENTS else ()
            return at + 1
        following = self._signs[at + 1]
        if following in _ASSIGNMENTS:
            return self._assign(at)
        if following == "," and len(self._frames) == 1:
            after = self._assign_several(at)
            if after:
                return after
        return self._take_pair(at) or self._take_word(at)

    def _take_word(self, at: int) -> int:
        kind = self._tokens[at].kind
        if kind is Kind.NAME:
            return self._take_name(at)
        return self._take_bare(at) if kind is Kind.TEXT else at + 1

    # Names

    def _assign(self, at: int) -> int:
        """Read NAME = value; the name may be a type, as in key: str = value."""
        token = self._tokens[at]
        if token.kind is Kind.TEXT and self._signs[at + 1] in {"->", "->>"}:
            name = self._tokens[at + 2]
            self._add((plain_name(name.text),), token.text, token, is_literal=token.is_literal)
            return at + 3
        if token.text.lower() in NO_KEYS and self._signs[at + 1] in {":", "=>"}:
            return at + 2
        if token.kind is Kind.NUMBER:
            return at + 2
        key = self._key_at(at)
        start = at + 2
        if self._signs[at + 1] == ":" and token.kind is Kind.NAME:
            start = self._after_type(start)
        return self._read_value((key,), start)

    def _assign_several(self, at: int) -> int:
        """Read a, b = "x", "y"; return where to go on, or 0 if it is not that."""
        names = [self._tokens[at]]
        while self._signs[at + 1] == "," and self._tokens[at + 2].kind is Kind.NAME:
            at += 2
            names.append(self._tokens[at])
            if len(names) > _MOST_TARGETS:
                return 0
        if len(names) == 1 or self._signs[at + 1] not in {"=", ":="}:
            return 0
        at += self._signs[at + 2] in {"(", "["}
        values = [self._tokens[at + 2 * number] for number in range(1, len(names) + 1)]
        if not all(value.kind is Kind.TEXT for value in values):
            return 0
        for name, value in zip(names, values, strict=True):
            self._add((plain_name(name.text),), value.text, value, is_literal=value.is_literal)
        return at + 2 * len(names) + 1

    def _key_at(self, at: int) -> str:
        token, before = self._tokens[at], self._tokens[at - 1]
        if token.kind is Kind.NAME and self._signs[at + 1] == "=":
            if token.text in AFTER_NAME:
                return self._subscript_key(at - 1)[-1]
            if before.text.lower() == "as" and before.line == token.line:
                return plain_name(self._tokens[at - 2].text)
            is_type = token.text.lower() in TYPES and before.kind is Kind.NAME
            if is_type and before.line == token.line and before.text not in {"var", "let", "val"}:
                return plain_name(before.text)
        return plain_name(token.text) if token.kind is Kind.NAME else token.text

    def _after_type(self, at: int) -> int:
        """Return where the value begins if a type and = come first."""
        for offset in range(_MOST_TOKENS_OF_A_TYPE):
            token = self._tokens[at + offset]
            if token.kind is Kind.SIGN and token.text == "=":
                return at + offset + 1 if offset else at
            allowed = token.kind is Kind.NAME or token.text in {"[", "]", "<", ">", "&", "?", "'"}
            if not allowed:
                break
        return at

    def _subscript_key(self, at: int) -> tuple[str, ...]:
        """Return the names of x["a"]["b"], of key[] or of key[26], which ends at a token."""
        names: list[str] = []
        while self._signs[at] in {"]", "}"} and len(names) < _WORD_SPAN:
            opener = at - 1
            inner = self._tokens[opener]
            if self._signs[opener] in {"[", "{"}:
                at = opener - 1
                continue
            if self._signs[at - 2] not in {"[", "{"}:
                return self._property_key(at)
            if inner.kind in {Kind.TEXT, Kind.NAME}:
                names.append(plain_name(inner.text))
            at -= 3
        if self._tokens[at].kind is Kind.NAME:
            names.append(plain_name(self._tokens[at].text))
        return tuple(reversed(names)) or ("",)

    def _property_key(self, at: int) -> tuple[str, ...]:
        """Return the name in NAME { get; set; } = value; () if the token ends something else."""
        for back in range(at - 1, at - 2 * _WORD_SPAN, -1):
            if self._signs[back] == "{":
                name = self._tokens[back - 1]
                is_property = name.kind is Kind.NAME and self._signs[at - 1] == ";"
                return (plain_name(name.text),) if is_property else ()
        return ()

    def _take_pair(self, at: int) -> int:
        """Read a name and a value that stand side by side; 0 if they do not belong together."""
        token, following = self._tokens[at], self._tokens[at + 1]
        if token.kind is not Kind.NAME:
            return 0
        before = self._tokens[at - 1].text
        is_beside = following.kind is Kind.TEXT and following.line == token.line
        is_symbol = token.text.startswith(":")
        if is_symbol and self._is_text_list(at + 1):
            return self._take_arguments(at)
        if is_beside and (before in DEFINITIONS or (self._language.adjacent and is_symbol)):
            return self._read_value((plain_name(token.text),), at + 1)
        if is_symbol and self._signs[at + 1] == "," and self._tokens[at + 2].kind is Kind.TEXT:
            return self._read_value((plain_name(token.text),), at + 2)
        return 0

    def _is_text_list(self, at: int) -> bool:
        """Whether , "a", "b" comes, as after the name of a provider."""
        commas = self._signs[at] == "," and self._signs[at + 2] == ","
        return commas and self._tokens[at + 1].kind is self._tokens[at + 3].kind is Kind.TEXT

    def _take_arguments(self, at: int) -> int:
        """Read the strings after :name, each under its position."""
        name, position = plain_name(self._tokens[at].text), 0
        while self._signs[at + 1] == "," and self._tokens[at + 2].kind is Kind.TEXT:
            value = self._tokens[at + 2]
            key = (name, f"[{position}]")
            self._add(key, value.text, value, is_literal=value.is_literal)
            at, position = at + 2, position + 1
        return at + 1

    def _take_name(self, at: int) -> int:
        token = self._tokens[at]
        if self._signs[at + 1] != "(" or self._language.name == "clojure":
            if self._language.name == "python" and token.text == "class":
                self._open_class(at)
                return at + 2
            return at + 1
        if self._is_reader(at):
            return self._closers.get(at + 1, at + 1) + 1
        pair = self._pair_of_call(at)
        if pair:
            return pair
        self._open(at + 1, plain_name(token.text))
        return at + 2

    def _is_reader(self, at: int) -> bool:
        """Whether a call reads a value by a name, and holds no other call, list or object."""
        if last_segment(plain_name(self._tokens[at].text)) not in READERS:
            return False
        closer = self._closers.get(at + 1, at + 1)
        if closer - at > _LONGEST_READER:
            return False
        inside = self._tokens[at + 2 : closer]
        if not any(token.kind is Kind.TEXT for token in inside):
            return True
        has_brackets = any(token.kind is Kind.SIGN and token.text in OPENERS for token in inside)
        return inside[0].kind is Kind.TEXT and not has_brackets

    def _open_class(self, at: int) -> None:
        token = self._tokens[at]
        start = self._text.rfind("\n", 0, token.start) + 1
        self._close_classes(token.start - start)
        self._classes.append((token.start - start, self._tokens[at + 1].text))

    def _close_classes(self, indent: int) -> None:
        while self._classes and self._classes[-1][0] >= indent:
            self._classes.pop()

    # Calls and brackets

    def _pair_of_call(self, at: int) -> int:
        """Read a call that gives its second argument the name in its first one; 0 if it is none."""
        first = at + 2
        function = last_segment(plain_name(self._tokens[at].text))
        if self._tokens[first].text.lower() == "string" and self._signs[first + 1] == ",":
            first += 2  # buildConfigField("String", "NAME", "\"value\"")
        name = self._tokens[first]
        if name.kind is not Kind.TEXT or self._signs[first + 1] != ",":
            return 0
        value = self._tokens[first + 2]
        known = function in SETTERS or _TELLING.search(name.text) is not None
        if not (known and is_name_like(name.text)) or value.kind is Kind.BREAK:
            return 0
        self._open_pair(at + 1)
        return self._read_value((name.text,), first + 2)

    def _take_sign(self, at: int) -> int:
        sign = self._tokens[at].text
        if sign in OPENERS:
            return self._take_opener(at)
        if sign in CLOSING:
            if len(self._frames) > 1:
                self._frames.pop()
            self._pending = ()
        elif sign in {",", ";"}:
            self._frames[-1].position += sign == ","
            self._pending = ()
        elif sign in _ASSIGNMENTS and self._signs[at - 1] in {"]", "}"}:
            names = self._subscript_key(at - 1)
            if names and names[-1]:
                return self._read_value(names, at + 1)
        return at + 1

    def _take_opener(self, at: int) -> int:
        name = ""
        if self._tokens[at].text in {"(", "["} and not self._pending:
            pair = self._pair_in_brackets(at)
            if pair:
                return pair
        if self._tokens[at].text == "{" and not self._pending:
            name = self._block_name(at)
        self._open(at, name)
        return at + 1

    def _pair_in_brackets(self, at: int) -> int:
        """Read ("name", "value") or such a list, one of several; 0 if it is not that."""
        name, value = self._tokens[at + 1], self._tokens[at + 3]
        texts = name.kind is value.kind is Kind.TEXT and self._signs[at + 2] == ","
        if not texts or self._closers.get(at) != at + 4 or not is_name_like(name.text):
            return 0
        if not _TELLING.search(name.text):
            return 0
        self._open_pair(at)
        return self._read_value((name.text,), at + 3)

    def _block_name(self, at: int) -> str:
        """Return the words of a block like resource "kind" "name" {, joined by a space."""
        words: list[str] = []
        back = at - 1
        line = self._tokens[at].line
        while back >= 0 and len(words) < _WORD_SPAN:
            token = self._tokens[back]
            if token.kind not in {Kind.NAME, Kind.TEXT} or token.line != line:
                break
            words.append(plain_name(token.text) if token.kind is Kind.NAME else token.text)
            back -= 1
        if self._signs[back] == ")":
            return ""
        words = [word for word in words if word.lower() not in BLOCK_WORDS]
        return " ".join(words[: None if self._language.name in BLOCK_LANGUAGES else 1][::-1])

    def _open(self, at: int, name: str) -> None:
        """Push the bracket at a token, below the names that wait for a value."""
        outer = self._frames[-1]
        sign = self._tokens[at].text
        path = outer.path + self._pending if self._pending else self._position_path(outer)
        is_container = last_segment(name) in CONTAINERS or name.lower() in CONTAINERS
        is_wrapper = last_segment(name) in WRAPPERS and self._is_lone_text(at)
        is_call = sign == "(" and bool(name) and not is_container
        is_tuple = not name and self._commas.get(at, 0) > 0
        if name and not ((is_container or is_wrapper) and sign == "("):
            path += (f"{name}()",) if is_call else (name,)
        elif not name and sign == "(" and self._language.name == "sql" and not outer.path:
            path = (f"row {at}",)
        self._frames.append(
            _Frame(
                sign,
                path if len(path) <= DEEPEST else outer.path,
                is_call=is_call,
                is_single=is_call and not self._commas.get(at, 0),
                is_list=sign == "[" or (sign == "(" and (is_container or is_tuple)),
            )
        )
        self._pending = ()

    def _is_lone_text(self, at: int) -> bool:
        """Whether a bracket holds one string and nothing else."""
        return self._tokens[at + 1].kind is Kind.TEXT and self._closers.get(at) == at + 2

    def _open_pair(self, at: int) -> None:
        """Push the bracket around a name and its value, which lie where the bracket does."""
        outer = self._frames[-1]
        self._open(at, "")
        self._frames[-1].path = outer.path
        self._frames[-1].is_list = False

    def _position_path(self, outer: _Frame) -> tuple[str, ...]:
        if outer.is_list or (outer.is_call and not outer.is_single):
            return (*outer.path, f"[{outer.position}]")
        return outer.path

    # Values

    def _take_bare(self, at: int) -> int:
        frame = self._frames[-1]
        is_label = self._tokens[at + 1].kind is Kind.TEXT or self._signs[at + 1] == "{"
        if self._language.name == "hcl" and not frame.is_list and is_label:
            return at + 1
        more: tuple[str, ...] = (f"[{frame.position}]",)
        if not frame.is_list and (not frame.is_call or frame.is_single):
            more = ()
        return self._read_text(more, at)

    def _read_value(self, key: tuple[str, ...], at: int) -> int:
        """Read the value of a name; return where to go on."""
        if self._tokens[at].kind is Kind.BREAK:
            at += 1
        while self._tokens[at].text in _PREFIXES and self._tokens[at].kind is not Kind.TEXT:
            at += 1
        token = self._tokens[at]
        if token.kind is Kind.TEXT:
            return self._read_text(key, at)
        if token.kind is Kind.NUMBER:
            self._add(key, token.text, token)
            return at + 1
        if token.kind is Kind.NAME:
            return self._read_name(key, at)
        if token.kind is Kind.SIGN and token.text in OPENERS:
            return self._read_brackets(key, at)
        return at

    def _read_brackets(self, key: tuple[str, ...], at: int) -> int:
        """Read ("value"), or remember the name for what the brackets hold."""
        is_one = self._tokens[at + 1].kind is Kind.TEXT and self._commas.get(at, 0) == 0
        if self._tokens[at].text == "(" and is_one:
            self._open(at, "")
            return self._read_text(key, at + 1)
        self._pending = key
        return at

    def _read_text(self, key: tuple[str, ...], at: int) -> int:
        """Read a string, with those that follow it and are joined to it."""
        first = self._tokens[at]
        parts, is_literal = [first.text], first.is_literal
        at += 1
        while True:
            step = self._next_part(at)
            if step == 0:
                break
            part = self._tokens[at + step - 1]
            at += step
            if part.kind is not Kind.TEXT:
                is_literal = False
                break
            parts.append(part.text)
            is_literal = is_literal and part.is_literal
        at, is_same = self._skip_methods(at)
        value = "".join(parts)
        if key and value[:1] == value[-1:] == '"' and len(value) > SHORTEST:
            value = value[1:-1]
        self._add(key, value, first, is_literal=is_literal and is_same)
        return at

    def _next_part(self, at: int) -> int:
        """Return how many tokens further a joined part ends; 0 if none follows."""
        skipped = int(self._tokens[at].kind is Kind.BREAK)
        sign, part = self._tokens[at + skipped], self._tokens[at + skipped + 1]
        if (
            sign.kind is Kind.TEXT
            and self._language.joins
            and (not skipped or self._frames[-1].sign == "(" or self._language.name == "c")
        ):
            return skipped + 1
        if sign.kind is Kind.SIGN and sign.text in _JOINS:
            if part.kind is Kind.BREAK and self._tokens[at + skipped + 2].kind is Kind.TEXT:
                return skipped + 3
            is_method = sign.text == "." and part.kind is Kind.NAME
            return 0 if is_method or part.kind is Kind.BREAK else skipped + 2
        return 0

    def _skip_methods(self, at: int) -> tuple[int, bool]:
        """Skip .strip() and the like; return where it ends, and whether the value is the same."""
        is_same = self._signs[at] != "%"
        while self._signs[at] == "." and self._tokens[at + 1].kind is Kind.NAME:
            is_same = is_same and self._tokens[at + 1].text.lower() in SAME_METHODS
            at += 2
            if self._signs[at] == "(":
                at = self._closers.get(at, at) + 1
        return at, is_same

    def _read_name(self, key: tuple[str, ...], at: int) -> int:
        """Read a value that begins with a name: a constant, a call, or another value's name."""
        token, following = self._tokens[at], self._tokens[at + 1]
        if self._signs[at + 1] in _ASSIGNMENTS and self._signs[at + 1] not in {":", "->"}:
            return at
        if self._signs[at + 1] == "(":
            return self._read_call(key, at)
        if following.kind is Kind.TEXT and following.line == token.line:
            return self._read_text(key, at + 1)
        if self._signs[at + 1] == "{":
            self._pending = key
        elif token.text.lower() in CONSTANTS:
            self._add(key, CONSTANTS[token.text.lower()], token)
        else:
            return self._read_reference(key, at, self._after_subscripts(at + 1))
        return at + 1

    def _after_subscripts(self, at: int) -> int:
        while self._signs[at] == "[" and self._tokens[at].start == self._tokens[at - 1].end:
            closer = self._closers.get(at)
            if closer is None:
                break
            at = closer + 1
        return at

    def _read_call(self, key: tuple[str, ...], at: int) -> int:
        closer = self._closers.get(at + 1)
        if closer is None:
            return at
        if self._is_reader(at):
            return self._read_default(key, at, closer)
        argument = at + 2
        is_alone = closer == argument + 1 and self._tokens[argument].kind is Kind.TEXT
        if is_alone and last_segment(plain_name(self._tokens[at].text)) in WRAPPERS:
            _ = self._read_text(key, argument)
            return self._skip_methods(closer + 1)[0]
        inside = self._tokens[argument : min(closer, argument + _LONGEST_READER)]
        if closer - at < _LONGEST_READER and not any(part.kind is Kind.TEXT for part in inside):
            return self._read_reference(key, at, closer + 1)
        self._pending = key
        return at

    def _read_default(self, key: tuple[str, ...], at: int, closer: int) -> int:
        """Read the literal that a reading call returns if there is nothing of its name."""
        default = self._tokens[closer - 1]
        is_default = default.kind is Kind.TEXT and self._commas.get(at + 1, 0) == 1
        if is_default and self._signs[closer - 2] in {",", "="} and default.text:
            self._add(key, default.text, default, is_literal=default.is_literal)
            return self._skip_methods(closer + 1)[0]
        return self._read_reference(key, at, closer + 1)

    def _read_reference(self, key: tuple[str, ...], start: int, end: int) -> int:
        """Read something that stands for a value, or the literal that replaces it."""
        end, _ = self._skip_methods(end)
        follower = self._tokens[end]
        default = self._tokens[end + 1]
        if follower.text in _DEFAULTS and default.kind is Kind.TEXT:
            return self._read_text(key, end + 1)
        first, last = self._tokens[start], self._tokens[end - 1]
        shown = self._text[first.start : min(last.end, first.start + LONGEST_REFERENCE)]
        self._add(key, shown, first, is_literal=False)
        return end

    def _add(
        self, key: tuple[str, ...], value: str, token: Token, *, is_literal: bool = True
    ) -> None:
        if is_literal and is_reference(value):
            is_literal = False
        path = self._class_path(token) + self._frames[-1].path + key
        if key == ("default",) and path[-2:-1] and path[-2].startswith("variable "):
            path = (*path[:-2], path[-2].removeprefix("variable "))
        self._entries.append(
            Entry(
                path,
                value if is_literal else value[:LONGEST_REFERENCE],
                token.line,
                is_literal,
                self._format,
            )
        )

    def _class_path(self, token: Token) -> tuple[str, ...]:
        if not self._classes:
            return ()
        if len(self._frames) == 1:
            start = self._text.rfind("\n", 0, token.start) + 1
            line = self._text[start : token.start]
            self._close_classes(len(line) - len(line.lstrip()))
        return tuple(name for _, name in self._classes)
