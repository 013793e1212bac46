"""Texts of each format that the reader of files knows: as they are, and a megabyte long."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator

from tests.transfer.reader.entry_samples import SAMPLES, VALUES
from twauth_gui.transfer.tools.reader import MAX_BYTES

_EXTENSIONS = {
    ".env": "env production",
    "INI": "ini cfg conf botrc service",
    "properties": "properties",
    "JSON": "json json5 jsonl",
    "YAML": "yml yaml",
    "TOML": "toml",
    "CSV": "csv tsv",
    "XML": "xml config plist",
    "Markdown": "md",
    "notes": "txt",
    "Python": "py",
    "JavaScript": "js ts",
    "PHP": "php",
    "shell": "sh fish csh",
    "cmd and PowerShell": "cmd bat ps1",
    "Terraform": "tf hcl",
    "notebook": "ipynb",
}
_FORMATS = {ext: name for name, known in _EXTENSIONS.items() for ext in known.split()}
_OTHER = "other code"
_HEAP = "base64"
FORMATS = (*_EXTENSIONS, _OTHER, _HEAP)

# Lines of a large file, by its name: usual ones, and what a parser may suffer from.
_LINES = {
    "a.py": "def f(a):\n    # so\n    api_key = '{K}'\n    return g(a, key=\"x y\") + {{'a': 1}}\n",
    "a.js": "const x = {{consumer_key: '{K}', /* c */ b: foo(`a${{b}}`)}};\n",
    "a.env": "CONSUMER_KEY={K}\n",
    "a.ini": "[s]\nconsumer_key = {K}\n",
    "a.csv": "{K},{K},{K}\n",
    "a.txt": "API Key: {K}\n\nprose that goes on\n",
    "a.md": "* API Key: {K}\n",
    "a.yaml": "- consumer_key: {K}\n  b: [x, y]\n",
    "a.jsonl": '{{"consumer_key": "{K}"}}\n',
    "a.sh": "docker run -e CONSUMER_KEY={K} bot\n",
    "a.xml": '<add key="consumer_key" value="{K}"/>\n',
    "b.py": "(", "b.js": '{{"a":', "b.php": "/*", "b.sh": "a \\\n", "b.toml": "''", "b.json": "[",
    "b.txt": 'a="\n', "b.yaml": "[", "b.md": "```\n", "b.xml": "<a>", "c.txt": " ", "b.rb": "'",
    "c.yaml": "&a [*a, ", "c.toml": "a.", "c.py": "'''\\", "d.txt": "== ", "c.sh": '"\\"',
    "c.xml": '<!DOCTYPE a [<!ENTITY a "{K}">]><a>&a;</a>\n',
}  # fmt: skip


def _format_of(file_name: str) -> str:
    return _FORMATS.get(file_name.rpartition(".")[2], _OTHER if file_name else "notes")


def list_seeds(name: str) -> list[tuple[str, bytes]]:
    """Return texts of a format with their file names."""
    if name == _HEAP:
        lines = [base64.b64encode(f"{key}={value}".encode()) for key, value in VALUES.items()]
        return [("secret.txt", b"\n".join(lines)), ("secret.yaml", b"kind: Secret\n" + lines[0])]
    return [
        (sample.file_name, sample.text.encode())
        for sample in SAMPLES
        if _format_of(sample.file_name) == name
    ]


def make_large(name: str) -> Iterator[bytes]:
    """Yield texts of a format as long as a file may be."""
    if name == _HEAP:
        heap = base64.encodebytes(bytes(number * 7 % 251 for number in range(MAX_BYTES)))
        yield heap[:MAX_BYTES]
        yield heap.replace(b"\n", b"")[:MAX_BYTES]
        return
    lines = [
        line.format(K=VALUES["KKKK"]).encode()
        for file_name, line in _LINES.items()
        if _format_of(file_name) == name
    ]
    usual = list_seeds(name)[0][1]
    in_one_line = {"notes": (b"|=",), "INI": (b"- \t",), "PHP": (b"\\\n",)}.get(name, ())
    yield from (unit * (MAX_BYTES // len(unit)) for unit in (*lines, usual, *in_one_line))


def write_export(text: str) -> bytes:
    """Return an export of 1Password with a text in a note."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.data", json.dumps({"accounts": [{"notesPlain": text}]}))
    return raw.getvalue()
