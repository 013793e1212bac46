"""Text of an export in a preset's syntax, or of its preview with every secret hidden."""

from __future__ import annotations

import base64
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
from twauth_gui.transfer.export_presets import (
    AccountDetail,
    AccountGrouping,
    ExportPreset,
    FileSyntax,
)
from twauth_gui.transfer.export_syntaxes.document import (
    AccountBlock,
    ExportDocument,
    make_stems,
)
from twauth_gui.transfer.export_syntaxes.table import SYNTAXES
from twauth_gui.transfer.file_name_patterns import (
    file_name_parts,
    fill_file_name,
    is_file_name_pattern,
    make_names_unique,
)

_HIDDEN_CATEGORIES = frozenset({"Cf", "Zl", "Zp"})
_UNSURE_SIGNS = re.compile(r"['\"\\\\$`]")
HIDDEN_VALUE = "\u2022" * 10
# What stands for a value until the preview is rendered: of a multiple of three bytes, so that it is
# found in Base64 as well, and without a sign that any syntax quotes.
_MARK = "TWAUTHHIDDEN"
_MARKED = re.compile(f"(?:{_MARK}|{base64.b64encode(_MARK.encode()).decode()})[A-Za-z0-9]+")
_HIDDEN_TIME = "919293949596979899"


# Control characters, halves of UTF-16 pairs, and what Unicode never makes a character: with one
# of them, shells, YAML, systemd or Java read another value, or refuse the whole file.
_NONCHARACTERS = "".join(f"{chr(end - 1)}{chr(end)}" for end in range(0xFFFF, 0x110000, 0x10000))
_UNREADABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")


def to_single_line(text: str) -> str:
    """Make a label safe in a comment: no line break, no invisible or control character."""
    shown = "".join(
        " " if unicodedata.category(sign) in _HIDDEN_CATEGORIES else sign
        for sign in _UNREADABLE.sub(" ", text)
    )
    return " ".join(shown.split())


@dataclass(frozen=True, slots=True)
class PreviewEntry:
    """The details of an account to export that are not secret.

    reference: what twauth run takes, or "" for @handle. tag: its first one.
    """

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
    reference: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """An account to export, with its keys. api_url: where its app's calls go. tag: the first."""

    handle: str
    name: str
    user_id: str
    app_label: str
    keys: AppKeys
    credentials: Credentials | None
    api_url: str = X_API_URL
    tokens: TokenSet | None = None
    reference: str = ""
    tag: str = ""

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
            reference=self.reference,
            tag=self.tag,
        )


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file of an export.

    name: below the chosen folder, with / between its parts. block: whose it is: the number of the
    account, or of the app if the preset is one of apps' keys.
    """

    name: str
    text: Secret
    block: int


@dataclass(frozen=True, slots=True)
class EnvironmentVariables:
    """Accounts as the variables of a process.

    values: by name. secrets: those of them that are credentials. names: every name that belongs to
    the accounts, whether they have a value for it or not.
    """

    values: Mapping[str, Secret]
    secrets: tuple[Secret, ...]
    names: re.Pattern[str]

    def add_to(self, environment: Mapping[str, str], *, keep: bool = False) -> dict[str, str]:
        """Return the environment with the variables.

        keep: whether names that belong to the accounts stay if the accounts have no value.
        """
        others = {
            name: value
            for name, value in environment.items()
            if keep or self.names.fullmatch(name) is None
        }
        return others | {name: value.reveal() for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class _Account:
    shown: PreviewEntry
    values: Mapping[Field, str]
    expires_at: str


def find_values(
    preset: ExportPreset, entry: ExportEntry, *, bearer: bool = False
) -> dict[Field, Secret]:
    """Return the values that an export of the account contains, in the order of the preset."""
    secrets, absent = _list_secrets(entry), _absent_fields(entry.preview(), bearer=bearer)
    return {
        field: secret
        for field in preset.names
        if field not in absent and (secret := secrets.get(field)) is not None
    }


def render_accounts(
    preset: ExportPreset,
    entries: Sequence[ExportEntry],
    *,
    comment: bool = True,
    bearer: bool = False,
) -> Secret:
    """Render the accounts as one text that ends with a line break.

    Several accounts are told apart as the preset says. A host other than X's is always named: as a
    comment, or in JSON, which has no comments, as "api_url" in the preset with details.

    Raises:
        ValueError: the syntax cannot hold a value, or an export of these accounts is several files.
    """
    blocks = _build_blocks(preset, _reveal(entries), comment=comment, bearer=bearer)
    return Secret(_render(preset, blocks, comment=comment))


def render_files(
    preset: ExportPreset,
    entries: Sequence[ExportEntry],
    *,
    comment: bool = True,
    bearer: bool = False,
) -> tuple[RenderedFile, ...]:
    """Render what makes a folder: a file for each account, or for each value.

    Raises:
        ValueError: the syntax cannot hold a value.
    """
    blocks = _build_blocks(preset, _reveal(entries), comment=comment, bearer=bearer)
    return _render_files(preset, blocks, comment=comment)


def _render_files(
    preset: ExportPreset, blocks: tuple[AccountBlock, ...], *, comment: bool
) -> tuple[RenderedFile, ...]:
    if preset.syntax is FileSyntax.CREDENTIALS:
        rows = ExportDocument(preset, blocks, preset.options).named_rows()
        return tuple(
            RenderedFile(name, Secret(value), number)
            for number, block in enumerate(rows)
            for name, value in block
        )
    names = make_names_unique(_name_file(preset, block) for block in blocks)
    return tuple(
        RenderedFile(name, Secret(_render(preset, (block,), comment=comment)), number)
        for number, (name, block) in enumerate(zip(names, blocks, strict=True))
    )


def render_rows(
    preset: ExportPreset, entry: ExportEntry, *, bearer: bool = False
) -> dict[str, Secret]:
    """Return the values of one account, and the preset's other lines, by their names."""
    (block,) = _build_blocks(preset, _reveal([entry]), comment=False, bearer=bearer)
    return {name: Secret(value) for name, value in block.rows}


