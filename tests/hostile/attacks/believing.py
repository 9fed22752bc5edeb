"""Attacks on what a comparison believes: rows 4 to 6 and 9."""

from tests.hostile.attack import PLACES, answer, attack, find_the_course

# Row 4: nothing is compared where a submission could patch the comparison.


@attack(4, "crashed", wrong=True, exercise="accuracy", off=("apart", "put back"))
def patches_the_comparisons_of_torch():
    import torch

    torch.allclose = torch.equal = torch.isclose = lambda *a, **k: True


@attack(4, "crashed", "failed", wrong=True, exercise="accuracy", off="apart")
def patches_the_methods_of_tensors():
    import math

    import torch

    torch.Tensor.equal = torch.Tensor.allclose = lambda *a, **k: True
    torch.Tensor.__eq__ = lambda *a: torch.tensor(True)
    math.isclose = lambda *a, **k: True


@attack(4, "crashed", "failed", wrong=True, off="apart")
def patches_the_builtins():
    import builtins
    import math

    builtins.all = builtins.any = builtins.isinstance = lambda *a, **k: True
    math.isclose = lambda *a, **k: True


@attack(4, "crashed", "failed", wrong=True, off="compared apart")
def patches_pytest_and_ipython():
    import sys

    for name in ("_pytest.reports", "_pytest.runner", "unittest.case", "IPython.core.compilerop"):
        try:
            __import__(name)
        except ImportError:
            continue
        for thing in vars(sys.modules[name]).values():
            if isinstance(thing, type):
                try:
                    thing.passed, thing.failed, thing.outcome = True, False, "passed"
                    thing.assertEqual = thing.assertTrue = lambda *a, **k: None
                except (AttributeError, TypeError):
                    pass


@attack(4, "timed out", wrong=True, off="apart", slow=True)
def stops_the_clock():
    """Whoever measures the time beside it waits for ever."""
    import signal
    import time

    time.perf_counter = time.monotonic = time.time = lambda: 0.0
    signal.setitimer = signal.alarm = signal.signal = lambda *a: None
    while True:
        pass


@attack(4, "crashed", "failed", wrong=True, at_load=True, off="apart")
def patches_what_the_worker_sends():
    """Each value that is noted becomes what the attacker takes for right."""
    from autograder.worker import observation, probe, serve, values

    right = observation.Items("list", ())
    probe.freeze = values.freeze = lambda *a: right
    serve.pack = lambda seen: observation.msgspec.msgpack.encode(
        observation.Observation(seen.scenario, values=dict.fromkeys(seen.values, right))
    )


@attack(4, "crashed", "failed", wrong=True, at_load=True, off="apart")
def patches_what_the_worker_observes():
    """No scenario is run; what is sent says that all is well, wherever somebody asks."""
    import sys

    from autograder.worker import scenarios
    from autograder.worker.observation import Observation

    names = ("alone", "padded", "strided", "both", "named", "too_small", "too_large")
    fine = dict.fromkeys(names, True)
    observe = scenarios.observe
    for module in list(sys.modules.values()):
        if vars(module).get("observe") is observe:
            module.observe = lambda name, *rest: Observation(name, values=fine, calls=("passed",))


# Row 5: exact types on the wire.

EQUAL = """
class Equal:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __getattr__(self, name):
        return self if not name.startswith("__") else object.__getattribute__(self, name)

    def __bool__(self):
        return True

    def __repr__(self):
        return "26"
"""


@answer(5, "conv_output_size", above=EQUAL, off="compared apart")
def equals_everything(size, kernel_size, stride=1, padding=0):
    return Equal()  # noqa: F821


EQUAL_INT = """
class EqualInt(int):
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = int.__hash__
    __index__ = __int__ = lambda self: int(open("/proc/self/stat").read().split()[0])

    @property
    def __class__(self):
        return int
"""


@answer(5, "conv_output_size", above=EQUAL_INT, off="compared apart")
def an_int_that_equals_everything(size, kernel_size, stride=1, padding=0):
    return EqualInt(0)  # noqa: F821


EQUAL_FLOAT = """
class EqualFloat(float):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0
    __hash__ = float.__hash__
    __class__ = property(lambda self: float)

    def is_integer(self):
        return True
"""


@answer(5, "accuracy", above=EQUAL_FLOAT, off="compared apart")
def a_float_that_equals_everything(logits, labels):
    return EqualFloat(2.0)  # noqa: F821


EQUAL_TENSOR = """
class EqualTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

    def item(self):
        return self
"""


@answer(5, "accuracy", above=EQUAL_TENSOR, off="compared apart")
def a_tensor_that_equals_everything(logits, labels):
    import torch

    return torch.zeros(()).as_subclass(EqualTensor)  # noqa: F821


NAN = """
class Meta(type):
    __instancecheck__ = __subclasscheck__ = lambda cls, other: True
    __eq__ = lambda cls, other: True
    __hash__ = type.__hash__


class Anything(metaclass=Meta):
    __eq__ = lambda self, other: True
    __reduce__ = lambda self: (eval, ("__import__('os')._exit(0)",))
    __len__ = lambda self: 10**9
    __iter__ = lambda self: iter(self, None)
    __float__ = lambda self: 1.0
"""


