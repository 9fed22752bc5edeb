"""What the cells of an nbgrader assignment call: `grade`, in the kernel that holds the answers.

nbgrader reads a test cell's points from its last value. So `grade` shows the reasons and returns
the points, and finds both as `nbgrader autograde` does: from the text of the cells, in the worker.
"""


def grade(name: str, points: float | None = None) -> float:
    """Check this notebook's answer to an exercise, show the reasons, and return the points.

    The cells that this kernel ran count, and nothing else: no course folder is looked at.

    Args:
        name: of the exercise, for example "train_epoch".
        points: what the cell is worth; by default the sum of the points of the checks.

    Returns:
        A number from 0 to `points`, which nbgrader takes as partial credit.

    Raises:
        ValueError: there is no exercise of that name, or `points` is negative.
        RuntimeError: this is no notebook.
        GraderError: the grader itself failed, which is not the student's fault.
    """
    from IPython import get_ipython
    from IPython.display import display

    from autograder.course.catalogue import find_exercise
    from autograder.nbgrader.answers import graded, scaled, submission_of
    from autograder.report.shown import Shown
    from autograder.runners.runner import GraderError

    find_exercise(name)
    if points is not None and points < 0:
        raise ValueError(f"points is {points}: pass what the cell is worth, 0 or more")
    shell = get_ipython()
    if shell is None:
        raise RuntimeError(f"grade({name!r}) reads a notebook's cells: call it in a notebook")
    _, *cells = shell.history_manager.input_hist_raw
    (result,) = graded(submission_of(cells, "your notebook.ipynb", [name]), [name]).exercises
    if result.verdict == "grader error":
        why = next(c.said("message") for c in result.checks if c.verdict == "grader error")
        raise GraderError(f"{name} could not be graded, not by any fault of yours: {why}")
    display(Shown(result))
    return scaled(result, points)


def lend_units_before(unit: str) -> None:
    """Let `fashion_course.<unit>` of all earlier units be the course's own answers.

    Raises:
        ValueError: there is no unit of that name.
    """
    from autograder.course.catalogue import UNITS
    from autograder.nbgrader.answers import lent_sources
    from autograder.worker import loading

    if unit not in UNITS:
        raise ValueError(f"there is no unit {unit!r}: pass one of {', '.join(UNITS)}")
    sources = lent_sources(unit)
    texts = {name: source.text for name, source in sources.items()}
    loading.load(loading.COURSE, texts, {name: source.origin for name, source in sources.items()})
