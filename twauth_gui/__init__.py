"""Twauth signs X bot accounts in, keeps their credentials and exports them to bots.

For bots: ``from twauth_gui import client``; ``client("@news_bot")`` returns a ready tweepy.Client.
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__", "client"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import Any


def client(account: str | None = None, *, data_dir: str | PathLike[str] | None = None) -> Any:
    """Return a tweepy.Client that is ready to act as an account; see twauth_gui.bots.client."""
    # Imported by name: every package imports the version from here and must not import upwards.
    from importlib import import_module  # noqa: PLC0415 - see above

    return import_module("twauth_gui.bots").client(account, data_dir=data_dir)
