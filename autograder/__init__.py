"""The autograder of Fashion Course: a worker observes answers, a judge compares and explains."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the worker imports this package too, and must not load the judge
    from fashion_course.kit.learner.notebook import check as check
    from fashion_course.kit.learner.notebook import compare as compare
    from fashion_course.kit.learner.notebook import hint as hint
    from fashion_course.kit.learner.notebook import reset as reset
    from fashion_course.kit.learner.notebook import solution as solution
    from fashion_course.kit.learner.notebook import status as status
    from fashion_course.kit.notebook.extension import keep as keep

__all__ = ["check", "compare", "hint", "keep", "reset", "solution", "status"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    if name == "keep":
        from fashion_course.kit.notebook import extension

        return extension.keep
    from fashion_course.kit.learner import notebook

    return getattr(notebook, name)