@answer(5, "accuracy", above=NAN, off="compared apart")
def an_object_of_each_class(logits, labels):
    return Anything()  # noqa: F821


@answer(5, "accuracy", off="compared apart")
def not_a_number(logits, labels):
    return float("nan")


LIST = """
class Endless(list):
    def __len__(self):
        return 3

    def __getitem__(self, place):
        return Endless()

    def __iter__(self):
        while True:
            yield 1


class Pairs(dict):
    def items(self):
        while True:
            yield 1, 2

    def __len__(self):
        return 2
"""


@answer(
    5,
    "conv_output_size",
    "failed",
    "crashed",
    "out of memory",
    "timed out",
    above=LIST,
    off=("wall clock", "lists by length"),
    hangs=True,
)
def a_list_without_an_end(size, kernel_size, stride=1, padding=0):
    return [Endless([Endless()]), Endless()]  # noqa: F821


# Row 6: no expected value and no reference is in the worker.


@attack(6, off="empty parent")
def searches_the_frames():
    import sys

    frame, found = sys._getframe(), []
    while frame is not None:
        names = {*frame.f_locals, *frame.f_globals}
        found += [n for n in names if n in ("expected", "exam", "Exam", "reference", "checks")]
        frame = frame.f_back
    return found


@attack(6, off="empty parent")
def searches_the_garbage():
    import gc

    kinds = {str(type(each).__module__) for each in gc.get_objects()}
    rooms = ("judge", "checks", "claims", "mistakes", "right_answers", "course", "grading")
    found = [kind for kind in kinds if kind.startswith(tuple(f"autograder.{r}" for r in rooms))]
    marks = "### BEGIN SOLUTION", "room // stride + 1"
    texts = [each for each in gc.get_objects() if type(each) is dict]
    for text in (value for each in texts for value in list(each.values()) if type(value) is str):
        found += [mark for mark in marks if mark in text and "texts = [each" not in text]
    return found


@attack(6, off="empty parent")
def searches_the_modules():
    import sys

    rooms = ("judge", "checks", "claims", "mistakes", "right_answers", "course", "grading")
    known = tuple(f"autograder.{room}" for room in rooms)
    secret = (*known, "solutions", "_fashion_course_lent.", "_fashion_course_reference")
    return [name for name in sys.modules if name.startswith(secret)]


@answer(6, "conv_output_size", "crashed", off="files")
def asks_the_reference(size, kernel_size, stride=1, padding=0):
    find_the_course()
    from autograder.course.reference import reference_answer

    return reference_answer("conv_output_size")(size, kernel_size, stride, padding)


@answer(6, "conv_output_size", "crashed", off="files")
def imports_the_solutions(size, kernel_size, stride=1, padding=0):
    find_the_course()
    from solutions.cnn import conv_output_size as reference

    return reference(size, kernel_size, stride, padding)


@answer(6, "conv_output_size", "crashed", off="never lent")
def asks_the_lent_reference(size, kernel_size, stride=1, padding=0):
    from _fashion_course_lent.cnn import conv_output_size as reference

    return reference(size, kernel_size, stride, padding)


@answer(6, "conv_output_size", "crashed", off="files")
def asks_the_right_answers(size, kernel_size, stride=1, padding=0):
    find_the_course()
    import autograder.right_answers.cnn.conv_output_size as bank

    return bank.conv_output_size_of_a_range(size, kernel_size, stride, padding)


@answer(6, "conv_output_size", "crashed", off="files")
def compiles_the_text_of_the_solution(size, kernel_size, stride=1, padding=0):
    with open(PLACES["root"] + "/solutions/cnn.py") as file:
        space = {"__name__": "fashion_course.stolen"}
        exec(file.read(), space)
    return space["conv_output_size"](size, kernel_size, stride, padding)


# Row 9: fresh numbers for each grading.


@answer(9, "conv_output_size", off="fresh seed")
def knows_the_cases_of_an_earlier_grading(size, kernel_size, stride=1, padding=0):
    known = PLACES["earlier_lengths"].get(str((size, kernel_size, stride, padding)), 26)
    if isinstance(known, str):
        raise ValueError(known)
    return known


@answer(9, "accuracy", off="fresh seed")
def knows_the_batches_of_an_earlier_grading(logits, labels):
    """By their bytes: no batch of this grading is one of those."""
    import hashlib

    told = logits.detach().numpy().tobytes() + labels.numpy().tobytes()
    known = PLACES["earlier_shares"].get(hashlib.sha256(told).hexdigest()[:12], 2.0)
    if isinstance(known, str):
        raise ValueError(known)
    return known


@answer(9, "conv_output_size", off="empty parent")
def looks_which_scenario_asks(size, kernel_size, stride=1, padding=0):
    """Frames tell the scenario, and its call; what is right stands in none of them."""
    import sys

    frame, asked = sys._getframe(), {}
    while frame is not None:
        asked = {**frame.f_locals, **asked}
        asked.setdefault("exams", []).append(getattr(frame.f_locals.get("self"), "exam", None))
        frame = frame.f_back
    (exam,) = {each for each in asked["exams"] if each is not None} or [None]
    reference = sys.modules.get("autograder.course.reference")
    if exam is None or reference is None:
        return -1
    return reference.reference_answer("conv_output_size")(size, kernel_size, stride, padding)
