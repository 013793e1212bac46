"""Files to merge into, generated: odd quotes, comments, line endings, what is there already."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

NEW = {"API_KEY": "kNew-1", "API_SECRET": "s/New+2=", "ACCESS_TOKEN": "12-tNew"}
"""What is merged: plain values, as all of X's are."""
_NAMES = tuple(NEW)
_NEWLINES = st.sampled_from(["\n", "\r\n"])
_ENDS = st.sampled_from(["", "\n", "\n\n"])
_COMMENTS = (
    "# a comment",
    "  # indented: é😀",
    "#API_KEY=commented",
    "# API_SECRET = 'x'",
    "",
    "",
)
_OLD_VALUES = (
    "old",
    "'o l # d'",
    '"o\'ld"',
    "",
    '"# no"',
    "'old' # why",
    '"old"    # why',
    "old # x",
)
_ENV_VALUES = (
    *_OLD_VALUES,
    *("a=b=c", "it's", "é😀", "x y  z", "'$HOME'", '"a \\" b"', "#none", "${OTHER}", "a#b", "`id`"),
)


def _join(lines: Sequence[str], newline: str, end: str) -> str:
    return "\n".join(lines).rstrip("\n").replace("\n", newline) + end.replace("\n", newline)


@st.composite
def env_texts(draw: st.DrawFn, *, comments: Sequence[str] = _COMMENTS) -> str:
    """A .env as python-dotenv reads it."""
    there = draw(st.lists(st.sampled_from(_NAMES), unique=True))
    others = draw(
        st.lists(st.sampled_from(["OTHER", "é_1", "a.b-c", "LANG", "OTHER2"]), max_size=6)
    )
    lines: list[str] = []
    for name in draw(st.permutations([*there, *others])):
        lead = draw(st.sampled_from(["", "", "export ", "  "]))
        equals = draw(st.sampled_from(["=", "=", " = "]))
        values = _OLD_VALUES if name in NEW else _ENV_VALUES
        lines.append(f"{lead}{name}{equals}{draw(st.sampled_from(values))}")
        lines += draw(st.lists(st.sampled_from(comments), max_size=2))
    if draw(st.booleans()):
        lines += ['PEM="first', "# not a comment", "", "NOT=one", 'last" # so']
    return _join(lines, draw(_NEWLINES), draw(_ENDS))


_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_VALUES = st.recursive(
    _LEAVES,
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one),
    max_leaves=8,
)
_OTHERS = st.dictionaries(st.text(max_size=4).filter(lambda name: name not in {"x", *NEW}), _VALUES)


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """A JSON object, with some of the names below "x" or without that."""
    root: dict[str, object] = dict(draw(_OTHERS))
    if draw(st.booleans()):
        there = draw(st.lists(st.sampled_from(_NAMES), unique=True))
        root["x"] = dict(draw(_OTHERS)) | {name: draw(_LEAVES) for name in there}
    items = draw(st.permutations(list(root.items())))
    indent = draw(st.sampled_from([None, 0, 1, 2, 4, "\t"]))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (",", " : ")]))
    text = json.dumps(
        dict(items), indent=indent, separators=separators, ensure_ascii=draw(st.booleans())
    )
    newline, lead = draw(_NEWLINES), draw(st.sampled_from(["", " \n"]))
    return (lead + text + draw(_ENDS)).replace("\n", newline).encode("utf-8", "replace").decode()


_YAML_OTHERS = (
    "name{n}: plain text  # why",
    "name{n}: 'it''s: # no comment'",
    'name{n}: "é \\u00e9 \\n"   ',
    "name{n}: |\n  several\n\n    lines\n",
    "name{n}: >-\n    folded\n    API_KEY: no name",
    "name{n}: &a{n} {{b: [1, 2.50], API_KEY: '1'}}\nagain{n}: *a{n}",
    "name{n}:\n- 0x10\n- - deep\n  - ~\n# after\n",
    "name{n}: !!str 12",
    "name{n}: !include other.yml",
    "? name{n}\n: value",
    "name{n}: [\n  'a', # first\n  b]",
    "name{n}:",
)
_YAML_OLD = ("old", "'old'", '"o # ld"', "old  # why", "12", "~", "", "'old'   # é😀")


@st.composite
def yaml_texts(draw: st.DrawFn) -> str:
    """A YAML document, with some of the names below "x" or without that."""
    parts = [
        text.format(n=number)
        for number, text in enumerate(draw(st.lists(st.sampled_from(_YAML_OTHERS), max_size=5)))
    ]
    own = draw(st.sampled_from(["", "block", "flow"]))
    there = draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=1))
    if own == "block":
        indent = draw(st.sampled_from([" ", "  ", "    "]))
        lines = [f"{indent}{name}: {draw(st.sampled_from(_YAML_OLD))}" for name in there]
        lines.insert(draw(st.integers(0, len(lines))), f"{indent}other: {{API_KEY: 1}}")
        lines += draw(st.lists(st.sampled_from(["", "# c", f"{indent}# c"]), max_size=2))
        parts.append("\n".join(["x:   # own", *lines]))
    elif own == "flow":
        pairs = ", ".join(f"{name}: 'old'" for name in there)
        parts.append(f"x: {{other: 1, {pairs}}}  # own")
    parts = draw(st.permutations(parts))
    head = draw(st.sampled_from(["", "---", "# top\n", "%YAML 1.1\n---"]))
    text = "\n".join([*([head] if head else []), *parts]).rstrip("\n")
    # A line break behind this one would belong to its value.
    end = "\n" if text.endswith("    lines") else draw(_ENDS)
    return _join(text.split("\n"), draw(_NEWLINES), end)


