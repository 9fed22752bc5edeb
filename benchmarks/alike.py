"""How long the search for likenesses takes in a class of a thousand.

python benchmarks/alike.py --count 1000

Each submission has a right answer of the bank, drawn by chance, for each exercise. That is harder
than a class: everything that is not rare has about a hundred holders.
"""

import argparse
import time
from pathlib import PurePosixPath
from random import Random

from autograder.course.catalogue import exercises
from autograder.grading.similar import alike, given, prints_of, reference_prints
from autograder.reading.submission import assemble
from tests.support.answers import right_sources


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000)
    count = parser.parse_args().count
    answers: dict[str, list[dict[PurePosixPath, bytes]]] = {name: [] for name in exercises()}
    for _name, exercise, text in right_sources():
        path = PurePosixPath(f"{exercises()[exercise].unit}.py")
        answers[exercise].append({path: text.encode()})
    given(), reference_prints()  # once for a class
    started = time.process_time()
    prints = {
        name: [prints_of(assemble("", files).answers) for files in found]
        for name, found in answers.items()
    }
    each = (time.process_time() - started) / sum(map(len, answers.values()))
    dice = Random(0)
    drawn = {
        f"{n:04}": {
            name: dice.choice(found).get(name, frozenset()) for name, found in prints.items()
        }
        for n in range(count)
    }
    started = time.process_time()
    pairs = alike(drawn)
    seconds = time.process_time() - started
    print(f"{1_000 * each:.0f} ms to read an answer and its module")
    print(f"{seconds:.1f} s to compare {count:,} submissions: {len(pairs)} pairs")


if __name__ == "__main__":
    main()
