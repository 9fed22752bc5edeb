"""The autograder of Fashion Course: a worker observes answers, a judge compares and explains."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the worker imports this package too, and must not load the judge
    from autograder.notebook import check as check
    from autograder.notebook import hint as hint

__all__ = ["check", "hint"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from autograder import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
