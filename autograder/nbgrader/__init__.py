"""The bridge to nbgrader: a course folder for it, and two ways to grade what comes in.

`kernel` grades inside the notebook that the untouched nbgrader program runs. `engine` grades the
same submissions without running a notebook. Both write one gradebook.
"""

from autograder.nbgrader.kernel import grade as grade
from autograder.nbgrader.kernel import lend_units_before as lend_units_before
from autograder.nbgrader.programs import find_programs as find_programs

__all__ = ["find_programs", "grade", "lend_units_before"]
