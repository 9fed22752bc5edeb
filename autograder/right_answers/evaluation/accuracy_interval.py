"""Right answers to `accuracy_interval` in unusual styles."""

import math
from statistics import NormalDist

import numpy as np
import torch

from autograder.right_answers import right


def require_score(correct, total, confidence):
    if total <= 0 or correct < 0 or correct > total:
        raise ValueError(f"{correct} of {total} cannot be")
    if confidence <= 0 or confidence >= 1:
        raise ValueError(f"confidence is {confidence}")


@right("accuracy_interval")
def accuracy_interval_in_counts(correct, total, confidence=0.95):
    """Multiplies the formula by n: counts instead of shares; clips by sorting."""
    require_score(correct, total, confidence)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    wrong = total - correct
    half = z * math.sqrt(correct * wrong / total + z * z / 4)
    middle = correct + z * z / 2
    ends = ((middle + sign * half) / (total + z * z) for sign in (-1, 1))
    low, high = (sorted([0.0, end, 1.0])[1] for end in ends)
    return low, high


@right("accuracy_interval")
def accuracy_interval_by_torch(correct, total, confidence=0.95):
    """Takes z from torch's inverse error function, in float32; a list of two floats."""
    require_score(correct, total, confidence)
    z = math.sqrt(2) * torch.erfinv(torch.tensor(confidence)).item()
    share = correct / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    spread = (share * (1 - share) + z**2 / (4 * total)) / total
    half = z * spread**0.5 / (1 + z**2 / total)
    return [max(centre - half, 0.0), min(centre + half, 1.0)]


@right("accuracy_interval")
def accuracy_interval_as_roots(correct, total, confidence=0.95):
    """Solves the quadratic equation behind the formula."""
    require_score(correct, total, confidence)
    z = -NormalDist().inv_cdf((1 - confidence) / 2)
    share = correct / total
    a, b, c = 1 + z**2 / total, -(2 * share + z**2 / total), share**2
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return tuple(float(np.clip((-b + sign * root) / (2 * a), 0, 1)) for sign in (-1, 1))


@right("accuracy_interval")
def accuracy_interval_by_bisection(correct, total, confidence=0.95):
    """Searches for the abilities at which the score is just no surprise; z by bisection too."""
    require_score(correct, total, confidence)
    z = search(lambda x: math.erf(x / math.sqrt(2)) - confidence, 0.0, 40.0)
    share = correct / total

    def surprise(ability):
        return (share - ability) ** 2 * total - z**2 * ability * (1 - ability)

    low = 0.0 if correct == 0 else search(lambda p: -surprise(p), 0.0, share)
    high = 1.0 if correct == total else search(surprise, share, 1.0)
    return low, high


def search(rises, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2


@right("accuracy_interval")
def accuracy_interval_by_numpy(correct, total, confidence=0.95, *, digits=None):
    """Computes both ends as an array and returns numpy floats; an extra default."""
    require_score(correct, total, confidence)
    z = NormalDist(0, 1).inv_cdf(1 - (1 - confidence) / 2)
    share = np.float64(correct) / total
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    ends = (share + z**2 / (2 * total) + np.array([-half, half])) / (1 + z**2 / total)
    low, high = np.clip(ends, 0, 1)
    return low, high


@right("accuracy_interval")
def accuracy_interval_at_the_ends(correct, total, confidence=0.95):
    """Knows the two ends beforehand, and computes the others without cutting off."""
    if not (total >= 1 and 0 <= correct <= total and 0 < confidence < 1):
        raise ValueError("an argument is outside its range")
    z = 2**0.5 * torch.erfinv(torch.tensor(confidence, dtype=torch.float64)).item()
    share, odd = correct / total, z * z / total
    centre = (share + odd / 2) / (1 + odd)
    half = (odd * (share * (1 - share) + odd / 4)) ** 0.5 / (1 + odd)
    return 0.0 if correct == 0 else centre - half, 1.0 if correct == total else centre + half


@right("accuracy_interval", craft=False)
def accuracy_interval_in_five_lines(correct, total, confidence=0.95):
    """The core alone: the formula as it stands in the task."""
    p, n, z = correct / total, total, NormalDist().inv_cdf((1 + confidence) / 2)
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)


@right("accuracy_interval", craft=False)
def accuracy_interval_cut_off_by_whole_numbers(correct, total, confidence=0.95):
    """A newcomer's: the bounds are the ints 0 and 1."""
    p = correct / total
    z = NormalDist(mu=0, sigma=1).inv_cdf(1 - (1 - confidence) / 2)
    denominator = 1 + z**2 / total
    middle = (p + z * z / (2 * total)) / denominator
    margin = z / denominator * ((p * (1 - p) / total + z * z / (4 * total * total)) ** 0.5)
    return max(0, middle - margin), min(1, middle + margin)


@right("accuracy_interval", craft=False)
def accuracy_interval_by_tensors(correct, total, confidence=0.95):
    """Takes z from torch's normal distribution, and reads the numbers out in the end."""
    z = torch.distributions.Normal(0, 1).icdf(torch.tensor((1 + confidence) / 2))
    p = torch.tensor(correct / total)
    root = torch.sqrt(p * (1 - p) / total + z**2 / (4 * total**2))
    low = (p + z**2 / (2 * total) - z * root) / (1 + z**2 / total)
    high = (p + z**2 / (2 * total) + z * root) / (1 + z**2 / total)
    return low.item(), high.item()
