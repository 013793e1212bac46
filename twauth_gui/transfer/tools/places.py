"""Places where known tools store their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """An existing file, with the tool that writes it."""

    tool: str
    path: Path


HOME_PLACES = (
    (".twurlrc", "twurl"),
    (".trc", "t"),
    (".xrc", "x-cli"),
    (".xurl", "xurl"),
    (".xurl.migrating", "xurl"),
    (".twarc", "twarc"),
    (".twitter_oauth", "python-twitter-tools"),
    (".rainbow_oauth", "rainbowstream"),
    (".oysttyerkey", "oysttyer"),
    (".ttytterkey", "TTYtter"),
    (".eliza/twitter/oauth2.tokens.json", "elizaOS"),
    (".cawbird/Cawbird.db", "Cawbird"),
)
CONFIG_PLACES = (
    ("twarc/config", "twarc"),
    ("cawbird/Cawbird.db", "Cawbird"),
    ("corebird/Corebird.db", "Corebird"),
)
WORKING_FOLDER_PLACES = ((".env", "a .env file"), ("twitter4j.properties", "Twitter4J"))
_MOST_MATCHES = 100
_R_FOLDERS = ("R/rtweet", ".config/R/rtweet", "Library/Preferences/org.R-project.R/R/rtweet")


@dataclass(frozen=True, slots=True)
class SearchRoots:
    """The folders to search. here: the working folder; None to leave it out."""

    home: Path
    config: Path
    environment: Mapping[str, str]
    here: Path | None = None


def known_places(roots: SearchRoots) -> list[KnownPlace]:
    """Return the files that exist, each once, those of the best known tools first."""
    found: dict[Path, KnownPlace] = {}
    for place in _candidates(roots):
        if _is_there(place.path):
            found.setdefault(place.path, place)
    return list(found.values())


def _candidates(roots: SearchRoots) -> Iterator[KnownPlace]:
    yield from (KnownPlace(tool, roots.home / name) for name, tool in HOME_PLACES)
    yield from (KnownPlace(tool, roots.config / name) for name, tool in CONFIG_PLACES)
    nltk = roots.environment.get("TWITTER")  # a folder (nltk/twitter/util.py)
    if nltk:
        yield KnownPlace("NLTK", Path(nltk) / "credentials.txt")
    if roots.here is not None:
        yield from (KnownPlace(tool, roots.here / name) for name, tool in WORKING_FOLDER_PLACES)
    yield from (KnownPlace("rtweet", path) for path in _rtweet(roots))


def _rtweet(roots: SearchRoots) -> Iterator[Path]:
    named = roots.environment.get("TWITTER_PAT")
    if named:
        yield Path(named)
    folders = [roots.home / name for name in _R_FOLDERS[1:]]
    for folder in (roots.config / _R_FOLDERS[0], *folders):
        yield from _matching(folder, "*.rds")
    yield from _matching(roots.home, ".rtweet_token*.rds")


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(islice(folder.glob(pattern), _MOST_MATCHES))
    except OSError:
        return []


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
