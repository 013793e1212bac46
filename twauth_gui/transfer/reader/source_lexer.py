"""Tokens of source code in any language: names, strings, numbers and signs, with their lines.

One scanner reads all languages by a table of their comments and quotes. It takes linear time
whatever the text is; no alternative of a pattern matches what another one has read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from twauth_gui.transfer.reader.line_values import join_surrogates


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    SIGN = "sign"
    BREAK = "break"


@dataclass(slots=True)
class Token:
    """A piece of source code. text: for a string its unescaped content.

    is_literal: False for a string with something of the program in it.
    """

    kind: Kind
    text: str
    line: int
    start: int
    end: int
    is_literal: bool = True


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes comments and strings.

    Attributes:
        name: as in the format of an entry.
        comments: what begins a comment that ends with its line.
        blocks: what begins and ends a longer comment.
        quotes: the signs around strings of one line, or of several for those in long_quotes.
        raw_quotes: those of them within which a backslash is no escape.
        triples: longer delimiters of strings.
        insertion: what in a string stands for a value, by its quote.
        has_symbols: whether :name is a name.
        has_kebab: whether a name may contain a hyphen.
        joins: whether two strings side by side are one.
        adjacent: whether a name and a string side by side belong together.
    """

    name: str
    comments: tuple[str, ...] = ("//",)
    blocks: tuple[tuple[str, str], ...] = (("/*", "*/"),)
    quotes: str = "\"'"
    long_quotes: str = ""
    raw_quotes: str = ""
    triples: tuple[str, ...] = ()
    insertion: str = ""
    has_symbols: bool = False
    has_kebab: bool = False
    joins: bool = False
    adjacent: bool = False


OPENERS = frozenset("([{")
CLOSING = frozenset(")]}")
_C = (("/*", "*/"),)
_DOLLAR = r"\$[A-Za-z_{]|\{\$"
_HASH = r"#\{"
_TRIPLES = ('"""', "'''")
LANGUAGES = {
    language.name: language
    for language in (
        Language("python", ("#",), (), triples=_TRIPLES, joins=True),
        Language("javascript", long_quotes="`", quotes="\"'`", insertion=r"\$\{"),
        Language(
            "php", ("//", "#"), _C, long_quotes="\"'", raw_quotes="'", insertion=_DOLLAR
        ),
        Language(
            "ruby", ("#",), (("=begin", "=end"),), insertion=_HASH, long_quotes="\"'",
            raw_quotes="'", has_symbols=True,
        ),
        Language("elixir", ("#",), (), triples=_TRIPLES, insertion=_HASH, has_symbols=True),
        Language("perl", ("#",), (), raw_quotes="'", long_quotes="\"'", insertion=_DOLLAR),
        Language("c", joins=True),
        Language("java", triples=('"""',)),
        Language("csharp", triples=('"""',)),
        Language("kotlin", triples=('"""',), insertion=r"\$[A-Za-z_{]"),
        Language("dart", triples=_TRIPLES, insertion=r"\$[A-Za-z_{]", joins=True),
        Language("scala", triples=('"""',)),
        Language("groovy", triples=_TRIPLES, insertion=r"\$[A-Za-z_{]"),
        Language("swift", triples=('"""',), quotes='"', insertion=r"\\\("),
        Language("go", quotes="\"'`", long_quotes="`", raw_quotes="`"),
        Language("rust", quotes='"', long_quotes='"'),
        Language("objectivec", joins=True),
        Language("r", ("#",), ()),
        Language("julia", ("#",), (("#=", "=#"),), quotes='"', triples=('"""',), insertion=r"\$"),
        Language("lua", ("--",), (("--[[", "]]"),)),
        Language("haskell", ("--",), (("{-", "-}"),), quotes='"'),
        Language("fsharp", ("//",), (("(*", "*)"),), quotes='"', triples=('"""',)),
        Language("pascal", ("//",), (("{", "}"), ("(*", "*)")), quotes="'", raw_quotes="'"),
        Language("vb", ("'", "REM "), (), quotes='"', raw_quotes='"'),
        Language("sql", ("--", "#"), _C, quotes="\"'`", raw_quotes="\"'`"),
        Language("matlab", ("%", "#"), (), raw_quotes="\"'"),
        Language("tcl", ("#",), (), quotes='"', insertion=r"\$[A-Za-z_{]|\[", adjacent=True),
        Language("clojure", (";",), (), quotes='"', long_quotes='"', has_symbols=True,
                 has_kebab=True, adjacent=True),
        Language("powershell", ("#",), (("<#", "#>"),), raw_quotes="'", insertion=r"\$[A-Za-z_({]"),
        Language("hcl", ("#", "//"), _C, quotes='"', insertion=r"\$\{|%\{", has_kebab=True),
        Language("hocon", ("#", "//"), _C, triples=('"""',), has_kebab=True),
        Language("json5", ("//", "#"), _C, has_kebab=True),
        Language("generic", ("//", "#"), _C, has_kebab=True),
    )
}  # fmt: skip

