"""Reads twarc's first configuration file, an INI with a section per account."""

from __future__ import annotations

import configparser

from twauth_gui.transfer.shapes import Field
from twauth_gui.transfer.tools.found import Harvest, NotLoadedError

_NAMES = {
    Field.API_KEY: "consumer_key",
    Field.API_SECRET: "consumer_secret",
    Field.ACCESS_TOKEN: "access_token",
    Field.ACCESS_SECRET: "access_token_secret",
    Field.BEARER_TOKEN: "bearer_token",
}
_NOBODY = {"main", "default"}
_ITS_DEFAULTS = "\x00"  # a section called DEFAULT is an account like the others


def read_twarc(text: str, harvest: Harvest) -> None:
    """Take every section that holds keys (twarc/client.py, save_config).

    Without interpolation: twarc itself cannot read back a value with a % (twarc #358).

    Raises:
        NotLoadedError: it is no INI file.
    """
    parser = configparser.RawConfigParser(strict=False, default_section=_ITS_DEFAULTS)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise NotLoadedError("It is no file of sections with named values.") from error
    for name in parser.sections():
        section = dict(parser[name])
        if any(known in section for known in _NAMES.values()):
            values = {place: section.get(known) for place, known in _NAMES.items()}
            handle = "" if name.lower() in _NOBODY else name
            harvest.take(values, what=f"section {name}", handle=handle)
