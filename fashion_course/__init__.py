"""Fashion Course: learn image classification by writing the library yourself.

`fashion_course.data` … `fashion_course.capstone` belong to the student. When Python runs inside a
course folder made by `fashion-course start`, those modules come from there; `fashion_course.kit`
is given and always comes from the installed package.
"""

from fashion_course.kit.home import adopt_home as _adopt_home

__version__ = "0.1.0"

__path__ = _adopt_home(__path__)