EXTENSIONS = {
    "python": "py pyw pyi pyx ipy sage bzl",
    "javascript": "js mjs cjs ts mts cts jsx tsx es6 vue svelte coffee gs",
    "php": "php php3 php4 php5 phtml inc module install",
    "ruby": "rb rake gemspec ru cr erb",
    "elixir": "ex exs",
    "perl": "pl pm t cgi",
    "c": "c h cc cpp cxx hpp hh hxx ino pde",
    "java": "java jsp",
    "csharp": "cs csx cshtml",
    "kotlin": "kt kts",
    "dart": "dart",
    "scala": "scala sc sbt",
    "groovy": "groovy gradle",
    "swift": "swift",
    "go": "go",
    "rust": "rs",
    "objectivec": "m mm",
    "r": "r rmd rprofile",
    "julia": "jl",
    "lua": "lua",
    "haskell": "hs lhs",
    "fsharp": "fs fsx",
    "pascal": "pas dpr pp",
    "vb": "vb bas vbs",
    "sql": "sql",
    "matlab": "mat",
    "tcl": "tcl",
    "clojure": "clj cljs cljc edn lisp el scm rkt",
    "powershell": "ps1 psm1 psd1",
    "hcl": "tf tfvars hcl nomad",
    "hocon": "hocon",
    "json5": "json5 jsonc",
}
LANGUAGE_BY_EXTENSION = {
    extension: name for name, known in EXTENSIONS.items() for extension in known.split()
}

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "\n": ""}
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))",
    re.DOTALL,
)
_PREFIX = r"(?:[bBfFrRuULsq$@]{1,2}8?)?"
_SIGNS = r":=|=>|<<-|<-|->|===?|!==?|<=|>=|=~|\|\|=?|&&|\?\?=?|\?=|\?:|\+=|\.=|\.\.|::"
_BLANKS = re.compile(r"(?:[^\S\n]|\\\n)++")
_LAST_CODE_POINT = 0x10FFFF


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    """Return the pattern of a token with the blanks before it."""
    kebab = "-" if language.has_kebab else ""
    words = rf"[A-Za-z_][\w{kebab}]*+"
    sigil = r"(?:(?<![\w\])\"'])[@$%&:]{1,2}|[@$])?" if language.has_symbols else "[@$%&]?"
    if language.name == "powershell":
        sigil = r"(?:\$(?i:env|script|global|local):|[@$%&])?"
    name = rf"{sigil}{words}(?:(?:\.|::|->|\?\.|\\)[$@]?{words})*+[?!]?(?<![?!](?==))"
    quotes = "".join(re.escape(quote) for quote in language.quotes)
    parts = [
        r"(?P<nl>\n(?:[ \t\r\f\v]*+\n)*+)",
        _any_of("block", [start for start, _ in language.blocks]),
        _any_of("line", language.comments, r"[^\n]*+"),
        _any_of("triple", language.triples, before=_PREFIX),
        rf"(?P<quote>{_PREFIX}[{quotes}])" if quotes else "",
        rf"(?P<name>{name})",
        r"(?P<number>\d[\w.]*+)",
        rf"(?P<sign>{_SIGNS}|\S)",
    ]
    return re.compile(r"(?:[ \t\r\f\v]|\\\n)*+(?:" + "|".join(filter(None, parts)) + ")")