_TOML_OTHERS = (
    "name{n} = 1  # why",
    "name{n} = '''\n[x]\nAPI_KEY = \"no\"\n'''",
    'name{n} = """a\\\n  "b" \\""""',
    "name{n} = [ 1, # one ]\n  'a]', {{ b = 1.50 }},\n]",
    "name{n}.'a.b'.\"c\\u00e9\" = 2021-01-01T00:00:00Z",
    "'name {n}' = {{ API_KEY = 'no', b.c = 1 }}",
    "# a comment = 1",
    "",
)
_TOML_TABLES = (
    "[table{n}]\nAPI_KEY = 'no'",
    "[[array{n}]]\nAPI_KEY = 'no'\n[[array{n}]]\n[array{n}.x]\nAPI_KEY = 'no'",
    "  [table{n}.x] # c\n  b = 1",
    "# about it\n[table{n}]",
)
_TOML_OLD = ("'old'", '"o # ld"', "12", "true", "'old' # why", "[1]", '"old"   ')


@st.composite
def toml_texts(draw: st.DrawFn) -> str:
    """A TOML document, with some of the names in the table "x", or below it, or without that."""
    top = [
        text.format(n=number)
        for number, text in enumerate(draw(st.lists(st.sampled_from(_TOML_OTHERS), max_size=4)))
    ]
    tables = [
        text.format(n=number)
        for number, text in enumerate(draw(st.lists(st.sampled_from(_TOML_TABLES), max_size=3)))
    ]
    there = draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=1))
    own = draw(st.sampled_from(["", "table", "dotted"]))
    old = [f"{name} = {draw(st.sampled_from(_TOML_OLD))}" for name in there]
    if own == "table":
        tables.append("\n".join(["[ x ]", *draw(st.permutations(["other = 1", "# c", *old]))]))
    elif own == "dotted":
        top += [f"x.{line}" for line in old]
    text = "\n".join([*top, *draw(st.permutations(tables))])
    return _join(text.split("\n"), draw(_NEWLINES), draw(_ENDS))


_INI_OTHERS = (
    "name{n} = value ; kept",
    "name{n}: [x]",
    "name{n} = first\n  second\n    API_KEY = third",
    "name{n}",
    "name{n} =",
    "NaMe{n}=%(no)s %% é😀",
    "; API_KEY = commented",
    "# c",
    "",
)


@st.composite
def ini_texts(draw: st.DrawFn) -> str:
    """Sections, of which "x" may be one with some of the names, in other letters perhaps."""
    sections: list[str] = []
    for name in draw(st.lists(st.sampled_from(["one", "DEFAULT", "x y", "two"]), unique=True)):
        options = draw(st.lists(st.sampled_from(_INI_OTHERS), max_size=4))
        sections.append("\n".join([f"[{name}]", *(o.format(n=n) for n, o in enumerate(options))]))
    if draw(st.booleans()):
        there = draw(st.lists(st.sampled_from(_NAMES), unique=True))
        equals = draw(st.sampled_from(["=", " = ", ": "]))
        old = [f"{draw(st.sampled_from([n, n.lower()]))}{equals}old value" for n in there]
        others = [o.format(n=n) for n, o in enumerate(draw(st.lists(st.sampled_from(_INI_OTHERS))))]
        sections.append("\n".join(["[x]", *draw(st.permutations([*old, *others]))]))
    lines = "\n".join(["# top", *draw(st.permutations(sections))]).split("\n")
    return _join(lines, draw(_NEWLINES), draw(_ENDS))


_PROPERTIES_OTHERS = (
    "name{n} = a=b:c",
    "name{n}:\\u00e9 \\: \\\\",
    "name{n} = a \\\n    API_KEY = b \\\n\tc",
    "name{n} value",
    "na\\ me\\={n}=1",
    "! API_KEY=commented \\",
    "# c",
    "name{n}",
    "",
)


@st.composite
def properties_texts(draw: st.DrawFn) -> str:
    """A file of java.util.Properties."""
    others = [
        text.format(n=number)
        for number, text in enumerate(
            draw(st.lists(st.sampled_from(_PROPERTIES_OTHERS), max_size=6))
        )
    ]
    equals = draw(st.sampled_from(["=", " = ", ":", " "]))
    there = draw(st.lists(st.sampled_from(_NAMES), unique=True))
    lines = "\n".join(draw(st.permutations([*others, *(f"{n}{equals}old" for n in there)])))
    return _join(lines.split("\n"), draw(_NEWLINES), draw(_ENDS))
