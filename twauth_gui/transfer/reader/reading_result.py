"""What is told of a text: its accounts and apps, and each value that is not used, with its line."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import (
    RENEWALS,
    FoundCredentials,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.reader.grouping import ACCOUNT, APP, AppIndex, CredentialSet
from twauth_gui.transfer.reader.value_kinds import ReadValue, could_be_key

_MOST_SKIPPED = 500
_LONGEST_NAME = 40
_OAUTH2 = frozenset({Field.OAUTH2_ACCESS, Field.OAUTH2_REFRESH, Field.OAUTH2_CODE})
_OF_APP = (Field.BEARER_TOKEN, Field.CLIENT_ID, Field.CLIENT_SECRET)
_NO_APP = "It belongs to an app, but the app's API key and API secret are missing."
_TWO_APPS = "The same access token is there with the keys of another app. The first one is kept."
_MANY = "Too many values in it were skipped to list them all."
_UNNAMED = "It looks like {what}, but the file does not say what it belongs to."


class ReadingResult:
    """Writes what was found of one text into FoundCredentials."""

    def __init__(self, found: FoundCredentials) -> None:
        self._found = found
        self._used: set[str] = set()
        self._app_of: dict[str, str] = {}
        self._left: list[tuple[SkippedEntry, str]] = []

    def take(self, one: CredentialSet, apps: AppIndex, handle: str) -> None:
        """Take what a set makes: an account, an app or both; tell of each value that is left."""
        values = {name: it.value for name, it in one.values.items()}
        if one.has(ACCOUNT) and not one.has(APP):
            values = self._borrow_app(one, apps)
        complete = {name for pair in (APP, ACCOUNT) if _has(values, pair) for name in pair}
        for name, it in one.values.items():
            if name in _OAUTH2:
                self.skip(SkippedEntry(it.name, RENEWALS, SkipKind.OAUTH2, it.line), it.value)
            elif name in _OF_APP:
                self._tell_of_app_value(one, name, has_app=_has(values, APP))
            elif name not in complete or not one.has(_pair_of(name)):
                entry = SkippedEntry(it.name, _partner_missing(name), SkipKind.INCOMPLETE, it.line)
                self.skip(entry, it.value)
        if complete:
            kept = {name: it for name, it in values.items() if name in complete}
            if _has(values, APP):
                kept |= {name: values[name] for name in _OF_APP if name in values}
            self._used |= {*kept.values()}
            self._tell_other_app(one, kept)
            token = one.values.get(Field.ACCESS_TOKEN, one.first)
            self._found.take(kept, what=token.name, handle=handle, line=token.line)

    def _tell_other_app(self, one: CredentialSet, kept: dict[Field, str]) -> None:
        """Tell of an account that the text has under two apps: only one can be its own."""
        if not _has(kept, ACCOUNT):
            return
        app = kept.get(Field.API_KEY, "")
        if self._app_of.setdefault(kept[Field.ACCESS_TOKEN], app) not in {app, ""}:
            it = one.values[Field.ACCESS_TOKEN]
            self.skip(SkippedEntry(it.name, _TWO_APPS, SkipKind.AMBIGUOUS, it.line))

    def skip(self, entry: SkippedEntry, value: str = "") -> None:
        """Note a value that is not used here; it is told of if it is used nowhere."""
        self._left.append((entry, value))

    def finish(self) -> None:
        """Tell of the values that are not used; after very many only that there are more."""
        left = [entry for entry, value in self._left if value not in self._used]
        left.sort(key=lambda entry: entry.line)
        for entry in left[:_MOST_SKIPPED]:
            is_named = entry.what and not could_be_key(ReadValue.of(entry.what))
            shown = entry.what[:_LONGEST_NAME] if is_named else "the value"
            self._found.skip(replace(entry, what=shown))
        if len(left) > _MOST_SKIPPED:
            rest = SkippedEntry("the rest of the file", _MANY, SkipKind.AMBIGUOUS)
            self._found.skip(rest)

    def _borrow_app(self, one: CredentialSet, apps: AppIndex) -> dict[Field, str]:
        """Return the account with the app around it; half of another app's keys keeps it out."""
        own = {name: it.value for name, it in one.values.items() if name in ACCOUNT}
        app = apps.find(one.scope)
        if app and any(
            app.values[name].value != one.values[name].value for name in APP if name in one.values
        ):
            app = None
        lent = (*APP, *_OF_APP)
        return {
            **(
                {name: app.values[name].value for name in lent if name in app.values} if app else {}
            ),
            **own,
        }

    def _tell_of_app_value(self, one: CredentialSet, name: Field, *, has_app: bool) -> None:
        if not (has_app and one.has(APP)):
            it = one.values[name]
            self.skip(SkippedEntry(it.name, _NO_APP, SkipKind.INCOMPLETE, it.line), it.value)


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
