"""The facts of a source, and what the words of a sentence rest on."""

import ast
import re

import pytest

from autograder.mistakes import all_mistakes
from autograder.reading.answer import followed
from autograder.teaching.facts import facts_of
from autograder.teaching.witness import ground_of, phrases, surely_said

MOVES = """
def train_batch(model, images, labels, loss_fn, optimizer):
    loss = loss_fn(model(images), labels)
    {first}(loss, optimizer)
    {second}(loss, optimizer)
    return loss.item()
def back(loss, optimizer):
    loss.backward()
def step(loss, optimizer):
    optimizer.step()
"""


@pytest.mark.parametrize("order", [("back", "step"), ("step", "back")])
def test_the_order_of_moves_is_read_through_helpers(order):
    first, second = order
    body = ast.parse(MOVES.format(first=first, second=second)).body
    definitions = {node.name: node for node in body}
    found = facts_of(followed("train_batch", definitions)).found
    names = {"back": "backward", "step": "step"}
    assert f"{names[first]} then {names[second]}" in found
    assert f"{names[second]} then {names[first]}" not in found


@pytest.mark.parametrize(("line", "clears"), [("w.grad = None", True), ("print(w.grad)", False)])
def test_gradients_are_cleared_by_an_assignment_and_not_by_a_look(line, clears):
    text = (
        f"def update(w, loss, optimizer):\n    loss.backward()\n    {line}\n    optimizer.step()\n"
    )
    assert facts_of(ast.parse(text).body).has("zero_grad then step") is clears


def test_the_facts_of_a_source_are_read():
    text = '''
def fit(model, loaders, epochs: list[int], seen=[]):
    """An unread docstring."""
    total = 0.0
    for images, labels in loaders.train:
        if labels.shape[0] != 8:
            continue
        images /= 255
        helper(images, drop_last=True)
        seen.append(total)
        break
    return total
'''
    found = facts_of(followed("fit", {"fit": ast.parse(text).body[0]})).found
    there = {"train", "shape?", "continue in loop", "255", "in place", "drop_last=True"}
    assert found >= there | {"append in loop", "break in loop", "default list", "loaders", "return"}
    assert not found & {"total", "images", "append", "docstring", "list[int]", "int"} - {"append"}
    assert "append" in found


def test_helpers_are_followed_and_other_exercises_are_not():
    text = "def fit():\n    return help()\ndef help():\n    return train_epoch().eval()\n"
    text += "def train_epoch():\n    return print()\n"
    body = {node.name: node for node in ast.parse(text).body}
    found = facts_of(followed("fit", body)).found
    assert "eval" in found
    assert "print" not in found


def test_each_phrase_bears_on_a_mistake():
    grounds = [ground_of(mistake) for mistake in all_mistakes()]
    needs, without = ({p for each in grounds for p in each[place]} for place in (1, 2))
    for phrase in phrases():
        assert phrase.needs or phrase.without, phrase.says
        assert not phrase.needs or phrase.needs in needs, phrase.says
        assert not phrase.without or phrase.without in without, phrase.says


def test_each_wording_of_a_phrase_stands_in_a_sentence():
    sentences = [surely_said(mistake) for mistake in all_mistakes()]
    for wording in (w for phrase in phrases() for w in re.split(r"\|(?![^(]*\))", phrase.says)):
        assert any(re.search(wording, sentence) for sentence in sentences), wording


def test_how_it_may_have_come_about_asks_nothing_of_a_source():
    said = {mistake.id: surely_said(mistake) for mistake in all_mistakes()}
    assert "drop_last" not in said["make_loaders_drops_the_last_batch"]
    assert "zip" not in said["confusion_matrix_of_the_shorter"]
    assert "no_grad" not in said["train_batch_without_recording"]
    assert said["channel_stats_of_nothing"].startswith("An empty dataset gives")
    assert "as if it had been measured" in said["channel_stats_of_nothing"]
