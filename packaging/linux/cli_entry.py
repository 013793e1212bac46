"""Start of the bundled command."""

import sys

from twauth_gui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
