"""Start of the bundled window program, and of its self-test."""

import sys

from twauth_gui.__main__ import main

if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        from self_test.runner import run_self_test

        from twauth_gui.app import make_application

        sys.exit(run_self_test(make_application()))
    sys.exit(main())
