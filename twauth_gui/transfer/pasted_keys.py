"""Keys of X in a pasted text of any format."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.jsontext import read_json
from twauth_gui.transfer.linetext import read_lines
from twauth_gui.transfer.placing import Placed, place
from twauth_gui.transfer.reading import Reading

MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class PastedKeys:
    """The keys of a text. notes: sentences for the person, without any value."""

    api_key: Secret | None = None
    api_secret: Secret | None = None
    bearer_token: Secret | None = None
    client_id: Secret | None = None
    client_secret: Secret | None = None
    access_token: Secret | None = None
    access_secret: Secret | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        app = (self.api_key, self.api_secret, self.bearer_token)
        rest = (self.client_id, self.client_secret, self.access_token, self.access_secret)
        return not any((*app, *rest))

    @property
    def has_app(self) -> bool:
        return self.app_keys is not None

    @property
    def app_keys(self) -> AppKeys | None:
        """The keys of an app; None unless both the API key and the API secret are there."""
        if self.api_key is None or self.api_secret is None:
            return None
        return AppKeys(
            self.api_key, self.api_secret, self.bearer_token, self.client_id, self.client_secret
        )


def parse_keys(text: str) -> PastedKeys:
    """Return all keys of the text. Any text is accepted; nothing is raised.

    Known formats: JSON, .env, shell, PowerShell, YAML, INI, properties, assignments in code,
    options, two-column tables, labels with values, and bare lines in the order of X's console.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return PastedKeys(
            notes=("The text is longer than 256 KiB. Paste only the part with the keys.",)
        )
    if not text.strip():
        return PastedKeys()
    plain = text.removeprefix("\ufeff").replace("\x00", "")
    reading = read_json(plain) or read_lines(plain)
    placed = place(reading)
    secrets = {name: Secret(value) for name, value in placed.values.items()}
    return PastedKeys(
        api_key=secrets.get(Field.API_KEY),
        api_secret=secrets.get(Field.API_SECRET),
        bearer_token=secrets.get(Field.BEARER_TOKEN),
        client_id=secrets.get(Field.CLIENT_ID),
        client_secret=secrets.get(Field.CLIENT_SECRET),
        access_token=secrets.get(Field.ACCESS_TOKEN),
        access_secret=secrets.get(Field.ACCESS_SECRET),
        notes=_notes(reading, placed),
    )


def _notes(reading: Reading, placed: Placed) -> tuple[str, ...]:
    notes = [
        f"The {one.value} and the {other.value} were swapped; this is corrected."
        for one, other in placed.swapped
    ]
    if placed.second_set:
        notes.append("There is more than one set of keys; Twauth uses the first one.")
    if placed.oauth2_left_out:
        notes.append("An OAuth 2.0 token was skipped: signing in with OAuth 1.0a does not use it.")
    if reading.is_cut:
        notes.append("The text is too long to read completely. Paste only the part with the keys.")
    if not placed.values:
        notes.append("There is no X key in this text.")
    empty = [name for name in dict.fromkeys(reading.empty) if name not in placed.values]
    notes += [f"The {name.value} has no value here." for name in empty]
    if placed.unread:
        lines = "1 line was" if placed.unread == 1 else f"{placed.unread} lines were"
        notes.append(f"{lines} not understood.")
    return tuple(notes)
