"""What `fashion_course.kit` offers, and what importing it costs."""

import subprocess
import sys

import pytest

from fashion_course import kit


@pytest.mark.parametrize("name", kit.__all__)
def test_every_public_name_is_there_and_is_listed(name: str) -> None:
    assert getattr(kit, name) is not None
    assert name in dir(kit)


def test_an_unknown_name_is_an_attribute_error_like_any_other() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'plt'"):
        kit.plt  # noqa: B018


def test_the_small_records_come_without_what_is_slow_to_import() -> None:
    code = (
        "import sys; from fashion_course.kit import Metrics, fashion_mnist; "
        "print([name for name in ('matplotlib', 'requests', 'torchvision') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_command_line_begins_without_what_is_slow_to_import() -> None:
    code = (
        "import sys; import fashion_course.kit.cli; "
        "print([name for name in ('matplotlib', 'requests', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
