"""Wrong answers to `accuracy_interval`."""

import math
from statistics import NormalDist

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


def _require_score(correct: int, total: int, confidence: float) -> None:
    if total < 1 or not 0 <= correct <= total or not 0 < confidence < 1:
        raise ValueError("an argument is outside its range")


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_rule_of_thumb(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You use the rule of thumb p ± z * sqrt(p(1-p)/n). Near the ends it fails: for 10 of 10 it
    claims perfection, for 9 of 10 it reaches above 1, and no accuracy is above 1.

    Which terms does Wilson's formula have besides these?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    half = z * math.sqrt(share * (1 - share) / total)
    return share - half, share + half


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_rule_of_thumb_cut_off(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You clip the interval of the rule of thumb to 0 and 1. It no longer leaves the range, but for
    10 of 10 it still says "from 1 to 1": ten photos would prove perfection.

    For which true accuracies would 10 of 10 be no surprise?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    half = z * math.sqrt(share * (1 - share) / total)
    return max(0.0, share - half), min(1.0, share + half)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_centre_and_half_width(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You return the centre and the half width, as in 0.90 ± 0.01, where the two ends are asked
    for.

    How do you get the lower and the upper end from centre and half width?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return centre / scale, half / scale


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_half_as_wide(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your interval is half as wide as it should be: the root is the distance to *each* side, and
    you divided it by 2.

    Is z times the root the whole width, or the way from the centre to one end?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / 2
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_in_per_cent(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your ends are in per cent, up to 100. An accuracy is a share between 0 and 1 everywhere in
    this course, so that two of them can be compared.

    Which factor did you multiply by?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = (1 + z**2 / total) / 100
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_high_first(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The upper end comes first, as when the two are returned in the wrong order or when z is
    negative. `low, high = accuracy_interval(...)` would get them the wrong way round.

    Which of the two has the minus sign, and which sign has z?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return min(1.0, (centre + half) / scale), max(0.0, (centre - half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_for_one_side(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your z is too small, 1.64 instead of 1.96 for 95 %: you ask for the number below which 95 %
    lie, but 95 % have to lie in the middle, with 2.5 % left out on either side.

    Which cumulative probability belongs to z, if one half of the rest lies above?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf(confidence), correct / total
    centre = share + z**2 / (2 * total)
    half = abs(z) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_always_95_per_cent(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """`confidence` is never used: z is 1.96 for every caller, so an interval of 99 % comes out as
    narrow as one of 80 %.

    How do you get z from the confidence that is asked for?
    """
    _require_score(correct, total, confidence)
    z, share = 1.96, correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy")
def accuracy_interval_from_a_short_table(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You look z up in a table with three confidences; any other confidence breaks it.

    Which distribution of Python's `statistics` can be asked for z directly?
    """
    _require_score(correct, total, confidence)
    z, share = {0.8: 1.281552, 0.95: 1.959964, 0.99: 2.575829}[confidence], correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_without_the_denominator(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The denominator 1 + z²/n is missing, so both ends are too high, and for 10 of 10 the upper
    one lies above 1.

    Which part of the formula is the denominator?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return centre - half, centre + half


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_without_z_at_the_root(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your interval has the right middle, but the factor z before the root is missing.

    By which factor is your interval too narrow, and where does the formula have this number?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside", craft=True)
def accuracy_interval_not_cut_off(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Your ends are not cut off at 0 and 1, and floats round: where none or all are correct an end
    can lie slightly below 0 or above 1, and code that relies on the range fails.

    Which two functions of Python keep a number within bounds?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_divides_the_root_only(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Only the last term is divided by 1 + z²/n, since division comes before plus and minus: the
    whole numerator has to be divided.

    Where do you need brackets?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return centre - half / (1 + z**2 / total), centre + half / (1 + z**2 / total)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_without_the_shift(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The centre of your interval is p itself, divided by 1 + z²/n: the term z²/(2n) is missing,
    which pulls the centre towards one half.

    Which two terms stand before the ± of the formula?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (share - half) / scale), min(1.0, (share + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_without_the_root(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The square root is missing, so the interval is far too narrow: the uncertainty shrinks with
    the root of the number of images, not with the number itself.

    Which sign of the formula covers both terms after z?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * (share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_plus_four(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You add two right and two wrong images and use the rule of thumb: a good approximation, but
    it still leaves the range for 10 of 10, and Wilson's formula is asked for.

    Which formula stands in the task?
    """
    _require_score(correct, total, confidence)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), (correct + 2) / (total + 4)
    half = z * math.sqrt(share * (1 - share) / (total + 4))
    return max(0.0, share - half), min(1.0, share + half)


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_refuses_the_ends(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You refuse a score of none or all correct, but 10 of 10 does happen, and it is just where an
    interval is needed most.

    Which values can `correct` have?
    """
    _require_score(correct, total, confidence)
    if correct in (0, total):
        raise ValueError("correct must lie between 0 and total")
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


@mistake("accuracy_interval", see="05_evaluation#an-interval-that-stays-inside")
def accuracy_interval_as_tensors(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[Tensor, Tensor]:
    """You return tensors with one number each, where two Python floats are asked for.

    Which method of a tensor gives its only number?
    """
    _require_score(correct, total, confidence)
    z = torch.special.ndtri(torch.tensor((1 + confidence) / 2, dtype=torch.float64))
    share = torch.tensor(correct / total, dtype=torch.float64)
    centre = share + z**2 / (2 * total)
    half = z * (share * (1 - share) / total + z**2 / (4 * total**2)).sqrt()
    scale = 1 + z**2 / total
    low, high = (F.relu(end) for end in ((centre - half) / scale, (centre + half) / scale))
    return low, high.clamp(max=1)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy", craft=True)
def accuracy_interval_of_any_score(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Impossible scores are not refused: 11 of 10 gives numbers, or an error from deep inside the
    formula, which names neither the argument nor the remedy.

    Between which bounds must `correct` lie, and what do you raise if it does not?
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}")
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(max(0.0, share * (1 - share) / total + z**2 / (4 * total**2)))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy", craft=True)
def accuracy_interval_of_any_confidence(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """A confidence in per cent, such as 95, is treated as 0.95 without an error: the next caller
    writes 0.5 and means half a per cent.

    Which confidences does the task allow, and what do you raise for the others?
    """
    if total < 1 or not 0 <= correct <= total:
        raise ValueError(f"correct is {correct}, total is {total}")
    level = confidence / 100 if confidence >= 1 else confidence
    z, share = NormalDist().inv_cdf((1 + level) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake("accuracy_interval", see="05_evaluation#how-sure-is-an-accuracy", craft=True)
def accuracy_interval_of_no_confidence(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """A confidence of 0 is not refused: z is 0 then, and the interval has no width.

    Which confidences does the task allow, and what do you raise for the others?
    """
    _require_score(correct, total, confidence or 0.5)
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), correct / total
    centre = share + z**2 / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@mistake(
    "accuracy_interval",
    see="05_evaluation#an-interval-that-stays-inside",
    both=("accuracy_interval_rule_of_thumb", "accuracy_interval_always_95_per_cent"),
)
def accuracy_interval_thumb_and_196(
    correct: int, total: int, confidence: float = 0.95
) -> tuple[float, float]:
    """You use the rule of thumb, which leaves the range near the ends, and `confidence` is never
    used, since z is 1.96 for everybody.

    Which terms does Wilson's formula have besides these, and how does z depend on the confidence?
    """
    _require_score(correct, total, confidence)
    share = correct / total
    half = 1.959964 * math.sqrt(share * (1 - share) / total)
    return share - half, share + half


refuses_otherwise("accuracy_interval", "05_evaluation#how-sure-is-an-accuracy")
prints_its_result("accuracy_interval", "05_evaluation#how-sure-is-an-accuracy")
