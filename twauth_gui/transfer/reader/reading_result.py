"""What is told of a text: its accounts and apps, and each value that is not used, with its line."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import (
    RENEWALS,
    FoundApp,
    FoundCredentials,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.reader.account_handles import is_label
from twauth_gui.transfer.reader.grouping import ACCOUNT, APP, AppIndex, CredentialSet
from twauth_gui.transfer.reader.value_kinds import ReadValue, could_be_key

_MOST_SKIPPED = 500
_MOST_LEFT = 4 * _MOST_SKIPPED
_LONGEST_NAME = 40
_OAUTH2 = frozenset({Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH, Field.OAUTH2_CODE})
_OF_APP = (Field.BEARER_TOKEN, Field.CLIENT_ID, Field.CLIENT_SECRET)
_NO_APP = "It belongs to an app, but the app's API key and API secret are missing."
_MANY = "Too many values in it were skipped to list them all."
_UNNAMED = "It looks like {what}, but the file does not say what it belongs to."


class ReadingResult:
    """Writes what was found of one text into FoundCredentials."""

    def __init__(self, found: FoundCredentials) -> None:
        self._found = found
        self._used: set[str] = set()
        self._choices: dict[tuple[str, ...], FoundApp] = {}
        self._left: list[tuple[SkippedEntry, str]] = []

    def take(self, one: CredentialSet, apps: AppIndex, handle: str, doubt: str = "") -> None:
        """Take what a set makes: an account, an app or both; tell of each value that is left."""
        app = one if one.has(APP) else apps.find_for(one)
        values = {name: it.value for name, it in one.values.items()}
        if one.has(ACCOUNT) and app is not one:
            values = {name: values[name] for name in ACCOUNT} | _lent_by(app)
        complete = {name for pair in (APP, ACCOUNT) if _has(values, pair) for name in pair}
        for name, it in one.values.items():
            if name in _OAUTH2:
                self.skip(SkippedEntry(it.name, RENEWALS, SkipKind.OAUTH2, it.line), it.value)
            elif name in _OF_APP:
                self._tell_of_app_value(one, name, has_app=_has(values, APP))
            elif name not in complete or not one.has(_pair_of(name)):
                entry = SkippedEntry(it.name, _partner_missing(name), SkipKind.INCOMPLETE, it.line)
                self.skip(entry, it.value)
        if not complete:
            return
        optional = _OF_APP if _has(values, APP) else ()
        kept = {name: values[name] for name in (*complete, *optional) if name in values}
        self._used |= {*kept.values()}
        token = one.values.get(Field.ACCESS_TOKEN, one.first)
        self._found.take(
            kept,
            what=token.name,
            handle=handle,
            line=token.line,
            label=_label_of(app) if app else "",
            apps=tuple(map(self._as_choice, apps.choices_for(one))) if app is None else (),
            doubt=doubt,
        )

    def skip(self, entry: SkippedEntry, value: str = "") -> None:
        """Note a value that is not used here; it is told of if it is used nowhere."""
        self._left.append((entry, value))

    @property
    def left(self) -> tuple[tuple[SkippedEntry, str], ...]:
        """What is told of, by its line: each entry with its value, or "" if it is no value.

        Entries of very many are left out.
        """
        left = [(without_key(entry), value) for entry, value in self._left[:_MOST_LEFT]]
        return tuple(sorted(left, key=lambda one: one[0].line))

    def finish(self) -> None:
        """Tell of the values that are not used; after very many only that there are more."""
        left = [entry for entry, value in self._left if value not in self._used]
        left.sort(key=lambda entry: entry.line)
        for entry in left[:_MOST_SKIPPED]:
            self._found.skip(without_key(entry))
        if len(left) > _MOST_SKIPPED:
            rest = SkippedEntry("the rest of the file", _MANY, SkipKind.AMBIGUOUS)
            self._found.skip(rest)

    def _as_choice(self, app: CredentialSet) -> FoundApp:
        key = tuple(app.values[name].value for name in APP)
        if key not in self._choices:
            self._choices[key] = _as_found_app(app)
        return self._choices[key]

    def _tell_of_app_value(self, one: CredentialSet, name: Field, *, has_app: bool) -> None:
        if not (has_app and one.has(APP)):
            it = one.values[name]
            self.skip(SkippedEntry(it.name, _NO_APP, SkipKind.INCOMPLETE, it.line), it.value)


def _lent_by(app: CredentialSet | None) -> dict[Field, str]:
    """Return what an account gets from the app around it."""
    if app is None:
        return {}
    return {name: app.values[name].value for name in (*APP, *_OF_APP) if name in app.values}


def _as_found_app(one: CredentialSet) -> FoundApp:
    secrets = {name: Secret(value) for name, value in _lent_by(one).items()}
    keys = AppKeys(*(secrets[name] for name in APP), *(secrets.get(name) for name in _OF_APP))
    return FoundApp(keys, _label_of(one), one.values[Field.API_KEY].line)


def _label_of(app: CredentialSet) -> str:
    """Return what a text calls an app: by a title, or by a section without an account; else ""."""
    if app.title:
        return app.title
    names = (*app.scope.context[-1:], *app.scope.labels)
    return "" if app.has(ACCOUNT) else " ".join(filter(is_label, names))


def without_key(entry: SkippedEntry) -> SkippedEntry:
    """Return an entry whose name is short, and no key: a key may stand where a name does."""
    is_named = entry.what and not could_be_key(ReadValue.of(entry.what))
    return replace(entry, what=entry.what[:_LONGEST_NAME] if is_named else "the value")


def unnamed_reason(field: Field) -> str:
    """Return why a value without a name is not used."""
    article = "an" if field.value[0] in "AaOu" else "a"
    return _UNNAMED.format(what=f"{article} {field.value}")


def _has(values: dict[Field, str], pair: tuple[Field, Field]) -> bool:
    return all(name in values for name in pair)


def _pair_of(name: Field) -> tuple[Field, Field]:
    return APP if name in APP else ACCOUNT


def _partner_missing(name: Field) -> str:
    pair = _pair_of(name)
    return f"The {pair[1 - pair.index(name)].value} that belongs to it is missing."
