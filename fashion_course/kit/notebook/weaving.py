"""Puts an answer into a module, with its imports above and its helpers where they are needed."""

from collections.abc import Collection, Mapping, Sequence

from autograder.reading.statements import Statement
from fashion_course.kit.notebook.surgery import ModuleText, is_replaceable, same_code


def woven(
    module: ModuleText,
    parts: Mapping[str, Statement],
    imports: Sequence[str],
    ours: Collection[str],
) -> tuple[ModuleText, list[tuple[str, str]]]:
    """Put an answer and what it needs into a module, each once.

    Args:
        module: what there is.
        parts: by name, the answer first, then its helpers, none above what it reads.
        imports: lines that the module lacks.
        ours: the names whose text in the module may be replaced by the same code in another layout.

    Returns:
        The module, and the name and text of everything that was replaced.
    """
    made, missing, gone = module.with_imports(imports), dict[str, Statement](), []
    answer = next(iter(parts))
    for name, statement in parts.items():
        here = made.binding(name)
        if here is None or (name == answer and not is_replaceable(here)):
            missing[name] = statement
        elif name in ours or not same_code(here, statement):
            gone += [(name, here.text)] if here.text != statement.text else []
            made = made.replaced(here, statement)
    if answer in missing:
        made = made.appended([missing.pop(answer).text])
    return _with_helpers(made, answer, missing), gone


def _with_helpers(module: ModuleText, answer: str, helpers: dict[str, Statement]) -> ModuleText:
    """Put helpers above whatever reads them first, at the latest above their answer."""
    end = module.binding(answer)
    assert end is not None
    places: dict[str, int] = {}
    for name in reversed(helpers):  # what reads it is behind it, so it has a place already
        reader = module.first_reader(helpers[name].binds)
        readers = [places[p] for p in places if helpers[p].reads & helpers[name].binds]
        places[name] = min([end.first, reader.first if reader else end.first, *readers])
    for first in sorted(set(places.values()), reverse=True):  # from below: lines above stay
        anchor = next(s for s in module.statements if s.first == first)
        group = [helpers[name].text for name in helpers if places[name] == first]
        module = module.inserted_above(anchor, group)
    return module
