"""The table of syntaxes: who renders each, who reads it, what it can have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import AccountGrouping, FileSyntax
from twauth_gui.transfer.export_syntaxes import flat, quoting, structured, tool_files
from twauth_gui.transfer.export_syntaxes.document import Renderer

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATH_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*")
OPTION_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "variable": VARIABLE_NAME,
    "array": VARIABLE_NAME,
    "section": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*"),
    "service": re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*"),
    "name": re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"),
}
"""What options look like that are written without quotes, so that none adds a line of its own."""
_COMMAND = {"server": "x", "key": "mcpServers", "command": "npx -y @enescinar/twitter-mcp"}


def _keep(value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class SyntaxRules:
    """What is true of one syntax.

    reader: the program or library that the text is written for. groupings: the first is the usual
    one. quote: raises ValueError for a text that the syntax cannot hold. options: what a preset or
    an export can set, with the usual values. name: what names look like. needs: fields
    that a preset must have names for.
    """

    render: Renderer
    reader: str
    groupings: tuple[AccountGrouping, ...]
    quote: Callable[[str], str] = _keep
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    name: re.Pattern[str] = VARIABLE_NAME
    needs: frozenset[Field] = frozenset()


_OAUTH1 = frozenset({Field.API_KEY, Field.API_SECRET, Field.ACCESS_TOKEN, Field.ACCESS_SECRET})
_BY_NAME = (
    AccountGrouping.PREFIX,
    AccountGrouping.SUFFIX,
    AccountGrouping.NUMBER,
    AccountGrouping.FILE,
)
_MAP_FIRST = (AccountGrouping.MAP, *_BY_NAME)
_LEVELS = (AccountGrouping.ARRAY, AccountGrouping.MAP, *_BY_NAME)
_ENTRIES = (AccountGrouping.MAP, AccountGrouping.FILE)


def _lines(
    template: str, quote: Callable[[str], str], reader: str, name: re.Pattern[str] = VARIABLE_NAME
) -> SyntaxRules:
    render = flat.make_line_renderer(template, quote)
    return SyntaxRules(render, reader, _BY_NAME, quote, name=name)


SYNTAXES: Mapping[FileSyntax, SyntaxRules] = {
    FileSyntax.DOTENV: _lines(
        "{name}={value}",
        quoting.quote_dotenv,
        "python-dotenv, Node's --env-file, Compose, systemd, sh; plain values also by Docker",
    ),
    FileSyntax.DOCKER: _lines("{name}={value}", quoting.quote_docker, "docker run --env-file"),
    FileSyntax.SHELL: _lines("export {name}={value}", quoting.quote_shell, "sh, bash, zsh"),
    FileSyntax.FISH: _lines("set -gx {name} {value}", quoting.quote_fish, "fish"),
    FileSyntax.POWERSHELL: _lines("$env:{name} = {value}", quoting.quote_powershell, "PowerShell"),
    FileSyntax.SYSTEMD: _lines(
        "{name}={value}", quoting.quote_systemd, "EnvironmentFile= of systemd"
    ),
    FileSyntax.CREDENTIALS: SyntaxRules(
        # A folder has no text; this one is never written.
        flat.make_line_renderer("{name}={value}", _keep),
        "LoadCredential= of systemd: a folder with one file for each value",
        (AccountGrouping.PREFIX, AccountGrouping.SUFFIX, AccountGrouping.NUMBER),
    ),
    FileSyntax.RENVIRON: _lines("{name}={value}", quoting.quote_renviron, "R"),
    FileSyntax.PROPERTIES: _lines(
        "{name}={value}", quoting.escape_property, "java.util.Properties", _PATH_NAME
    ),
    FileSyntax.JSON: SyntaxRules(
        structured.render_json, "any JSON parser", _LEVELS, name=_PATH_NAME
    ),
    FileSyntax.YAML: SyntaxRules(
        structured.render_yaml, "PyYAML, Psych and other YAML parsers", _LEVELS, name=_PATH_NAME
    ),
    FileSyntax.TOML: SyntaxRules(
        structured.render_toml,
        "tomllib and other TOML parsers",
        (AccountGrouping.MAP, AccountGrouping.ARRAY, *_BY_NAME),
        options={"array": "accounts"},
        name=_PATH_NAME,
    ),
    FileSyntax.INI: SyntaxRules(
        flat.render_ini,
        "configparser of Python",
        _MAP_FIRST,
        quoting.quote_ini,
        options={"section": "twitter"},
    ),
    FileSyntax.CSV: SyntaxRules(
        flat.render_csv,
        "csv of Python, spreadsheets",
        (AccountGrouping.ARRAY, AccountGrouping.FILE),
    ),
    FileSyntax.PYTHON: SyntaxRules(
        flat.render_python,
        "Python: import it, or read it as settings of Django",
        _MAP_FIRST,
        quoting.quote_python,
        options={"variable": "ACCOUNTS"},
    ),
    FileSyntax.CONFIGOBJ: SyntaxRules(
        flat.make_line_renderer("{name} = {value}", quoting.quote_python),
        "configobj with unrepr, as twarc reads it",
        (AccountGrouping.FILE,),
        quoting.quote_python,
    ),
    FileSyntax.COMPOSE: SyntaxRules(
        tool_files.render_compose, "Docker Compose", _MAP_FIRST, options={"service": "bot"}
    ),
    FileSyntax.KUBERNETES: SyntaxRules(
        tool_files.render_kubernetes, "kubectl apply", _MAP_FIRST, options={"name": "x-credentials"}
    ),
    FileSyntax.TFVARS: SyntaxRules(
        flat.render_tfvars,
        "terraform -var-file",
        _MAP_FIRST,
        quoting.quote_hcl,
        options={"variable": "accounts"},
    ),
    FileSyntax.WORKFLOW: SyntaxRules(tool_files.render_workflow, "GitHub Actions", _BY_NAME),
    FileSyntax.TWURL: SyntaxRules(tool_files.render_twurl, "twurl, t", _ENTRIES, needs=_OAUTH1),
    FileSyntax.XURL: SyntaxRules(
        tool_files.render_xurl, "xurl from 1.3 on", _ENTRIES, needs=_OAUTH1
    ),
    FileSyntax.MCP: SyntaxRules(
        tool_files.render_mcp, "clients of the Model Context Protocol", _ENTRIES, options=_COMMAND
    ),
    FileSyntax.MCP_RUN: SyntaxRules(
        tool_files.render_mcp_run,
        "clients of the Model Context Protocol",
        _ENTRIES,
        options={**_COMMAND, "preset": "mcp", "twauth": "twauth"},
    ),
    FileSyntax.DJANGO_FIXTURE: SyntaxRules(
        tool_files.render_django_fixture,
        "manage.py loaddata of Django",
        (AccountGrouping.ARRAY, AccountGrouping.FILE),
        options={"model": "bots.account", "pk": "1"},
    ),
}
"""Every syntax."""
