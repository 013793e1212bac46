"""Syntaxes with one line for each value, with sections, or with a row for each account."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent

from twauth_gui.transfer.export_presets import AccountGrouping
from twauth_gui.transfer.export_syntaxes.document import (
    ExportDocument,
    Renderer,
    comment_lines,
)
from twauth_gui.transfer.export_syntaxes.quoting import quote_hcl, quote_ini, quote_python


def make_line_renderer(template: str, quote: Callable[[str], str]) -> Renderer:
    """Return a renderer of one line for each value; {name} and {value} are filled in."""

    def render(document: ExportDocument) -> str:
        texts = [
            comment_lines(block.head)
            + "".join(template.format(name=name, value=quote(value)) + "\n" for name, value in rows)
            for block, rows in zip(document.blocks, document.named_rows(), strict=True)
        ]
        return comment_lines(document.top) + "\n".join(texts)

    return render


def render_ini(document: ExportDocument) -> str:
    """Return a section for each account, as Python's configparser reads it."""
    texts: list[str] = []
    for block, rows in zip(document.blocks, document.named_rows(), strict=True):
        is_own = document.is_grouped and document.preset.grouping is AccountGrouping.MAP
        section = block.stem if is_own else document.options["section"]
        lines = "".join(f"{name} = {quote_ini(value)}\n" for name, value in rows)
        # Accounts that are told apart by their names share one section.
        header = "" if texts and not is_own else f"[{section}]\n"
        texts.append(comment_lines(block.head) + header + lines)
    return comment_lines(document.top) + "\n".join(texts)


def render_csv(document: ExportDocument) -> str:
    """Return a table (RFC 4180) with a row for each account and a column for each name."""
    columns = list(dict.fromkeys(name for block in document.blocks for name, _ in block.rows))
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(dict(block.rows) for block in document.blocks)
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class _MapTemplates:
    """How one variable with all accounts is written: begin and end of an account, its members."""

    begin: str
    member: str
    end: str
    quote: Callable[[str], str]


_PYTHON_MAP = _MapTemplates("{handle}: {{\n", "    {quoted}: {value},\n", "},\n", quote_python)
_TERRAFORM_MAP = _MapTemplates("{handle} = {{\n", "    {name} = {value}\n", "}\n", quote_hcl)


def _render_map(document: ExportDocument, templates: _MapTemplates) -> str:
    texts = [comment_lines(document.top), f"{document.options['variable']} = {{\n"]
    quote = templates.quote
    for block in document.blocks:
        members = (
            templates.member.format(name=name, quoted=quote(name), value=quote(value))
            for name, value in block.rows
        )
        begin = templates.begin.format(handle=quote(block.stem))
        entry = "".join([comment_lines(block.head), begin, *members, templates.end])
        texts.append(indent(entry, "    "))
    return "".join([*texts, "}\n"])


def render_python(document: ExportDocument) -> str:
    """Return a module of Python: an assignment for each value, or one dict of all accounts."""
    if document.is_grouped and document.preset.grouping is AccountGrouping.MAP:
        return _render_map(document, _PYTHON_MAP)
    return make_line_renderer("{name} = {value}", quote_python)(document)


def render_tfvars(document: ExportDocument) -> str:
    """Return variables of Terraform, or one map of all accounts."""
    if document.is_grouped and document.preset.grouping is AccountGrouping.MAP:
        return _render_map(document, _TERRAFORM_MAP)
    return make_line_renderer("{name} = {value}", quote_hcl)(document)
