"""Start of the bundled window program."""

import sys

from twauth_gui.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
