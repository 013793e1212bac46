"""Reader of named values in any format: .env, properties, JSON, ConfigObj, oysttyer's line."""

from __future__ import annotations

from collections.abc import Iterator

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.jsontext import read_json
from twauth_gui.transfer.linetext import read_lines
from twauth_gui.transfer.placing import place
from twauth_gui.transfer.reading import Pair, Reading
from twauth_gui.transfer.tools.found_credentials import FoundCredentials
from twauth_gui.transfer.tools.xurl import RENEWALS

_OF_APP = (
    *(Field.API_KEY, Field.API_SECRET, Field.BEARER_TOKEN),
    *(Field.CLIENT_ID, Field.CLIENT_SECRET),
)
_KEYS = (Field.API_KEY, Field.API_SECRET)
_OF_ACCOUNT = (Field.ACCESS_TOKEN, Field.ACCESS_SECRET)


def read_loose(text: str, harvest: FoundCredentials) -> None:
    """Take every set of keys; an account without an app of its own belongs to the app above it."""
    app: dict[Field, str] = {}
    whole = read_json(text) or read_lines(text)
    if whole.is_cut:
        harvest.skip("the end of the file", "It has far more entries than any file with keys.")
    sets = list(_sets(whole))
    for reading in sets:
        placed = place(reading)
        if placed.oauth2_left_out:
            harvest.skip("OAuth 2.0 tokens", RENEWALS)
        values = placed.values
        if Field.API_KEY in values and Field.API_SECRET in values:
            app = {name: values[name] for name in _OF_APP if name in values}
        # Half of another app's keys must not be made whole with this one's.
        own = all(app.get(name) == values[name] for name in _KEYS if name in values)
        if own and any(name in values for name in _OF_ACCOUNT):
            values = {**app, **values}
        if values:
            alone = whole.handles if len(sets) == 1 else []
            harvest.take(values, what="a set of keys", handle=_handle(reading.pairs, alone))


def _handle(pairs: list[Pair], alone: list[str]) -> str:
    """Return the handle beside the access token, or the only one beside a single set."""
    near = next((pair.handle for pair in pairs if pair.field in _OF_ACCOUNT and pair.handle), "")
    return near or (alone[0] if len(set(alone)) == 1 else "")


def _sets(reading: Reading) -> Iterator[Reading]:
    """Split the values at each new object, and at each name that comes again."""
    sets = list(_parted(reading.pairs))
    if len(sets) <= 1:
        yield reading
        return
    for pairs in sets:
        yield Reading(pairs=pairs)


def _parted(pairs: list[Pair]) -> Iterator[list[Pair]]:
    part: list[Pair] = []
    known: dict[Field, str] = {}
    for pair in pairs:
        other_block = bool(part) and pair.block != part[-1].block
        if other_block or known.get(pair.field, pair.value) != pair.value:
            yield part
            part, known = [], {}
        part.append(pair)
        known[pair.field] = pair.value
    if part:
        yield part
