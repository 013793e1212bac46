"""Text of an export in a preset's syntax, or of its preview with every secret hidden."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.hosts import X_API_URL, Hosts
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import AccountDetail, ExportPreset, FileSyntax

# These need no quotes in a shell, python-dotenv, Node's dotenv and Docker's --env-file. All of X's
# values are like this, so they get no quotes, which Docker would read as part of the value.
_PLAIN = re.compile(r"[A-Za-z0-9_%+/=.:@~-]*")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def quote_dotenv(value: str) -> str:
    """Quote for a POSIX shell if quotes are needed (2.2.2, single quotes)."""
    if _PLAIN.fullmatch(value) and not value.startswith("~"):
        return value
    return "'" + value.replace("'", "'\\''") + "'"


def escape_property(value: str) -> str:
    """Escape for java.util.Properties.load, whose files are Latin-1 with escapes."""
    escaped = "".join(_escape_character(sign) for sign in value)
    return f"\\{escaped}" if escaped.startswith(" ") else escaped


def to_single_line(text: str) -> str:
    """Make a label safe in a comment: no line break, no invisible or control character."""
    shown = "".join(
        " " if unicodedata.category(sign) in _HIDDEN_CATEGORIES else sign for sign in text
    )
    return " ".join(shown.split())


def _escape_character(sign: str) -> str:
    if sign == "\\":
        return "\\\\"
    if " " <= sign <= "~":
        return sign
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


HIDDEN_VALUE = "\u2022" * 10


@dataclass(frozen=True, slots=True)
class PreviewEntry:
    """The details of an account to export that are not secret."""

    handle: str
    name: str = ""
    user_id: str = ""
    app_label: str = ""
    api_url: str = X_API_URL
    has_bearer: bool = False
    has_client: bool = False
    has_client_secret: bool = False
    has_oauth1: bool = True
    has_oauth2: bool = False
    has_refresh: bool = False


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """An account to export, with its keys. api_url: where its app's calls go."""

    handle: str
    name: str
    user_id: str
    app_label: str
    keys: AppKeys
    credentials: Credentials | None
    api_url: str = X_API_URL
    tokens: TokenSet | None = None

    def preview(self) -> PreviewEntry:
        return PreviewEntry(
            handle=self.handle,
            name=self.name,
            user_id=self.user_id,
            app_label=self.app_label,
            api_url=self.api_url,
            has_bearer=bool(self.keys.bearer_token),
            has_client=bool(self.keys.client_id),
            has_client_secret=bool(self.keys.client_secret),
            has_oauth1=self.credentials is not None,
            has_oauth2=self.tokens is not None,
            has_refresh=self.tokens is not None and bool(self.tokens.refresh_token),
        )


_Values = Mapping[Field, str]  # a field without a value here is hidden: the preview
_Row = tuple[str, str | None]  # name, value; None stands for a hidden value


def render_accounts(
    preset: ExportPreset,
    entries: Sequence[ExportEntry],
    *,
    comment: bool = True,
    bearer: bool = False,
) -> Secret:
    """Render the accounts as text that ends with a line break.

    Several accounts: names begin with the handle (FERNWICK_NEWS_TWITTER_ACCESS_TOKEN), JSON
    becomes an array whose objects carry the handle. A host other than X's is always named: as a
    comment, or in JSON, which has no comments, as "api_url" in the preset with details.
    """
    accounts = [(entry.preview(), _secret_values(entry)) for entry in entries]
    return Secret(_compose(preset, accounts, comment=comment, bearer=bearer))


def render_preview(
    preset: ExportPreset,
    entries: Sequence[PreviewEntry],
    *,
    comment: bool = True,
    bearer: bool = False,
) -> str:
    """Render the same text with ten dots in the place of each value."""
    accounts: list[tuple[PreviewEntry, _Values]] = [(entry, {}) for entry in entries]
    return _compose(preset, accounts, comment=comment, bearer=bearer)


def render_variables(
    preset: ExportPreset, entry: ExportEntry, *, bearer: bool = False
) -> dict[str, Secret]:
    """Return one account as names with values, for the environment of a process."""
    rows = _rows(preset, entry.preview(), _secret_values(entry), bearer=bearer)
    return {name: Secret(value) for name, value in rows if value is not None}


