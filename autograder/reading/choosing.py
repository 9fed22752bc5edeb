"""Which file of a submission answers a unit, by a rule; what the rule can't settle is told.

The rule: a module of the unit's name in the course folder, or a notebook, before any other file;
of these the one that answers most exercises; then a module before a notebook, the expected name,
the highest folder, and the first by name. Where other files answer something else, a person has to
look.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autograder.course.catalogue import UNITS, exercises
from autograder.reading.files import shown
from autograder.reading.source import Candidate, Source, read_module, read_notebook, units_of
from autograder.worker.loading import TAKEN
from fashion_course.kit.words import _

OF_COURSE = {"autograder", "solutions", "benchmarks", "docs", "scripts"}
"""Folders of the course itself, which a clone of it has beside the student's."""


@dataclass
class Chosen:
    """What was found in the files.

    Attributes:
        sources: module name to source: the units, and modules of the student's own beside them.
        broken: exercise name to the reason why its answer can't be parsed.
        problems: remarks on how the files were read.
        needs_look: what only a person can settle.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    needs_look: list[str] = field(default_factory=list)


def choose(files: Mapping[PurePosixPath, bytes]) -> Chosen:
    """Return the file that answers each unit, the modules beside it, and what is odd."""
    made = Chosen(needs_look=list(getattr(files, "left_out", ())))
    if any("autograder" in path.parts[:-1] for path in files):
        files = {path: data for path, data in files.items() if not OF_COURSE & {*path.parts[:-1]}}
        made.problems.append(_("A copy of the whole course: of its own folders nothing is read."))
    read = [
        (read_module if path.suffix == ".py" else read_notebook)(path, files[path])
        for path in sorted(files)
    ]
    modules = {each.path for each in read if each.is_module and each.path.stem in UNITS}
    homes = sorted(
        {p.parent for p in modules}, key=lambda p: (p.name != "fashion_course", *_high(p))
    )
    chosen: list[Candidate] = []
    for unit in UNITS:
        found = [each for each in read if unit in each.units]
        found.sort(key=lambda each: _rank(each, unit, homes))
        if found:
            made.sources[unit] = found[0].source
            names = {n: why for n, why in found[0].broken.items() if exercises()[n].unit == unit}
            made.broken |= names
            chosen.append(found[0])
            _compare(made, unit, found[0], found[1:], homes)
    for each in read:
        made.problems += each.notes
        made.needs_look += each.doubts
        _tell_wrong_name(made, each, chosen)
    _add_own(made, read, chosen, homes)
    return made


def _high(path: PurePosixPath) -> tuple[int, str]:
    return len(path.parts), str(path)


def _is_home(each: Candidate, unit: str, homes: Sequence[PurePosixPath]) -> bool:
    return each.is_module and each.path.stem == unit and each.path.parent in homes[:1]


def _rank(each: Candidate, unit: str, homes: Sequence[PurePosixPath]) -> tuple[object, ...]:
    is_proper = _is_home(each, unit, homes) or not each.is_module
    stem = each.path.stem
    is_expected = stem == unit or re.fullmatch(rf"\d\d_{unit}", stem)
    answers = each.of(unit)
    return (
        *(not answers, not is_proper, -len(answers), not each.is_module, not is_expected),
        *_high(each.path),
    )


def _compare(
    made: Chosen,
    unit: str,
    first: Candidate,
    others: Sequence[Candidate],
    homes: Sequence[PurePosixPath],
) -> None:
    """Note what other files answer that the chosen one does not, or answers in another way."""
    for other in others:
        if other.broken.keys() - made.broken.keys() and not other.answered:
            made.needs_look.append(
                _("{file} can't be read: {why}", file=shown(other.path), why=_why(other))
            )
        more = other.of(unit) - first.of(unit)
        both = other.of(unit) & first.of(unit)
        differ = {n for n in both if _tree(other, n) != _tree(first, n)}
        if other.is_module and _imports(first, other.path.stem):
            continue  # a helper of the chosen one
        file, graded = shown(other.path), shown(first.path)
        if more:
            told = _(
                "{file} answers {names}, {graded} does not and is graded.",
                file=file,
                names=", ".join(sorted(more)),
                graded=graded,
            )
            made.needs_look.append(told)
        if differ:
            told = _(
                "{file} has other answers to {names}; {graded} is graded.",
                file=file,
                names=", ".join(sorted(differ)),
                graded=graded,
            )
            by_rule = _is_home(first, unit, homes) and not other.is_module
            (made.problems if by_rule else made.needs_look).append(told)


def _why(each: Candidate) -> str:
    return next(iter(each.broken.values())).partition("\n")[0]


def _tree(each: Candidate, name: str) -> str:
    return ast.dump(each.source.definitions[name])


def _imports(each: Candidate, module: str) -> bool:
    found = rf"^\s*(?:from|import)\b.*\b{re.escape(module)}\b"
    return bool(re.search(found, each.source.text, re.MULTILINE))


def _tell_wrong_name(made: Chosen, each: Candidate, chosen: Sequence[Candidate]) -> None:
    """Tell of a file that has the name of one unit and the answers of others."""
    unit = each.named_unit
    if not each.answered or not unit or unit in units_of(each.source.definitions):
        return
    told = _(
        "{file} has the name of {unit} and answers exercises of {others} alone.",
        file=shown(each.path),
        unit=unit,
        others=", ".join(sorted(units_of(each.answered))),
    )
    is_answered = any(other.of(unit) for other in chosen)
    (made.problems if is_answered else made.needs_look).append(told)


def _add_own(
    made: Chosen,
    read: Sequence[Candidate],
    chosen: Sequence[Candidate],
    homes: Sequence[PurePosixPath],
) -> None:
    """Add the modules of the student's own: those beside, or below, the files that answer."""
    folders = [*homes[:1], *(each.path.parent for each in chosen)]
    used = {each.path for each in chosen}
    for folder in dict.fromkeys(folders):
        for each in read:
            if not each.is_module or each.path in used or folder not in each.path.parents:
                continue
            parts = each.path.relative_to(folder).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            name = ".".join(parts)
            if not parts or parts[0] in {"fashion_course", "kit"} or name in UNITS:
                continue
            if name not in made.sources:
                made.sources[name] = Source(each.source.text, each.source.origin)
                _tell_taken(made, each, parts[0])
            elif made.sources[name].text != each.source.text:
                file = shown(each.path)
                told = _("{file}: another file of this name is imported in its place.", file=file)
                made.problems.append(told)
    for name in [name for name in made.sources if "." in name]:
        made.sources.setdefault(name.rpartition(".")[0], Source("", name))


def _tell_taken(made: Chosen, each: Candidate, name: str) -> None:
    if name in TAKEN:
        told = _(
            "{file} has the name of a library: `import {name}` gives the library. Rename the file.",
            file=shown(each.path),
            name=name,
        )
        made.problems.append(told)
