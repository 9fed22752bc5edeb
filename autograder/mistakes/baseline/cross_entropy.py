"""Wrong answers to `cross_entropy`."""

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.course.reference import reference_answer
from autograder.mistakes import mistake
from autograder.mistakes.siblings import prints_its_result, refuses_otherwise


def _checked(logits: Tensor, labels: Tensor) -> None:
    reference_answer("cross_entropy")(logits.detach(), labels)  # refuses what is to be refused


def _of_truth(values: Tensor, labels: Tensor) -> Tensor:
    return values.gather(1, labels[:, None]).squeeze(1)


def _log_shares(logits: Tensor) -> Tensor:
    return logits - logits.logsumexp(1, keepdim=True)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_sums(logits: Tensor, labels: Tensor) -> Tensor:
    """Your result is as large as the sum of the images' losses, as when nothing divides by their
    number or when (B,) minus (B, 1) makes a table of (B, B). A larger batch then looks worse and
    takes larger steps.

    Which shape has each tensor on the way to your result, and what should happen to the loss if
    every image stands in the batch twice?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).sum()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_exponentials(logits: Tensor, labels: Tensor) -> Tensor:
    """`exp` is taken of the logits as they are. exp(1000) is infinite and exp(-1000) is 0, and what
    is computed from them becomes infinite or nan.

    Which number can you subtract from a whole row without changing its softmax?
    """
    _checked(logits, labels)
    exponentials = logits.exp()
    shares = exponentials / exponentials.sum(1, keepdim=True)
    return -_of_truth(shares, labels).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_log_of_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """The logarithm is taken of a softmax that is computed already. The probability of an unlikely
    class is rounded to 0 on the way, and log(0) is minus infinity.

    What becomes of log(exp(a) / s) before you compute any exponential?
    """
    _checked(logits, labels)
    return -_of_truth(logits.softmax(1), labels).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_log_of_every_share(logits: Tensor, labels: Tensor) -> Tensor:
    """The logarithm is taken of all probabilities after the softmax. Those of unlikely classes are
    rounded to 0 by then, and log(0) is minus infinity.

    What becomes of log(exp(a) / s) before you compute any exponential?
    """
    _checked(logits, labels)
    return -_of_truth(logits.softmax(1).log(), labels).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_with_a_small_number_added(logits: Tensor, labels: Tensor) -> Tensor:
    """Your loss can't rise above some limit, as happens if a tiny number is added before the
    logarithm. However wrong the model is, the loss stays there, and its gradient is gone.

    Where would the 0 inside the logarithm come from, and can you avoid it instead of hiding it?
    """
    _checked(logits, labels)
    return -(_of_truth(logits.softmax(1), labels) + 1e-12).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_subtracts_the_largest_of_all(logits: Tensor, labels: Tensor) -> Tensor:
    """What is subtracted is the largest logit of the whole batch. In a row that lies far below it
    all exponentials become 0, and log(0) is minus infinity.

    Whose largest logit does each row need?
    """
    _checked(logits, labels)
    moved = logits - logits.max()
    return (moved.exp().sum(1).log() - _of_truth(moved, labels)).mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_over_the_batch(logits: Tensor, labels: Tensor) -> Tensor:
    """Your softmax runs over the images instead of the classes: the probabilities of one class over
    the batch add up to 1, those of one image do not.

    Along which dimension do the scores of one image lie?
    """
    _checked(logits, labels)
    return -_of_truth(logits - logits.logsumexp(0, keepdim=True), labels).mean()


@mistake("cross_entropy", see="02_baseline#softmax-belongs-to-the-loss")
def cross_entropy_of_probabilities(logits: Tensor, labels: Tensor) -> Tensor:
    """Softmax is applied twice: once to the logits, and once more in the loss of the result. With
    ten classes even confident, correct predictions then have a loss of 1.46.

    Which of your two steps already contains a softmax?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits.softmax(1)), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_without_the_minus(logits: Tensor, labels: Tensor) -> Tensor:
    """Your loss has the wrong sign: it is negative, and training would make the right class ever
    less likely.

    Which sign does the logarithm of a probability below 1 have?
    """
    _checked(logits, labels)
    return _of_truth(_log_shares(logits), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_pairs_all_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of each image also includes the labels of the others, as with `[:, labels]`, which
    takes all those columns from every row: a (B, B) table instead of B numbers.

    How do you pick one column per row, a different one in each?
    """
    _checked(logits, labels)
    return -_log_shares(logits)[:, labels].mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_divided_by_the_classes_too(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss is too small by the number of classes, as happens if the mean runs over a (B, K)
    table that is 0 except for the true classes.

    How many numbers are averaged, and how many images are there?
    """
    _checked(logits, labels)
    return -(_log_shares(logits) * F.one_hot(labels, logits.shape[1])).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_in_bits(logits: Tensor, labels: Tensor) -> Tensor:
    """Every loss is 1.44 times the right value, as with the logarithm to base 2: guessing has a
    loss of 3.32 instead of 2.30.

    Which logarithm belongs to `exp`?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).mean() / torch.log(torch.tensor(2.0))


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_by_torch(logits: Tensor, labels: Tensor) -> Tensor:
    """You call PyTorch's own `cross_entropy`. Everywhere else that is right; in this exercise you
    write it yourself, to know what it does.

    What does it compute for one image, step by step?
    """
    _checked(logits, labels)
    return F.cross_entropy(logits, labels)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_by_log_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """You call PyTorch's `log_softmax`, which is nearly all of the work, and the part that this
    exercise is about.

    What is the logarithm of a softmax, if you write the fraction out?
    """
    _checked(logits, labels)
    return -_of_truth(logits.log_softmax(1), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_returns_a_float(logits: Tensor, labels: Tensor) -> float:
    """A plain number is returned. It does not know how it was computed, so `backward` can't be
    called on it and nothing can be learnt from it.

    Until when does the training loop need the loss as a tensor?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).mean().item()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_returns_one_loss_an_image(logits: Tensor, labels: Tensor) -> Tensor:
    """You return one loss for each image; the mean over the images is missing. `backward` needs a
    single number to start from.

    What shape does your result have, and what shape is asked for?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_detached(logits: Tensor, labels: Tensor) -> Tensor:
    """On the way from the logits to the loss the graph is cut, so no gradient gets back to the
    logits.

    Which of your steps makes a number or a tensor that does not know how it was computed?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits.detach()), labels).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_subtracts_in_place(logits: Tensor, labels: Tensor) -> Tensor:
    """The caller's logits are changed in place. They have other values after the call, and during
    training PyTorch may raise an error.

    What is the difference between `a -= b` and `a = a - b` for a tensor?
    """
    _checked(logits, labels)
    logits -= logits.amax(1, keepdim=True)
    return (logits.exp().sum(1).log() - _of_truth(logits, labels)).mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom", craft=True)
