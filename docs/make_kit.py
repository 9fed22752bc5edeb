"""Runs the code on docs/kit.md, and puts what it shows below it.

python docs/make_kit.py           write the page and its picture
python docs/make_kit.py --check   say whether the page shows what this command would write
"""

import base64
import re
import sys
from pathlib import Path

from derived import words, write_or_check
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

PAGE = Path(__file__).with_name("kit.md")
PICTURE = Path(__file__).parent / "images" / "live.png"
# A block of code, and what it shows: a block without a language, or a picture.
EXAMPLE = re.compile(r"```python\n(.*?)```\n\n(```\n.*?```|!\[[^]]*\]\([^)]*\))", re.S)

# Runs before the code of the page: reference answers in the place of the reader's, and data.
SETUP = """
import sys
import torch
import solutions.baseline, solutions.cnn, solutions.training
from autograder.course.reference import reference_answer
from fashion_course.kit import fashion_mnist
from fashion_course.kit.runs import train as runs
from fashion_course.kit.runs.recipe import Recipe
for unit in ("baseline", "cnn", "training"):
    sys.modules[f"fashion_course.{unit}"] = getattr(solutions, unit)
torch.set_num_threads(1)
recipe = Recipe()
train, test = (fashion_mnist(part, quick=True) for part in ("train", "test"))
data = runs.prepare(train, test, reference_answer, recipe)
loaders = runs.loaders_of(data, reference_answer, recipe)
torch.manual_seed(0)
model = solutions.cnn.FashionMNISTModelV2()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
"""


def page() -> str:
    """Return the page with what its code shows now, and write the picture."""
    text = PAGE.read_text(encoding="utf-8")
    codes = [code for code, _ in EXAMPLE.findall(text)]
    assert len(codes) == text.count("```python"), "a block of code shows nothing"
    notebook = new_notebook(cells=[new_code_cell(code) for code in (SETUP, *codes)])
    where = {"metadata": {"path": PAGE.parents[1]}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where).execute()
    shown = map(shown_by, notebook.cells[1:])
    return EXAMPLE.sub(lambda found: f"```python\n{found[1]}```\n\n{next(shown)}", text)


def shown_by(cell: NotebookNode) -> str:
    """Return what a cell shows as Markdown: a picture with its words, else text."""
    (output,) = cell.outputs
    text = output.data["text/plain"]
    if "image/png" not in output.data:
        return f"```\n{text}\n```"
    if "--check" not in sys.argv:
        PICTURE.write_bytes(base64.b64decode(output.data["image/png"]))
    return f"![{text}](images/{PICTURE.name})"


def lasting(text: str) -> str:
    """Return a page without the numbers of training; those of the tables are exact."""
    return re.sub(r"!\[[^]]*\]", lambda found: words(found[0]), text)


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, page, __doc__ or "", lasting))
