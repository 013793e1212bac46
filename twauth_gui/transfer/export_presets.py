"""What an export preset is: the names, the syntax and the grouping that one reader expects.

The presets themselves are data: ``preset_catalog`` lists them, ``preset_files`` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.file_name_patterns import is_file_name_pattern


class FileSyntax(Enum):
    """How names and values are written. ``export_syntaxes`` has a renderer for each."""

    DOTENV = "dotenv"
    DOCKER = "docker"
    SHELL = "shell"
    FISH = "fish"
    POWERSHELL = "powershell"
    SYSTEMD = "systemd"
    CREDENTIALS = "credentials"
    RENVIRON = "renviron"
    PROPERTIES = "properties"
    JSON = "json"
    YAML = "yaml"
    TOML = "toml"
    INI = "ini"
    CSV = "csv"
    PYTHON = "python"
    CONFIGOBJ = "configobj"
    COMPOSE = "compose"
    KUBERNETES = "kubernetes"
    TFVARS = "tfvars"
    WORKFLOW = "workflow"
    TWURL = "twurl"
    XURL = "xurl"
    MCP = "mcp"
    MCP_RUN = "mcp-run"
    DJANGO_FIXTURE = "django-fixture"

    @property
    def has_comments(self) -> bool:
        return self not in _WITHOUT_COMMENTS

    @property
    def has_values(self) -> bool:
        """Whether the text contains credentials, not only the way to them."""
        return self not in {FileSyntax.WORKFLOW, FileSyntax.MCP_RUN}


_WITHOUT_COMMENTS = frozenset(
    {
        FileSyntax.CREDENTIALS,
        FileSyntax.JSON,
        FileSyntax.CSV,
        FileSyntax.MCP,
        FileSyntax.MCP_RUN,
        FileSyntax.DJANGO_FIXTURE,
    }
)


class AccountGrouping(Enum):
    """How several accounts are told apart: by their names, as a file each, as a list, by a key."""

    PREFIX = "prefix"
    SUFFIX = "suffix"
    NUMBER = "number"
    FILE = "file"
    ARRAY = "array"
    MAP = "map"

    @property
    def is_by_name(self) -> bool:
        """Whether each value has a name that no other account's has."""
        return self in {AccountGrouping.PREFIX, AccountGrouping.SUFFIX, AccountGrouping.NUMBER}


OAUTH1_FIELDS = frozenset({Field.ACCESS_TOKEN, Field.ACCESS_SECRET})
OAUTH2_FIELDS = frozenset({Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH})
ROTATION_NOTE = (
    "X replaces a refresh token each time it is used, so only one copy works: either the bot renews"
    " it, or Twauth. Start the bot with twauth run, or use OAuth 1.0a, to avoid that."
)


class AccountDetail(Enum):
    """Details of an account that are not secret, for which a preset can have a name."""

    HANDLE = "handle"
    NAME = "name"
    USER_ID = "user_id"
    APP = "app"


@dataclass(frozen=True, slots=True)
class ExportPreset:
    """One format of an export.

    id: stable, for scripts. names: variable name of each field, in the order of the text; a dot in
    it is a level in JSON, YAML and TOML. details: names of what is not secret. constants: other
    lines that the tool needs. grouping: how several accounts are told apart; is_always_grouped:
    also if there is only one. is_either_kind: whether an account may have only one of the two kinds
    of credentials. options: settings of the syntax. comment: written into the file. note: advice
    that is shown beside the export. is_own: whether the user made it.
    """

    id: str
    title: str
    group: str
    suggested_name: str
    syntax: FileSyntax
    names: Mapping[Field, str] = field(hash=False)
    details: Mapping[AccountDetail, str] = field(
        default_factory=dict[AccountDetail, str], hash=False
    )
    constants: tuple[tuple[str, str], ...] = ()
    is_either_kind: bool = False
    grouping: AccountGrouping = AccountGrouping.PREFIX
    is_always_grouped: bool = False
    options: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    comment: str = ""
    note: str = ""
    is_own: bool = False

    @property
    def needs_oauth1(self) -> bool:
        """Whether it needs an OAuth 1.0a access token."""
        return Field.ACCESS_TOKEN in self.names and not self.is_either_kind

    @property
    def names_oauth1(self) -> bool:
        """Whether it has names for OAuth 1.0a credentials."""
        return bool(OAUTH1_FIELDS & set(self.names))

    @property
    def names_oauth2(self) -> bool:
        """Whether it has names for OAuth 2.0 tokens."""
        return bool(OAUTH2_FIELDS & set(self.names))

    @property
    def needs_oauth2(self) -> bool:
        """Whether it needs OAuth 2.0 tokens."""
        return self.names_oauth2 and not self.is_either_kind

    @property
    def is_of_app(self) -> bool:
        """Whether it has names for an app's keys alone, so that its accounts look the same."""
        has_account = self.names_oauth1 or self.names_oauth2 or bool(self.details)
        return bool(self.names) and not has_account and self.syntax.has_values

    @property
    def all_names(self) -> frozenset[str]:
        """All names that an export of one account can contain."""
        constants = (name for name, _value in self.constants)
        return frozenset((*self.names.values(), *self.details.values(), *constants))

    @property
    def subtitle(self) -> str:
        """The first name with the number of the others, without optional ones."""
        first, *others = [self.names[one] for one in self.fields()] or ["no values"]
        return f"{first} and {len(others)} more" if others else first

    def fields(self) -> tuple[Field, ...]:
        """Return the fields that every account has, in order; a bearer token is never one."""
        optional = {Field.BEARER_TOKEN}
        if not self.needs_oauth2:
            optional |= {Field.CLIENT_ID, Field.CLIENT_SECRET}
        if self.is_either_kind:
            optional |= OAUTH2_FIELDS
        return tuple(name for name in self.names if name not in optional)

    def makes_folder(self, accounts: int) -> bool:
        """Whether an export of so many accounts is more than one file."""
        if self.syntax is FileSyntax.CREDENTIALS or is_file_name_pattern(self.suggested_name):
            return True
        is_grouped = accounts > 1 or self.is_always_grouped
        return self.grouping is AccountGrouping.FILE and is_grouped

    def with_file_each(self) -> ExportPreset:
        """Return it with a file for each account, named after the account."""
        _stem, dot, suffix = self.suggested_name.rpartition(".")
        name = f"{{handle}}{dot}{suffix}" if dot else f"{{handle}}-{self.suggested_name}"
        grouping = AccountGrouping.FILE
        return replace(self, grouping=grouping, is_always_grouped=True, suggested_name=name)

    def grouped_by(self, grouping: AccountGrouping) -> ExportPreset:
        """Return it with another grouping, even of a single account."""
        return replace(self, grouping=grouping, is_always_grouped=True)