def render_preview(
    preset: ExportPreset,
    entries: Sequence[PreviewEntry],
    *,
    comment: bool = True,
    bearer: bool = False,
) -> str:
    """Render the same text with ten dots in the place of each value; raises as that does."""
    blocks = _build_blocks(preset, _mark(entries), comment=comment, bearer=bearer)
    return _hide_marks(_render(preset, blocks, comment=comment))


def preview_files(
    preset: ExportPreset,
    entries: Sequence[PreviewEntry],
    *,
    comment: bool = True,
    bearer: bool = False,
) -> tuple[tuple[str, str], ...]:
    """Return the names and hidden texts of what render_files() makes; raises as that does."""
    blocks = _build_blocks(preset, _mark(entries), comment=comment, bearer=bearer)
    files = _render_files(preset, blocks, comment=comment)
    return tuple((one.name, _hide_marks(one.text.reveal())) for one in files)


def _mark(entries: Sequence[PreviewEntry]) -> list[_Account]:
    """Return the accounts with a mark in the place of each value."""
    fields = tuple(Field)
    return [
        _Account(
            entry,
            {field: f"{_MARK}{number:04d}{fields.index(field):02d}" for field in fields},
            _HIDDEN_TIME,
        )
        for number, entry in enumerate(entries)
    ]


def _hide_marks(text: str) -> str:
    return _MARKED.sub(HIDDEN_VALUE, text).replace(_HIDDEN_TIME, HIDDEN_VALUE)


def render_variables(preset: ExportPreset, entries: Sequence[ExportEntry]) -> EnvironmentVariables:
    """Return accounts as variables, with the apps' own tokens if there are any.

    Several accounts are told apart as the preset says, by prefixes if it says no way of naming.

    Raises:
        ValueError: two values would have the same name.
    """
    if len(entries) > 1 and not preset.grouping.is_by_name:
        preset = preset.grouped_by(AccountGrouping.PREFIX)
    blocks = _build_blocks(preset, _reveal(entries), comment=False, bearer=True)
    document = ExportDocument(preset, blocks, preset.options)
    rows = document.named_rows()
    return EnvironmentVariables(
        {name: Secret(value) for block in rows for name, value in block},
        tuple(Secret(value) for block in blocks for value in block.values.values()),
        _match_names(document),
    )


def _match_names(document: ExportDocument) -> re.Pattern[str]:
    """Match the preset's names as they are and as each account's; with numbers, of any number."""
    plain = document.preset.all_names
    accounts = range(len(document.blocks))
    names = plain | {document.rename(number, name) for number in accounts for name in plain}
    ending = "(?:_[0-9]+)?" if document.preset.grouping is AccountGrouping.NUMBER else ""
    return re.compile(f"(?:{'|'.join(map(re.escape, names))}){ending}")


def _reveal(entries: Iterable[ExportEntry]) -> list[_Account]:
    return [
        _Account(
            entry.preview(),
            {name: secret.reveal() for name, secret in _list_secrets(entry).items()},
            "0" if entry.tokens is None else str(int(entry.tokens.expires_at.timestamp())),
        )
        for entry in entries
    ]


def _list_secrets(entry: ExportEntry) -> dict[Field, Secret]:
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
    return {name: secret for name, secret in secrets.items() if secret is not None}


