"""A constant of a notebook is taken if computing it only makes a value."""

import ast

import pytest

from autograder.reading.constants import imported_names, is_simple_constant

IMPORTS = """
import math, os, random, subprocess, time, torch, torchvision, urllib.request
import numpy as np
import torch.nn.functional as F
from functools import partial
from pathlib import Path
from torch import nn, load as fetch
from torchvision import datasets, transforms as T
from torchvision.transforms import v2
from fashion_course.kit import fashion_mnist, Loaders
from utils import make
"""
IMPORTED = imported_names(ast.walk(ast.parse(IMPORTS)))

SIMPLE = """
A = 1
A: int = 2
A += 1
A["k"] = [1, (2, -3), {4: "5"}, {6}, *B]
A = lambda: anything()
A = f"{B!r:>3}" + "a b".split()[0].replace("a", "b")
A = [2 ** n for n in range(len(B))]
A = sorted(set(zip(B, B)), key=lambda b: b.c())
A = nn.CrossEntropyLoss()
A = torch.device("cuda" if torch.cuda.is_available() else "cpu")
A = torch.Generator().manual_seed(1)
A = torch.arange(10).float().reshape(2, 5).to(B)
A = T.Compose([T.ToTensor(), v2.Normalize((0.5,), (0.5,))])
A = Path("x") / "y"
A = Path("x").resolve().parent
A = np.random.default_rng(1)
A = F.one_hot(torch.tensor([1]))
A = partial(nn.Conv2d, kernel_size=3)
A = math.sqrt(2) * os.cpu_count()
A = os.path.join("a", "b")
A = random.Random(1)
A = time.time()
A = B.index("Bag")
A = Loaders(1, 2, 3)
A = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
""".strip()
DOING = """
A = datasets.FashionMNIST(root="x", download=True)
A = torchvision.models.resnet18(weights="DEFAULT")
A = torch.load("x.pt")
A = fetch("x.pt")
A = torch.hub.load("a", "b")
A = np.load("x.npy")
A = np.genfromtxt("x.csv")
A = Path("x").read_text()
A = Path("x").mkdir()
A = [p for p in Path("x").glob("*")]
A = open("x")
A = input()
A = print(1)
A = eval("1")
A = exec("1")
A = __import__("os")
A = next(iter(B))
A = list(map(make, B))
A = make(1)
A = own(1)
A = Own.build()
A = subprocess.run(["ls"])
A = os.system("ls")
A = urllib.request.urlopen("x")
A = fashion_mnist("train")
A = B.save("x")
A = torch.ones(1).sum().backward()
A = [1, own()]
A[own()] = 1
A = (yield 1)
A = x.download().z
print(1)
A.append(1)
import os
""".strip()


@pytest.mark.parametrize("line", SIMPLE.split("\n"))
def test_a_value_is_simple(line):
    assert is_simple_constant(ast.parse(line).body[0], IMPORTED, {"own", "Own"})


@pytest.mark.parametrize("line", DOING.split("\n"))
def test_what_does_something_is_not(line):
    assert not is_simple_constant(ast.parse(line).body[0], IMPORTED, {"own", "Own"})


def test_a_function_of_ones_own_hides_a_builtin():
    assert not is_simple_constant(ast.parse("A = len(B)").body[0], IMPORTED, {"len"})
