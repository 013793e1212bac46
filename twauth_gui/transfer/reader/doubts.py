"""What speaks against a set of credentials that has all it needs."""

from __future__ import annotations

from twauth_gui.transfer.credential_formats import read_token_user_id
from twauth_gui.transfer.reader.grouping import ACCOUNT, APP, CredentialSet

_OTHER_USER = "The user ID named beside it is not the one in the access token."
_LENGTH = "The {field} does not have a length that X uses."
_ONE_SIGN = "Its values look like placeholders: each repeats one character."
_SHORTEST_ID = 4


def find_doubt(one: CredentialSet, user_id: str) -> str:
    """Return why an account may not be what it seems, as a sentence; "" if nothing says so.

    user_id: that is named beside it, or "".
    """
    if not one.has(ACCOUNT):
        return ""
    own_id = read_token_user_id(one.values[ACCOUNT[0]].value) or ""
    is_id = user_id.isascii() and user_id.isdecimal() and len(user_id) >= _SHORTEST_ID
    if own_id and is_id and user_id != own_id:
        return _OTHER_USER
    values = [(name, one.values[name]) for name in (*APP, *ACCOUNT) if name in one.values]
    if all(len(set(it.value.rpartition("-")[2])) == 1 for _, it in values):
        return _ONE_SIGN
    odd = (name for name, it in values if name not in it.formats and not it.is_of_x)
    return next((_LENGTH.format(field=name.value) for name in odd), "")
