"""Sphinx's settings for the documentation's site; build.py starts Sphinx with them.

The site is read from the disk as well as from a server, so it loads no font and no script from
elsewhere.
"""

from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from twauth_gui import __version__

_HERE = Path(__file__).parent

project = "Twauth"
release = version = __version__
html_title = f"Twauth {__version__}"
copyright = "The Twauth developers"  # noqa: A001 - Sphinx's name
root_doc = "index"
language = "en"

extensions = ["myst_parser"]
myst_heading_anchors = 4  # as GitHub makes them, so that a link works in both
highlight_language = "text"
pygments_style = "friendly"
pygments_dark_style = "github-dark"

smartquotes = False  # options begin with two hyphens

html_theme = "furo"
html_static_path = [str(_HERE / "static")]
html_css_files = ["site.css"]
html_favicon = str(_HERE.parents[1] / "resources" / "twauth.svg")
html_logo = html_favicon
html_copy_source = False
html_use_index = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Show Mermaid's text as it is: its script is large, and the text can be read."""
    app.add_lexer("mermaid", TextLexer)
