"""Attacks on who reads: archives, notebooks, names (rows 14 to 17). None of them is ever run."""

import io
import json
import os
import stat
import tarfile
import zipfile

from tests.hostile.attack import HEADS, RIGHT, WRONG, submission

GOOD = HEADS["conv_output_size"] + "\n    return " + RIGHT["conv_output_size"] + "\n"
BAD = HEADS["conv_output_size"] + "\n    return " + WRONG["conv_output_size"] + "\n"

STUB = HEADS["conv_output_size"] + "\n    raise NotImplementedError\n"


def _zip(folder, *members):
    """Write a zip; a member is a name or a `ZipInfo`, and its content."""
    path = folder / "submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def _link(name, target, kind=stat.S_IFLNK):
    info = zipfile.ZipInfo(name)
    info.external_attr = (kind | 0o777) << 16
    info.create_system = 3
    return info, target


@submission(14, "refused", off="in memory")
def climbs_out_of_a_zip(folder, places):
    mark = f"../../../../../../..{places['home']}/{places['mark']}.py"
    return _zip(folder, ("cnn.py", GOOD), (mark, "here"))


@submission(14, "refused", off="in memory")
def names_an_absolute_path_in_a_zip(folder, places):
    return _zip(folder, ("cnn.py", GOOD), (f"{places['home']}/{places['mark']}.py", "here"))


@submission(14, "refused", off="in memory")
def climbs_out_of_a_zip_as_windows_does(folder, places):
    return _zip(folder, ("cnn.py", GOOD), (f"..\\..\\{places['mark']}.py", "here"))


@submission(14, "passed", "refused", earns=True, off="in memory")
def links_to_a_secret_in_a_zip(folder, places):
    secret = places["grades"] + "/gradebook.csv"
    return _zip(folder, ("cnn.py", GOOD), _link("utils.py", secret), _link("data.py", "/etc"))


@submission(14, "passed", "refused", earns=True, off="in memory", hangs=True)
def holds_devices_in_a_zip(folder, places):
    kinds = {"pipe.py": stat.S_IFIFO, "disk.py": stat.S_IFBLK, "zero.py": stat.S_IFCHR}
    odd = (_link(name, "", kind) for name, kind in kinds.items())
    return _zip(folder, ("cnn.py", GOOD), *odd)


@submission(14, "refused", off="sizes")
def is_a_zip_bomb(folder, places):
    return _zip(folder, ("cnn.py", GOOD), *((f"x{n}.py", b"#" * 19 * 2**20) for n in range(8)))


@submission(14, "refused", off="sizes")
def holds_100_000_files(folder, places):
    modules, others = range(12_000), range(90_000)
    names = [*(f"a/x{n}.py" for n in modules), *(f"a/x{n}.txt" for n in others)]
    return _zip(folder, ("cnn.py", GOOD), *((name, "") for name in names))


@submission(14, "passed", "refused", earns=True, honest=True, off="in memory")
def has_names_that_differ_in_case(folder, places):
    return _zip(folder, ("cnn.py", GOOD), ("CNN.py", BAD), ("Cnn.PY", BAD))


@submission(14, "failed", "refused", off="first of two")
def has_the_same_name_twice(folder, places):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _zip(folder, ("cnn.py", BAD), ("cnn.py", GOOD))


@submission(14, "passed", "refused", earns=True, off="stripped")
def has_odd_names_in_a_zip(folder, places):
    """Some are told in a remark."""
    odd = ("a\nb.py", "=cmd().py", "<script>.py", "con.py", "x" * 240)
    told = ("a\nb.rar", "\x1b[2J.rar", "\u202eyp.7z", "=cmd().rar", "<script>alert(1).rar")
    return _zip(folder, ("cnn.py", GOOD), *((name, "x = 1\n") for name in (*odd, *told)))


