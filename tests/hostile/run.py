"""Grades all attacks at one level of isolation, one after the other, with one runner.

    python -m tests.hostile.run bubblewrap [--off DEFENCE] [--only NAME …]
    python -m tests.hostile.run without [--only NAME …]

It prints what each attack got and what it reached. Run it as root, or as anybody else; the other
way is "landlock", and "process" is no sandbox at all. "without" grades each attack whose defence is
no part of the sandbox without that defence; those of the sandbox, `--off` switches off.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import torch

from tests.hostile.attack import ATTACKS, WRONG, Attack
from tests.hostile.attacks import (
    believing,
    bombs,
    calling,
    denial,
    escapes,
    learning,
    points,
    poison,
    reading,
)
from tests.hostile.attacks import secrets as spying
from tests.hostile.batch import Batch, open_at
from tests.hostile.defences import ALWAYS_OFF, DEFENCES
from tests.hostile.without import Begun, ForkRunner, controls, outside

MODULES = (
    *(points, believing, spying, escapes, calling),
    *(denial, bombs, learning, reading, poison),
)  # each registers its attacks
TOKEN = "SECRET_OF_THE_EXAMINER"
AT_ONCE = 8  # that only wait


def in_one_sandbox(batch: Batch, attacks: list[Attack]) -> dict[str, Any]:
    """Return what came of each attack, one after the other."""
    told = {}
    for each in attacks:
        told[each.name] = batch.outcome(each)
        print(each.name, told[each.name]["seconds"], file=sys.stderr, flush=True)
    return told


def without(batch: Batch, attacks: list[Attack]) -> dict[str, Any]:
    """Return what came of each attack without its defences; those that only wait, side by side."""
    told = {}
    waiting = [each for each in attacks if each.slow or each.hangs]
    others = [each for each in attacks if each not in waiting]
    groups = [waiting[n : n + AT_ONCE] for n in range(0, len(waiting), AT_ONCE)]
    for group in [*groups, *([each] for each in others)]:
        begun = [Begun(batch, each) for each in group]
        told |= {each.attack.name: each.outcome() for each in begun}
        for each in group:
            print(each.name, told[each.name]["seconds"], file=sys.stderr, flush=True)
    return told


def main() -> None:
    """Run the attacks that the command line names, or all, and print what came of them as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way")
    parser.add_argument("--off", default="", help="which part of the sandbox to switch off")
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    if TOKEN not in os.environ:  # it has to stand in the environment from the very start
        os.environ[TOKEN] = secrets.token_hex(16)
        os.execv(sys.executable, [sys.executable, "-m", "tests.hostile.run", *sys.argv[1:]])
    torch.set_num_threads(1)  # a pool of threads does not survive a fork
    is_without = given.way == "without"
    attacks = [*outside(), *controls()] if is_without else [*ATTACKS.values()]
    attacks = [each for each in attacks if not given.off or given.off in each.off]
    attacks = [each for each in attacks if not given.only or each.name in given.only]
    parts = (*ALWAYS_OFF, *DEFENCES[given.off].parts) if given.off else ()
    with tempfile.TemporaryDirectory(prefix="hostile-", ignore_cleanup_errors=True) as folder:
        os.environ["HOME"] = f"{folder}/home"
        opened = ForkRunner if is_without else partial(open_at, given.way, parts)
        batch = Batch(opened, Path(folder), os.environ[TOKEN])
        told: dict[str, Any] = {"user": os.getuid(), "deserved": {}}
        for exercise, result in WRONG.items():
            told["deserved"][exercise] = batch.deserved(exercise, result)
        told["attacks"] = (without if is_without else in_one_sandbox)(batch, attacks)
        batch.runner.close()
        told["left"] = batch.machine.left()
        batch.machine.close()
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
