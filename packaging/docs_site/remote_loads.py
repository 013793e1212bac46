"""What the pages of a site load from other servers: scripts, style sheets, pictures, fonts."""

from __future__ import annotations

import re
from pathlib import Path

_LOADS = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\ssrc=["'](?:https?:)?//[^"']+"""
    r"""|<link\b[^>]*rel=["'](?:stylesheet|preload|icon|preconnect)["'][^>]*href=["'](?:https?:)?//[^"']+"""
    r"""|(?:@import\s|url\()["']?(?:https?:)?//[^"')]+"""
)


def find_remote_loads(folder: Path) -> list[str]:
    """Return what the pages and style sheets of a folder load from elsewhere, with their files."""
    return [
        f"{path.relative_to(folder)}: {found.group()}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".css"}
        for found in _LOADS.finditer(path.read_text("utf-8"))
    ]
