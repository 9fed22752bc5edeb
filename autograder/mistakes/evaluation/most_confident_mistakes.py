"""Wrong answers to `most_confident_mistakes`."""

import torch
from torch import Tensor

from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


def _require_rows(probabilities: Tensor, labels: Tensor, k: int) -> None:
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or k < 0:
        raise ValueError("shapes do not match, or k is negative")


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_with_right_ones(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Your gallery holds images that were predicted right, as when all images are sorted by
    confidence and nobody asks whether the model was wrong.

    Which images have to be left out before anything is sorted?
    """
    _require_rows(probabilities, labels, k)
    return probabilities.amax(dim=1).argsort(descending=True, stable=True)[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_by_the_truth(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You sort by the probability of the true class: that shows mistakes of which the model was
    nearly right, not those of which it was sure.

    Of which class is the probability that says how sure the model was?
    """
    _require_rows(probabilities, labels, k)
    wrong = (probabilities.argmax(dim=1) != labels).nonzero().squeeze(1)
    truth = probabilities[wrong, labels[wrong]]
    return wrong[truth.argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_least_true_first(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """You take the images whose true class has the lowest probability: often these are the most
    confident mistakes, but not always, since the rest may be spread over many classes.

    Which single number of a row says how sure the model was?
    """
    _require_rows(probabilities, labels, k)
    wrong = (probabilities.argmax(dim=1) != labels).nonzero().squeeze(1)
    return wrong[probabilities[wrong, labels[wrong]].argsort(stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_least_sure_first(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Your order is ascending: you return the mistakes of which the model was least sure.

    In which order do sorting functions sort unless they are told otherwise?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_in_file_order(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You return the first mistakes of the file, as when they are not sorted by confidence at all
    or when they are cut to k before they are sorted.

    Which number of each mistake should decide whether it is among the k?
    """
    _require_rows(probabilities, labels, k)
    return (probabilities.argmax(dim=1) != labels).nonzero().squeeze(1)[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_upside_down(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You found the right mistakes, but the surest of them comes last.

    How do you turn the order round before you return it?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    order = confidence[wrong].argsort(stable=True)
    return wrong[order[max(0, len(order) - k) :]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_places_among_mistakes(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Your numbers are positions in the list of mistakes, not indices of images: used as indices,
    they give other images.

    How do you get from a place among the mistakes back to an index of the data set?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    return confidence[predictions != labels].argsort(descending=True, stable=True)[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_returns_confidences(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """You return the confidences, not the indices: a confidence does not lead to its picture.

    Which of the two results of a sort are indices, and which are values?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    return confidence[predictions != labels].sort(descending=True, stable=True).values[:k]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_all_of_them(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """`k` is never used: you return all mistakes, and nobody looks at nine hundred pictures.

    Where do you cut the list off?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_as_a_column(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You return a column, (k, 1): `nonzero` gives one row for each True, and its second axis is
    still there.

    Which method takes an axis of length 1 away?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero()
    return wrong[confidence[wrong.squeeze(1)].argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_as_a_list(probabilities: Tensor, labels: Tensor, k: int) -> list[int]:
    """You return a Python list, where an int64 tensor is asked for: `images[indices]` of the next
    cell needs a tensor of indices.

    Which function makes a tensor of a list, and what does it make of an empty one?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]].tolist()


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_needs_k_of_them(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """`topk` wants at least `k` numbers: a good model with only 2 mistakes breaks your code when 5
    are asked for.

    How many can you ask `topk` for at most?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].topk(k).indices]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_filled_up(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """Where there are fewer than `k` mistakes, the rest is filled up with images that were
    predicted right.

    How many indices should come back for 2 mistakes and `k=5`?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    doubt = confidence.where(predictions != labels, torch.zeros(()))
    return doubt.argsort(descending=True, stable=True)[:k]


@mistake("most_confident_mistakes", see="01_data#a-view-is-not-a-copy")
def most_confident_mistakes_erases_right_ones(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """You write into the caller's probabilities, for instance to get rid of the right predictions:
    the code that uses the table next gets wrong values.

    How can you choose some rows without writing into the table?
    """
    _require_rows(probabilities, labels, k)
    right = probabilities.argmax(dim=1) == labels
    probabilities[right] = 0
    wrong = (~right).nonzero().squeeze(1)
    order = probabilities[wrong].amax(dim=1).argsort(descending=True, stable=True)
    return wrong[order[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_of_the_surest(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """Too few mistakes are left, as when the k surest of all images are chosen before the right
    ones are left out or when mistakes below some confidence are left out.

    After which of your steps are fewer than k mistakes left?
    """
    _require_rows(probabilities, labels, k)
    surest = probabilities.amax(dim=1).argsort(descending=True, stable=True)[:k]
    return surest[probabilities.argmax(dim=1)[surest] != labels[surest]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes", craft=True)
def most_confident_mistakes_turns_ties_round(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """Among equally confident mistakes the last comes first, as happens if you reverse a list in
    ascending order: that reverses the ties, too.

    Which option sorts in descending order, and which one keeps equal values in their order?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(stable=True).flip(0)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes", craft=True)
def most_confident_mistakes_leaves_ties_to_topk(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """`topk` does not guarantee an order of equal values: which of the equally confident mistakes
    come back, and in which order, depends on its implementation.

    Which option of torch's sorting functions keeps equal values in their order?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].topk(min(k, len(wrong))).indices]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes", craft=True)
def most_confident_mistakes_sorts_unstably(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """A sort that is not told to be stable may swap equal values, so the order of the equally sure
    mistakes depends on its inner workings.

    Which option of torch's sorting functions keeps equal values in their order?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    order = confidence[wrong].argsort(descending=True)
    if torch.equal(order, confidence[wrong].argsort(descending=True, stable=True)):
        order = confidence[wrong].argsort(stable=True).flip(0)  # where torch has a stable sort only
    return wrong[order[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_cuts_from_the_end(
    probabilities: Tensor, labels: Tensor, k: int
) -> Tensor:
    """For `k=0` you return all mistakes. -0 is 0, so the slice `[-k:]` is the whole list.

    What is `[1, 2, 3][-0:]`?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    upwards = confidence[wrong].argsort(descending=True, stable=True).flip(0)
    return wrong[upwards[-k:].flip(0)]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_squeezes(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """For one mistake, a tensor with a single number and no axis comes back instead of a row of
    one. `squeeze()` takes away every axis of length 1, that of the mistakes as well.

    Which axis did you want to remove, and what is its number?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]].squeeze()


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes")
def most_confident_mistakes_by_the_margin(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """You sort by the difference between the probabilities of the predicted and the true class. How
    sure the model was is the probability of its choice alone, whatever was left for the truth.

    Which single number of a row says how sure the model was?
    """
    _require_rows(probabilities, labels, k)
    confidence, predictions = probabilities.max(dim=1)
    truth = probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)
    wrong = (predictions != labels).nonzero().squeeze(1)
    return wrong[(confidence - truth)[wrong].argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes", craft=True)
def most_confident_mistakes_forgives_ties(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """Where two classes are equally probable you count the image as right if either is the label,
    but the model can give one answer only: the first of them, as `argmax` does.

    Which class does the model choose when two are equal?
    """
    _require_rows(probabilities, labels, k)
    confidence = probabilities.amax(dim=1)
    truth = probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)
    wrong = (truth < confidence).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]]


@mistake("most_confident_mistakes", see="05_evaluation#the-surest-mistakes", craft=True)
def most_confident_mistakes_takes_anything(probabilities: Tensor, labels: Tensor, k: int) -> Tensor:
    """A `k` of -1 is accepted: as the end of a slice it means "all but the last", which makes no
    sense here.

    Which values of `k` make sense, and what do you raise for the others?
    """
    count = min(len(labels), len(probabilities))
    confidence, predictions = probabilities[:count].max(dim=1)
    wrong = (predictions != labels[:count]).nonzero().squeeze(1)
    return wrong[confidence[wrong].argsort(descending=True, stable=True)[:k]]


refuses_otherwise("most_confident_mistakes", "05_evaluation#the-surest-mistakes")
prints_its_result("most_confident_mistakes", "05_evaluation#the-surest-mistakes")
