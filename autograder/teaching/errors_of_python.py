"""The exceptions of Python itself that answers meet often, and what they mean in this course."""

from autograder.teaching.explanation import Explanation

NAMES = {
    "not-taken": Explanation(
        r"NameError: name '(\w+)' is not defined: code cell (\d+), line (\d+) is not taken",
        "`{0}` gets its value in code cell {1}, line {2}, and no cell is run here. Only imports,"
        " definitions and simple constants (numbers, texts, lists of them) are taken from a"
        " notebook.",
        "Can you write the value down, pass it as an argument, or compute it inside the function?",
    ),
    "undefined-name": Explanation(
        r"NameError: name '(\w+)' is not defined.*",
        "`{0}` is used but never defined here.",
        "Is it spelt as where it is defined, and is an import or a cell missing?",
        many=True,
    ),
    "read-before-assigned": Explanation(
        r"UnboundLocalError: .*local variable '(\w+)'.*",
        "`{0}` is read before anything was assigned to it.",
        "On which way through the function is the line that assigns it never reached?",
        many=True,
    ),
    "missing-module": Explanation(
        r"ModuleNotFoundError: No module named '([\w.]+)'",
        "`{0}` can't be imported: it is not installed here, and not part of what was handed in.",
        "Does the exercise need more than torch, torchvision and numpy?",
    ),
    "import-name": Explanation(
        r"ImportError: cannot import name '(\w+)' from '([\w.]+)'",
        "`{1}` has no `{0}` that could be imported.",
        "How is it spelt where it is defined?",
    ),
    "none-attribute": Explanation(
        r"AttributeError: 'NoneType' object has no attribute '(\w+)'",
        "`.{0}` is asked of something that is None.",
        "What gave it that value: a function without `return`, or a default that is None?",
        many=True,
    ),
    "none-value": Explanation(
        r"TypeError: .*NoneType.*",
        "Something is None where a value is needed.",
        "What gave it that value: a function without `return`, or a default that is None?",
        many=True,
    ),
    "number-attribute": Explanation(
        r"AttributeError: '(float|int|bool)' object has no attribute '(\w+)'",
        "A plain number ({0}) has no `{1}`.",
        "Where does the tensor become a plain number, and should it before this line?",
        many=True,
    ),
    "iterator-attribute": Explanation(
        r"AttributeError: '(generator|\w*iterator|zip|map)' object has no attribute '(\w+)'",
        "`batches` may be any iterable, and a {0} has no `{1}`.",
        "What can you count or keep yourself while the loop runs?",
    ),
    "module-attribute": Explanation(
        r"AttributeError: (?:partially initialized )?module '([\w.]+)' has no attribute '(\w+)'",
        "`{0}` has nothing called `{1}`.",
        "How does its documentation spell it?",
    ),
    "no-attribute": Explanation(
        r"AttributeError: '(\w+)' object has no attribute '(\w+)'",
        "A `{0}` has no attribute `{1}`.",
        "Is it spelt as where it was assigned, and is it an object of the kind that you think?",
        many=True,
    ),
    "overwritten": Explanation(
        r"Overwritten: ([\w.]+)",
        "Your code assigns something to `{0}`, which replaces that function for everybody.",
        "Did you mean to call it, with the value in brackets?",
    ),
}

CALLS = {
    "no-self": Explanation(
        r"TypeError: (?:.*\.)?(\w+)\.(\w+)\(\) (?:takes (?:0 positional arguments but 1 was"
        r"|1 positional argument but 2 were) given|got multiple values for argument .*)",
        "Python hands every method the object itself first, and `{1}` of `{0}` has no place for it"
        " or takes it for another argument.",
        "Does every method of the class begin with `self`?",
    ),
    "no-self-for-super": Explanation(
        r"RuntimeError: super\(\): no arguments",
        "`super()` looks for the object in the method's first argument, and the method has none.",
        "Does every method of the class begin with `self`?",
    ),
    "wrong-arguments": Explanation(
        r"TypeError: (?:.*<locals>\.)?([\w.<>]+?)(?:\.__init__)?\(\) (?:takes|got|missing) .*",
        "`{0}` was called with arguments that do not fit its signature.",
        "Which names and which order does the task give?",
        many=True,
    ),
    "not-callable": Explanation(
        r"TypeError: '([\w.]+)' object is not callable",
        "A `{0}` is called as if it were a function.",
        "What does that name hold: was it called already, or is it used for something else?",
        many=True,
    ),
    "recursion": Explanation(
        r"RecursionError: .*",
        "A function calls itself without end.",
        "Is a name reused for something else inside the function?",
    ),
    "input": Explanation(
        r"(?:EOFError: EOF when reading a line|StdinNotImplementedError: .*)",
        "Your code waits for somebody to type something (`input`), and nobody does while it is"
        " checked.",
        "Which argument brings the value that you ask for?",
    ),
    "exit": Explanation(
        r"SystemExit: .*",
        "Your code leaves Python (`exit`, `quit`), and takes the caller's whole program along.",
        "Is a `return` meant, or an exception that tells the caller what is wrong?",
    ),
}

VALUES = {
    "not-enough-values": Explanation(
        r"ValueError: not enough values to unpack \(expected (\d+), got (\d+)\)",
        "{0} names stand for {1} values.",
        "What does the thing on the right give, item by item?",
    ),
    "too-many-values": Explanation(
        r"ValueError: too many values to unpack \(expected (\d+).*\)",
        "{0} names stand for more values than that.",
        "What does the thing on the right give, item by item?",
    ),
    "missing-key": Explanation(
        r"KeyError: (.+)",
        "There is nothing under the key {0}.",
        "Which keys are there, and who gave them their names?",
    ),
    "list-index": Explanation(
        r"IndexError: (list|tuple|string) index out of range",
        "A {0} has fewer entries than the index asks for.",
        "How many entries are there, and for which input are there fewer?",
        many=True,
    ),
    "no-length": Explanation(
        r"TypeError: object of type '(\w+)' has no len\(\)",
        "A {0} has no length: batches may be any iterable, also one that is read only once.",
        "Can you count while you go through it?",
    ),
    "not-indexable": Explanation(
        r"TypeError: '(\w+)' object is not subscriptable",
        "A {0} has no index: it can only be gone through.",
        "Does the task promise a list here?",
    ),
    "not-iterable": Explanation(
        r"TypeError: '(\w+)' object is not iterable",
        "A `{0}` can't be gone through, or taken apart into several names.",
        "Which step should have made a list, a tuple or a tensor of it?",
        many=True,
    ),
    "empty-sequence": Explanation(
        r"ValueError: (?:max|min)\(\) .*empty.*",
        "The largest or smallest of no numbers was asked for, and there is none.",
        "For which input is it empty, and what should come out then?",
    ),
    "division-by-zero": Explanation(
        r"ZeroDivisionError: .*",
        "Something was divided by a count of zero.",
        "For which input is the count zero, and what should happen then?",
    ),
    "missing-file": Explanation(
        r"FileNotFoundError: \[Errno 2\] No such file or directory: '(.+)'",
        "Your code looks for `{0}`, and where it is checked there is no such file or folder.",
        "Do the arguments bring all that is needed, and who should make the folder?",
    ),
}

OF_PYTHON = NAMES | CALLS | VALUES
