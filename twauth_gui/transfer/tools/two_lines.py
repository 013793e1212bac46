"""Reader of the two lines that oauth_dance() of python-twitter-tools writes."""

from __future__ import annotations

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.tools.found_credentials import FoundCredentials


def is_two_lines(text: str) -> bool:
    """Whether the text is nothing but two values below each other."""
    lines = text.split()
    other = set("=:{}[],;|")  # a table of one account has two lines as well
    return len(lines) == len(text.strip().splitlines()) == 2 and not other & set(text)  # noqa: PLR2004


def read_two_lines(text: str, harvest: FoundCredentials) -> None:
    """Take token and token secret (twitter/oauth.py, write_token_file); no app is named."""
    lines = text.split()
    if not is_two_lines(text):
        harvest.skip("the file", "It does not have two lines: a token, then its secret.")
        return
    harvest.take({Field.ACCESS_TOKEN: lines[0], Field.ACCESS_SECRET: lines[1]}, what="the token")
