"""Where the documentation is: in the program's own folder, or at the project's address."""

from __future__ import annotations

from twauth_gui.osfiles.resource_files import resource_path

_LABEL = "documentation"


def find_documentation() -> str:
    """Return the address of the documentation; "" if this copy has none and the project neither.

    Packages that carry the built site have it among the resources. It may be a link there: some
    browsers read only certain folders, so the address is that of the folder itself.
    """
    page = resource_path("site", "index.html")
    if page.is_file():
        return page.resolve().as_uri()
    from importlib.metadata import (  # noqa: PLC0415 - 39 modules, and the window's start needs none
        PackageNotFoundError,
        metadata,
    )

    try:
        links = metadata("twauth").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    parts = (link.partition(", ") for link in links)
    return next((url for label, _, url in parts if label.casefold() == _LABEL), "")
