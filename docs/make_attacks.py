"""Writes docs/attacks.md: which attacks on the grader are tried, and what stops them.

python docs/make_attacks.py            write the page
python docs/make_attacks.py --check    say whether it is what this command would write
"""

import sys
from pathlib import Path

from docs.derived import write_or_check
from tests.hostile.attack import ATTACKS, ROWS, Attack
from tests.hostile.defences import DEFENCES
from tests.hostile.run import MODULES  # each registers its attacks

PAGE = Path(__file__).with_name("attacks.md")
COMMAND = "python docs/make_attacks.py"
HEAD = f"""<!-- derived by `{COMMAND}` -->

# What was tried

`tests/hostile/` holds {len(ATTACKS)} hostile submissions, each with the verdict that it has to get.
They run at level `sandbox`, with bubblewrap and with Landlock alone, as root and as an ordinary
user. After each of them a right answer must get all its points from the same worker. None may earn
points for nothing, see a secret, touch a file or a server outside, flood a page, break the judge or
leave a process behind.

Each names its defence. Without it (`tests/hostile/defences.py` has the ways) each is seen to get
through, while right answers and wrong ones that attack nobody are graded as before. Where several
defences are named, one alone would stop it still.

`python -m tests.hostile.run bubblewrap --only reads_the_home` tries one by hand,
`python -m tests.hostile.run without --only is_a_zip_bomb` tries one without its defence.

## What no sandbox stops

* Bugs of the kernel, answers that somebody else wrote, copies of published solutions.
* An answer runs beside the scenario that watches it. One that takes over its own worker can say
  what it likes, within what the judge can't compute itself: see
  [how much that is](grading.md#what-this-does-not-defend-against). Whatever plainly reaches for the
  interpreter (`ctypes`, `gc`, frames, `exec`) waits for a person.
* The renamed classes and the noise of the milestone stop labels that are known by heart. They do
  not stop a trained model that is written into the answer and that finds the new names out. Where
  it does nothing else, the evidence of learning says that no training was seen.
* Landlock hides what files hold, not that they are there, nor their sizes and times. It sees the
  size of a submission's files every quarter of a second; bubblewrap has a fixed limit.
* The memory of all processes of a submission is weighed every quarter of a second, too.

## The attacks

| | kind | stopped by | tried |
|---|---|---|---|
"""


def page() -> str:
    """Return the page as Markdown."""
    assert MODULES
    rows = []
    for number, kind in ROWS.items():
        of_row = [each for each in ATTACKS.values() if each.row == number]
        for off in dict.fromkeys(each.off for each in of_row):
            first = f"{number} | {kind}" if off == of_row[0].off else " | "
            stopped_by = "; and ".join(DEFENCES[name].what for name in off)
            tried = ", ".join(_named(each) for each in of_row if each.off == off)
            rows.append(f"| {first} | {stopped_by} | {tried} |")
    return HEAD + "\n".join(rows) + "\n"


def _named(attack: Attack) -> str:
    return attack.name.replace("_", " ") + (" (root)" if attack.as_root else "")


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, page, __doc__ or "", str))
