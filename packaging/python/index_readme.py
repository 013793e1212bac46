"""Fit README.md to a package index, which has no other file of the project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(?P<picture>!?)\[(?P<words>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_ELSEWHERE = re.compile(r"[a-z]+:|#")


def fit_readme(text: str, address: str) -> str:
    """Return the text with relative links led to the address.

    Without an address a link becomes its words, and a picture goes with its paragraph.
    """

    def lead(found: re.Match[str]) -> str:
        if _ELSEWHERE.match(found["target"]):
            return found[0]
        if address:
            return f"{found['picture']}[{found['words']}]({address}{found['target']})"
        return "" if found["picture"] else found["words"]

    return re.sub(r"\n{3,}", "\n\n", _LINK.sub(lead, text))


class IndexReadme(MetadataHookInterface):
    """Sets the field readme. files: address of this version's files, with {version}; or ""."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the field readme of the project's table."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        address = str(self.config["files"]).format(version=metadata["version"])
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": fit_readme(text, address),
        }
