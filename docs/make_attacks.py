"""Writes docs/attacks.md: which attacks on the grader are tried, and what stops them.

python docs/make_attacks.py            write the page
python docs/make_attacks.py --check    say whether it is what this command would write
"""

import sys
from pathlib import Path

from docs.derived import write_or_check
from tests.hostile.attack import ATTACKS, ROWS
from tests.hostile.run import MODULES  # each registers its attacks

PAGE = Path(__file__).with_name("attacks.md")
COMMAND = "python docs/make_attacks.py"
HEAD = f"""<!-- derived by `{COMMAND}` -->

# What was tried

`tests/hostile/` holds {len(ATTACKS)} hostile submissions, each with the verdict that it has to get.
They run at level `sandbox`, with bubblewrap and with Landlock alone, as root and as an ordinary
user. After each of them a right answer must get all its points from the same worker. None may earn
points for nothing, see a secret, touch a file or a server outside, or leave a process behind. What
a part of the sandbox stops is seen to get through when that part is switched off.

`python -m tests.hostile.run bubblewrap --only reads_the_home` tries one by hand.

## What no sandbox stops

* Bugs of the kernel, answers that somebody else wrote, copies of published solutions.
* An answer runs beside the scenario that watches it. One that takes over its own worker can say
  that it left everything alone (`changed: nothing`), or that it trained on each image once. Numbers
  that the judge compares it has to compute all the same. To be sure of more, read the answer.
* The renamed classes and the noise of the milestone stop labels that are known by heart. They do
  not stop a trained model that is written into the answer and that finds the new names out. Where
  it does nothing else, the evidence of learning says that no training was seen.
* Landlock hides what files hold, not that they are there, nor their sizes and times. It sees the
  size of a submission's files every quarter of a second; bubblewrap has a fixed limit.
* Limits on memory hold for each process of a submission. Where they together need more than there
  is, the kernel ends the submission first.

## The attacks

| | kind | stopped by | tried |
|---|---|---|---|
"""


def page() -> str:
    """Return the page as Markdown."""
    assert MODULES
    rows = []
    for number, kind in ROWS.items():
        names = [name.replace("_", " ") for name, each in ATTACKS.items() if each.row == number]
        rows.append(f"| {number} | {kind.what} | {kind.stopped_by} | {', '.join(names)} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, page, __doc__ or "", str))
