"""`python -m autograder.selftest`; a module of its own, because spawned workers import `run`."""

import sys

from autograder.selftest.run import main

sys.exit(main())