def _render(preset: ExportPreset, blocks: tuple[AccountBlock, ...], *, comment: bool) -> str:
    if not blocks:
        return ""
    if len(blocks) > 1 and preset.makes_folder(len(blocks)):
        raise ValueError("With this preset each account is a file of its own.")
    rules = SYNTAXES[preset.syntax]
    top = tuple(preset.comment.splitlines()) if comment else ()
    return rules.render(ExportDocument(preset, blocks, {**rules.options, **preset.options}, top))


def _build_blocks(
    preset: ExportPreset, accounts: Sequence[_Account], *, comment: bool, bearer: bool
) -> tuple[AccountBlock, ...]:
    if preset.is_of_app:
        accounts = list(
            {(one.shown.app_label, one.shown.api_url): one for one in accounts}.values()
        )
    stems = make_stems(
        to_single_line(one.shown.app_label) if preset.is_of_app else one.shown.handle
        for one in accounts
    )
    return tuple(
        _build_block(preset, account, stem, comment=comment, bearer=bearer)
        for stem, account in zip(stems, accounts, strict=True)
    )


def _build_block(
    preset: ExportPreset, account: _Account, stem: str, *, comment: bool, bearer: bool
) -> AccountBlock:
    shown = account.shown
    absent = _absent_fields(shown, bearer=bearer)
    there = [field for field in preset.names if field not in absent]
    values = {field: account.values[field] for field in there if field in account.values}
    if any(map(_UNREADABLE.search, values.values())):
        raise ValueError("A value contains a character that programs read differently.")
    api_url = "" if _is_x(shown) else to_single_line(shown.api_url)
    rows = _detail_rows(preset, shown)
    # A name without a value is one whose value is not needed: a workflow names secrets.
    rows += [(preset.names[field], values.get(field, "")) for field in there]
    rows += preset.constants
    if api_url and preset.details and preset.syntax in {FileSyntax.JSON, FileSyntax.CSV}:
        rows.append(("api_url", api_url))
    return AccountBlock(
        handle=to_single_line(shown.app_label) if preset.is_of_app else shown.handle,
        user_id=shown.user_id,
        stem=stem,
        head=_head(preset, shown, api_url, comment=comment),
        rows=tuple(rows),
        values=values,
        expires_at=account.expires_at,
        reference=shown.reference or f"@{shown.handle}",
        api_url=api_url,
        file_name_parts=file_name_parts(stem, shown.app_label, shown.tag),
    )


def _detail_rows(preset: ExportPreset, shown: PreviewEntry) -> list[tuple[str, str]]:
    texts: dict[AccountDetail, str] = {
        AccountDetail.HANDLE: shown.handle,
        AccountDetail.NAME: shown.name,
        AccountDetail.USER_ID: shown.user_id,
        AccountDetail.APP: shown.app_label,
    }
    return [
        (name, _make_holdable(preset.syntax, to_single_line(texts[detail])))
        for detail, name in preset.details.items()
    ]


def _make_holdable(syntax: FileSyntax, text: str) -> str:
    """Return a label without the signs that the syntax cannot hold, rather than no export."""
    try:
        _ = SYNTAXES[syntax].quote(text)
    except ValueError:
        return unicodedata.normalize("NFC", " ".join(_UNSURE_SIGNS.sub("", text).split()))
    return text


def _head(
    preset: ExportPreset, shown: PreviewEntry, api_url: str, *, comment: bool
) -> tuple[str, ...]:
    lines: list[str] = []
    if comment:
        who = (shown.app_label,) if preset.is_of_app else (f"@{shown.handle}", shown.app_label)
        lines.append(to_single_line(", ".join(filter(None, who))))
    if api_url:
        lines.append(f"API: {api_url}")
    return tuple(lines)


def _absent_fields(account: PreviewEntry, *, bearer: bool) -> set[Field]:
    """Return the fields that this account or its app lacks, or that were not asked for."""
    there = {
        Field.ACCESS_TOKEN: account.has_oauth1,
        Field.ACCESS_SECRET: account.has_oauth1,
        Field.BEARER_TOKEN: bearer and account.has_bearer,
        Field.CLIENT_ID: account.has_client,
        Field.CLIENT_SECRET: account.has_client_secret,
        Field.OAUTH2_ACCESS: account.has_oauth2,
        Field.OAUTH2_REFRESH: account.has_refresh,
    }
    return {field for field, has in there.items() if not has}


def _name_file(preset: ExportPreset, block: AccountBlock) -> str:
    name = preset.suggested_name
    if is_file_name_pattern(name) or preset.grouping is not AccountGrouping.FILE:
        return fill_file_name(name, block.file_name_parts)
    return f"{block.stem}/{preset.suggested_name}"


def _is_x(account: PreviewEntry) -> bool:
    return not account.api_url or Hosts(api=account.api_url).is_x