def _secret_values(entry: ExportEntry) -> _Values:
    one, two = entry.credentials, entry.tokens
    secrets: dict[Field, Secret | None] = {
        Field.API_KEY: entry.keys.api_key,
        Field.API_SECRET: entry.keys.api_secret,
        Field.ACCESS_TOKEN: None if one is None else one.access_token,
        Field.ACCESS_SECRET: None if one is None else one.access_secret,
        Field.BEARER_TOKEN: entry.keys.bearer_token,
        Field.CLIENT_ID: entry.keys.client_id,
        Field.CLIENT_SECRET: entry.keys.client_secret,
        Field.OAUTH2_ACCESS: None if two is None else two.access_token,
        Field.OAUTH2_REFRESH: None if two is None else two.refresh_token,
    }
    return {name: secret.reveal() for name, secret in secrets.items() if secret is not None}


def _compose(
    preset: ExportPreset,
    accounts: Sequence[tuple[PreviewEntry, _Values]],
    *,
    comment: bool,
    bearer: bool,
) -> str:
    blocks = [
        (account, _rows(preset, account, values, bearer=bearer and account.has_bearer))
        for account, values in accounts
    ]
    if preset.syntax is FileSyntax.JSON:
        return _format_json(preset, blocks)
    several = len(blocks) > 1
    prefixes = (
        name_prefixes(preset.syntax, [account.handle for account, _ in blocks]) if several else [""]
    )
    texts = [
        _format_lines(
            preset.syntax,
            account,
            [(prefix + name, value) for name, value in rows],
            comment=comment,
        )
        for prefix, (account, rows) in zip(prefixes, blocks, strict=bool(blocks))
    ]
    return "\n".join(texts)


def _rows(
    preset: ExportPreset, account: PreviewEntry, values: _Values, *, bearer: bool
) -> list[_Row]:
    shown: dict[AccountDetail, str] = {
        AccountDetail.HANDLE: account.handle,
        AccountDetail.NAME: account.name,
        AccountDetail.USER_ID: account.user_id,
        AccountDetail.APP: account.app_label,
    }
    rows: list[_Row] = [
        (name, to_single_line(shown[detail])) for detail, name in preset.details.items()
    ]
    absent = _absent_fields(account) if bearer else _absent_fields(account) | {Field.BEARER_TOKEN}
    rows += [(name, values.get(key)) for key, name in preset.names.items() if key not in absent]
    return [*rows, *preset.constants]


def _absent_fields(account: PreviewEntry) -> set[Field]:
    """The fields for which this account, or its app, has no value."""
    there = {
        Field.ACCESS_TOKEN: account.has_oauth1,
        Field.ACCESS_SECRET: account.has_oauth1,
        Field.CLIENT_ID: account.has_client,
        Field.CLIENT_SECRET: account.has_client_secret,
        Field.OAUTH2_ACCESS: account.has_oauth2,
        Field.OAUTH2_REFRESH: account.has_refresh,
    }
    return {field for field, has in there.items() if not has}


def _format_lines(
    syntax: FileSyntax,
    account: PreviewEntry,
    rows: Iterable[_Row],
    *,
    comment: bool,
) -> str:
    quote = quote_dotenv if syntax is FileSyntax.DOTENV else escape_property
    lines: list[str] = []
    if comment:
        lines.append(
            f"# @{to_single_line(', '.join(filter(None, (account.handle, account.app_label))))}"
        )
    if not _is_x(account):
        lines.append(f"# API: {to_single_line(account.api_url)}")
    lines += [f"{name}={HIDDEN_VALUE if value is None else quote(value)}" for name, value in rows]
    return "".join(f"{line}\n" for line in lines)


def _format_json(
    preset: ExportPreset, blocks: Sequence[tuple[PreviewEntry, Sequence[_Row]]]
) -> str:
    objects: list[dict[str, str]] = []
    for account, rows in blocks:
        members = {name: HIDDEN_VALUE if value is None else value for name, value in rows}
        if preset.details and not _is_x(account):
            members["api_url"] = account.api_url
        if len(blocks) > 1:
            members = {"handle": account.handle, **members}
        objects.append(members)
    root = objects[0] if len(objects) == 1 else objects
    return json.dumps(root, indent=2, ensure_ascii=False) + "\n"


def name_prefixes(syntax: FileSyntax, handles: Iterable[str]) -> list[str]:
    """Return one prefix per account, unique even if a handle is under two apps."""
    taken: set[str] = set()
    prefixes: list[str] = []
    for handle in handles:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", handle)
        stem = plain.upper() if syntax is FileSyntax.DOTENV else plain
        if stem[:1].isdigit():
            stem = f"_{stem}"  # no shell takes a name that begins with a digit
        unique, number = stem, 2
        while unique in taken:
            unique, number = f"{stem}_{number}", number + 1
        taken.add(unique)
        prefixes.append(unique + ("_" if syntax is FileSyntax.DOTENV else "."))
    return prefixes


def _is_x(account: PreviewEntry) -> bool:
    return not account.api_url or Hosts(api=account.api_url).is_x