def _any_of(group: str, starts: Sequence[str], after: str = "", before: str = "") -> str:
    texts = "|".join(re.escape(start) for start in starts)
    return rf"(?P<{group}>{before}(?:{texts}){after})" if texts else ""


@cache
def _body(quote: str, *, is_raw: bool, is_long: bool) -> re.Pattern[str]:
    """Return the pattern of a string's content and its end."""
    stop = "" if is_long else r"\n"
    q = re.escape(quote)
    if is_raw:
        return re.compile(rf"((?:[^{q}\\{stop}]++|{q}{q}|\\[{q}\\]|\\(?![{q}\\]))*+){q}")
    return re.compile(rf"((?:[^{q}\\{stop}]++|\\.)*+){q}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Quote:
    """What begins a string.

    body: the pattern of what follows; None for a delimiter of three signs. line_body: that of one
    line, if the other one may go on in the next.
    """

    prefix: str
    sign: str
    is_raw: bool
    body: re.Pattern[str] | None
    line_body: re.Pattern[str] | None = None


def _quote_of(opener: str, language: Language) -> _Quote:
    width = 3 if opener[-3:] in language.triples else 1
    prefix, sign = opener[:-width], opener[-width:]
    is_raw = sign in language.raw_quotes or "r" in prefix.lower()
    if width > 1:
        return _Quote(prefix, sign, is_raw, None)
    line_body = _body(sign, is_raw=is_raw, is_long=False)
    if sign not in language.long_quotes:
        return _Quote(prefix, sign, is_raw, line_body)
    return _Quote(prefix, sign, is_raw, _body(sign, is_raw=is_raw, is_long=True), line_body)


def tokenize(text: str, language: Language, most: int) -> list[Token]:
    """Return the tokens of a text; comments and blanks are left out, line breaks are not.

    most: tokens, at which it ends.
    """
    return _Scanner(text, language).run(most)


class _Scanner:
    """Reads a text from its start to its end, each character once."""

    def __init__(self, text: str, language: Language) -> None:
        self._text = text
        self._language = language
        self._line = 1
        self._no_end: set[str] = set()
        self._quotes: dict[str, _Quote] = {}

    def run(self, most: int) -> list[Token]:
        text, pattern = self._text, _pattern(self._language)
        match, groups = pattern.match, ["", *pattern.groupindex]
        plain_kinds = [_KINDS.get(group) for group in groups]
        tokens: list[Token] = []
        keep, line_break = tokens.append, Kind.BREAK
        at, end = 0, len(text)
        while at < end and len(tokens) < most:
            found = match(text, at)
            if found is None:
                at = self._skip_blanks(at)
                continue
            group = found.lastindex or 0
            start, stop = found.span(group)
            if start - at > 1:  # a line that goes on in the next one is among the blanks
                self._line += text.count("\n", at, start)
            plain = plain_kinds[group]
            if plain is not None:
                keep(Token(plain, text[start:stop], self._line, start, stop))
                if plain is line_break:
                    self._line += text.count("\n", start, stop)
            elif groups[group] != "line":
                if groups[group] == "block":
                    stop = self._end_of_block(found.group(group), stop)
                else:
                    token = self._read_string(found.group(group), start, stop)
                    stop = token.end
                    keep(token)
                self._line += text.count("\n", start, stop)
            at = stop
        return tokens

    def _skip_blanks(self, at: int) -> int:
        """Return the end of blanks up to the end, or of those that no language knows."""
        blanks = _BLANKS.match(self._text, at)
        stop = blanks.end() if blanks else at + 1
        self._line += self._text.count("\n", at, stop)
        return stop

    def _end_of_block(self, opener: str, start: int) -> int:
        """Return where a comment ends; one without an end is no comment, only its first sign."""
        closer = dict(self._language.blocks)[opener]
        end = -1 if closer in self._no_end else self._text.find(closer, start)
        if end < 0:
            self._no_end.add(closer)
            return start
        return end + len(closer)

    def _read_string(self, opener: str, start: int, inner: int) -> Token:
        """Return a string; one without an end is a sign, and so is the rest of its line."""
        quote = self._quotes.get(opener)
        if quote is None:
            quote = self._quotes[opener] = _quote_of(opener, self._language)
        content, end = self._content(quote, inner)
        if content is None:
            return Token(Kind.SIGN, quote.sign, self._line, start, end)
        is_literal = not self._has_insertion(quote.prefix, quote.sign, content)
        text = _unescape(content, quote.sign, is_raw=quote.is_raw)
        return Token(Kind.TEXT, text, self._line, start, end, is_literal)

    def _content(self, quote: _Quote, start: int) -> tuple[str | None, int]:
        if quote.body is None:
            end = -1 if quote.sign in self._no_end else self._text.find(quote.sign, start)
            if end >= 0:
                return self._text[start:end], end + len(quote.sign)
            self._no_end.add(quote.sign)
            return None, start
        found = None if quote.sign in self._no_end else quote.body.match(self._text, start)
        if found is None and quote.line_body is not None:
            self._no_end.add(quote.sign)
            found = quote.line_body.match(self._text, start)
        if found is not None:
            return found.group(1), found.end()
        end = self._text.find("\n", start)
        return None, len(self._text) if end < 0 else end

    def _has_insertion(self, prefix: str, quote: str, content: str) -> bool:
        if self._language.name == "python":
            return "f" in prefix.lower() and "{" in content
        if "$" in prefix or prefix == "s":
            return "{" in content or "$" in content
        marks = self._language.insertion
        plain = quote in self._language.raw_quotes
        if self._language.name == "javascript" and quote != "`":
            return False
        return bool(marks) and not plain and re.search(marks, content) is not None


_KINDS = {"name": Kind.NAME, "number": Kind.NUMBER, "sign": Kind.SIGN, "nl": Kind.BREAK}


def _unescape(content: str, quote: str, *, is_raw: bool) -> str:
    if is_raw:
        doubled = content.replace(quote * 2, quote) if len(quote) == 1 else content
        return doubled.replace("\\" + quote, quote) if quote == "'" else doubled
    return join_surrogates(_ESCAPE.sub(_unescape_one, content)) if "\\" in content else content


def _unescape_one(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2) or found.group(3) or found.group(4)
    if code is None:
        return _ESCAPES.get(found.group(5), found.group(5))
    number = int(code, 16)
    return chr(number) if number <= _LAST_CODE_POINT else "\ufffd"


class NestedTooDeeplyError(Exception):
    """There are more brackets within brackets than in any program."""


def match_brackets(signs: Iterable[str], deepest: int) -> tuple[dict[int, int], dict[int, int]]:
    """Return for each opening bracket where it closes, and how many commas are right within it.

    signs: one for each token; "" for one that is no sign.

    Raises:
        NestedTooDeeplyError: brackets are nested more deeply than that.
    """
    closers: dict[int, int] = {}
    commas: dict[int, int] = {}
    open_ones: list[int] = []
    depth = 0
    for at, sign in enumerate(signs):
        if sign in OPENERS:
            open_ones.append(at)
            depth += 1
            if depth > deepest:
                raise NestedTooDeeplyError
        elif sign in CLOSING:
            depth -= 1
            if open_ones:
                closers[open_ones.pop()] = at
        elif sign == "," and open_ones:
            commas[open_ones[-1]] = commas.get(open_ones[-1], 0) + 1
    return closers, commas