def cross_entropy_without_checks(logits: Tensor, labels: Tensor) -> Tensor:
    """Every input is accepted. The mean of no images is nan, and a label outside the classes raises
    an error about indices instead of one about labels.

    What would you like to read if your labels went from 1 to 10 by mistake?
    """
    return -_of_truth(_log_shares(logits), labels).mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom", craft=True)
def cross_entropy_takes_anything(logits: Tensor, labels: Tensor) -> Tensor:
    """Whatever comes is computed with: no images, labels of a wrong shape, and the label -1, which
    as an index means the last class.

    What should a function do with input for which there is no right answer?
    """
    return -_log_shares(logits)[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom", craft=True)
def cross_entropy_takes_negative_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """A label of -1 is accepted without an error. As an index in Python, -1 means the last class.

    Which labels exist for K classes, and what should happen to all others?
    """
    if logits.ndim != 2 or logits.numel() == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)} differ")
    if int(labels.max()) >= logits.shape[1]:
        raise ValueError(f"labels reach {int(labels.max())}: pass less than {logits.shape[1]}")
    return -_log_shares(logits)[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_of_logits_as_shares(logits: Tensor, labels: Tensor) -> Tensor:
    """The logarithm is taken of the logits as if they were probabilities. A score may be negative,
    and its logarithm is nan.

    Which step turns logits of any size into probabilities that add up to 1?
    """
    _checked(logits, labels)
    return -_of_truth(logits, labels).log().mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_reshapes_the_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """You changed the shape of the caller's labels: `unsqueeze_` works in place, and the next
    function that reads them finds (B, 1).

    Which character at the end of a method's name says that it works in place?
    """
    _checked(logits, labels)
    labels.unsqueeze_(1)
    return (logits.logsumexp(1) - logits.gather(1, labels)[:, 0]).mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_over_everything(logits: Tensor, labels: Tensor) -> Tensor:
    """The softmax runs over the whole batch: all probabilities together add up to 1, where those of
    each image should.

    Along which dimension does a sum leave one number for each image?
    """
    exponentials = logits.exp()
    return -_of_truth(exponentials / exponentials.sum(), labels).log().mean()


@mistake(
    "cross_entropy",
    see="02_baseline#large-logits-overflow",
    both=("cross_entropy_by_exponentials", "cross_entropy_sums"),
)
def cross_entropy_sums_by_exponentials(logits: Tensor, labels: Tensor) -> Tensor:
    """Two things: the losses of the images are added up, where their mean is asked for; and `exp`
    of large logits is infinite, so the loss becomes nan.

    What should happen to the loss if every image stands in the batch twice, and what is exp(1000)?
    """
    exponentials = logits.exp()
    return -_of_truth(exponentials / exponentials.sum(1, keepdim=True), labels).log().sum()


refuses_otherwise("cross_entropy", "02_baseline#common-mistakes-by-symptom")
prints_its_result("cross_entropy", "02_baseline#common-mistakes-by-symptom")
