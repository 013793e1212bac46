"""Reader of twarc's first configuration file, an INI with a section per account."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.tools.found_credentials import FoundCredentials, NotLoadedError

_NAMES = {
    Field.API_KEY: "consumer_key",
    Field.API_SECRET: "consumer_secret",
    Field.ACCESS_TOKEN: "access_token",
    Field.ACCESS_SECRET: "access_token_secret",
    Field.BEARER_TOKEN: "bearer_token",
}
_NOBODY = {"main", "default"}
_DELIMITER = re.compile("[=:]")

_Section = dict[str, str]


def read_twarc(lines: Sequence[str], harvest: FoundCredentials) -> None:
    """Take every section that holds keys (twarc/client.py, save_config).

    Without interpolation: twarc itself cannot read back a value with a % (twarc #358). A section
    called DEFAULT is an account like the others.

    Raises:
        NotLoadedError: it is not an INI file.
    """
    for name, section in _sections(lines).items():
        if any(known in section for known in _NAMES.values()):
            values = {place: section.get(known) for place, known in _NAMES.items()}
            handle = "" if name.lower() in _NOBODY else name
            harvest.take(values, what=f"section {name}", handle=handle)


def _sections(lines: Sequence[str]) -> dict[str, _Section]:
    """Read sections as configparser does, whose own pattern takes quadratic time.

    A value that goes on in further lines is no key of X, and is left out.
    """
    sections: dict[str, _Section] = {}
    section: _Section | None = None
    option, indent = "", 0
    for line in lines:
        text = line.strip()
        if not text or text.startswith(("#", ";")):
            continue
        indented = len(line) - len(line.lstrip())
        if option and indented > indent:
            _ = (section or {}).pop(option, None)
        elif text.startswith("[") and (end := text.rfind("]")) > 1:
            section, option = sections.setdefault(text[1:end], {}), ""
        else:
            name, separator, value = _parted(text)
            if section is None or not separator:
                raise NotLoadedError("It is not an INI file with sections.")
            section[name], option, indent = value, name, indented
    return sections


def _parted(text: str) -> tuple[str, str, str]:
    found = _DELIMITER.search(text)
    if found is None:
        return "", "", ""
    name = text[: found.start()].rstrip().lower()
    return name, found.group(), text[found.end() :].strip()