@submission(14, "refused", off="told")
def is_a_broken_zip(folder, places):
    path = _zip(folder, ("cnn.py", GOOD))
    data = bytearray(path.read_bytes())
    data[40:60] = b"\xff" * 20
    path.write_bytes(data)
    return path


@submission(14, "refused", off="told")
def is_a_locked_zip(folder, places):
    path = _zip(folder, ("cnn.py", GOOD))
    data = path.read_bytes()
    data = data.replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0\1\0")
    path.write_bytes(data.replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0"))
    return path


@submission(14, "refused", off="in memory")
def climbs_out_of_a_tar(folder, places):
    path = folder / "submission.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("cnn.py", f"../../../../../..{places['home']}/{places['mark']}.py"):
            info = tarfile.TarInfo(name)
            info.size = len(GOOD)
            archive.addfile(info, io.BytesIO(GOOD.encode()))
        link = tarfile.TarInfo("out")
        link.type, link.linkname = tarfile.SYMTYPE, places["grades"]
        archive.addfile(link)
    return path


@submission(14, "passed", earns=True, off="no links", hangs=True)
def links_to_a_secret_in_a_folder(folder, places):
    (folder / "cnn.py").write_text(GOOD, "utf-8")
    os.symlink(places["grades"], folder / "grades")
    os.symlink(places["grades"] + "/gradebook.csv", folder / "utils.py")
    os.mkfifo(folder / "data.py")
    return folder


# Row 15: a notebook is parsed, and nothing but its definitions is run.


def _notebook(folder, *cells, **more):
    made = [{"cell_type": "code", "source": source, "metadata": {}} for source in cells]
    content = {"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **more}
    path = folder / "04_cnn.ipynb"
    path.write_text(json.dumps(content), "utf-8")
    return path


@submission(15, "passed", earns=True, off="parsed")
def runs_magics(folder, places):
    mark = f"{places['home']}/{places['mark']}"
    cells = (
        f"!touch {mark}",
        f"%%bash\ntouch {mark}",
        f"%%writefile {mark}\nhere",
        f"%run {mark}",
        f"x = !touch {mark}",
        f"get_ipython().system('touch {mark}')",
        f"%%script sh\ntouch {mark}",
        f"%alias_magic t time\n%load_ext {places['mark']}",
    )
    return _notebook(folder, *cells, GOOD)


@submission(15, "passed", earns=True, off="parsed")
def runs_statements_of_a_notebook(folder, places):
    mark = f"{places['home']}/{places['mark']}"
    cells = (
        f"open({mark!r}, 'w').write('here')",
        f"import os\nos.system('touch {mark}')",
        f"for _ in [1]:\n    open({mark!r}, 'w')",
        f"STRIDE = open({mark!r}, 'w')",
        "while True:\n    pass",
    )
    return _notebook(folder, *cells, GOOD.replace("stride + 1", "stride + 1  # STRIDE"))


@submission(15, "passed", earns=True, honest=True, off="last attempt")
def has_its_cells_twice(folder, places):
    return _notebook(folder, BAD, BAD, GOOD, "raise SystemExit", GOOD, STUB)


@submission(15, "passed", "refused", "crashed", earns=True, honest=True, off="told")
def has_nul_bytes(folder, places):
    return _notebook(folder, "x = '\0'\n", "# \0\0\n", GOOD)


@submission(15, "refused", off="told")
def is_broken_json(folder, places):
    path = _notebook(folder, GOOD)
    path.write_text(path.read_text("utf-8")[:-9], "utf-8")
    return path


@submission(15, "refused", off="told")
def is_json_in_json_in_json(folder, places):
    path = folder / "04_cnn.ipynb"
    path.write_text('{"cells": ' + "[" * 200_000 + "]" * 200_000 + "}", "utf-8")
    return path


@submission(15, "passed", "refused", earns=True, honest=True, off="lenient")
def is_in_another_encoding(folder, places):
    path = _notebook(folder, GOOD)
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    return path


@submission(15, "refused", off="sizes")
def has_huge_outputs(folder, places):
    path = _notebook(folder, GOOD)
    content = json.loads(path.read_text("utf-8"))
    content["cells"][0]["outputs"] = [{"output_type": "stream", "text": "x" * 101 * 2**20}]
    path.write_text(json.dumps(content), "utf-8")
    return path


@submission(15, "passed", "refused", "not attempted", earns=True, honest=True, off="lenient")
def has_cells_of_odd_types(folder, places):
    path = _notebook(folder, GOOD)
    content = json.loads(path.read_text("utf-8"))
    odd = [None, 7, [], {"cell_type": ["code"]}, {"cell_type": "code", "source": {"a": 1}}]
    content["cells"] = [*odd, {"cell_type": "code", "source": [1, None, GOOD]}, *content["cells"]]
    path.write_text(json.dumps(content), "utf-8")
    return path


@submission(15, "passed", earns=True, honest=True, off="answers in text")
def has_its_answer_as_text(folder, places):
    path = _notebook(folder, "import torch")
    content = json.loads(path.read_text("utf-8"))
    content["cells"].append({"cell_type": "markdown", "source": GOOD, "metadata": {}})
    path.write_text(json.dumps(content), "utf-8")
    return path


# Row 16: what counts is what the files hold; the record names it by its hash.


@submission(16, "not attempted", "refused", off="never lent")
def hands_in_another_unit_under_this_name(folder, places):
    path = folder / "cnn.py"
    path.write_text("def accuracy(logits, labels):\n    return 1.0\n", "utf-8")
    return path


@submission(16, "failed", off="parsed")
def claims_points_in_its_metadata(folder, places):
    graded = {"nbgrader": {"grade": True, "points": 6, "grade_id": "cnn"}, "score": 6}
    path = _notebook(folder, BAD, metadata={"points": 6, "graded": True, **graded})
    content = json.loads(path.read_text("utf-8"))
    content["cells"][0]["metadata"] = graded
    path.write_text(json.dumps(content), "utf-8")
    return path


# Row 17: whatever is told was said by a stranger.

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TERMINAL = "\\x1b[2J\\x1b]0;title\\x07\\x9b31m\\u202e\\r"


@submission(17, "passed", earns=True, off="defused")
def has_a_formula_for_a_name(folder, places):
    """As the first word of a remark: the cell of a table begins with it."""
    (folder / "cnn.py").write_text(GOOD, "utf-8")
    (folder / "=cmd()|'calc'!A0.rar").write_bytes(b"Rar!")
    return folder


@submission(17, "crashed", off="escaped")
def raises_markup(folder, places):
    text = (
        f"{HEADS['conv_output_size']}\n    print({SCRIPT!r} * 3)\n    raise ValueError({SCRIPT!r})"
    )
    (folder / "cnn.py").write_text(text, "utf-8")
    return folder


@submission(17, "crashed", off="stripped")
def raises_terminal_escapes(folder, places):
    said = f'"{TERMINAL}=cmd()|calc!A0"'
    text = f"{HEADS['conv_output_size']}\n    print({said})\n    raise ValueError({said})\n"
    (folder / "cnn.py").write_text(text, "utf-8")
    return folder


@submission(17, "failed", "crashed", off="escaped")
def returns_markup(folder, places):
    text = f"{HEADS['conv_output_size']}\n    return {SCRIPT!r} + '{TERMINAL}'\n"
    (folder / "cnn.py").write_text(text, "utf-8")
    return folder


@submission(17, "crashed", "blocked", "refused", off="escaped")
def has_markup_in_its_name_and_syntax(folder, places):
    home = folder / "<script>alert(1)" / "=cmd()\x1b[2J"
    home.mkdir(parents=True)
    (home / "cnn.py").write_text(f"def conv_output_size(:\n    {SCRIPT}\x1b[2J\n", "utf-8")
    return folder / "<script>alert(1)"
