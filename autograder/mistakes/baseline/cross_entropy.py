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
    """You add the losses of the images up instead of taking their mean, so a larger batch looks
    worse and takes larger steps.

    What should happen to the loss if every image stands in the batch twice?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).sum()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_exponentials(logits: Tensor, labels: Tensor) -> Tensor:
    """You take `exp` of the logits as they are. exp(1000) is infinite, and infinite divided by
    infinite is nan.

    Which number can you subtract from a whole row without changing its softmax?
    """
    _checked(logits, labels)
    exponentials = logits.exp()
    shares = exponentials / exponentials.sum(1, keepdim=True)
    return -_of_truth(shares, labels).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_log_of_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """You compute the softmax first and its logarithm after that. The share of an unlikely class is
    rounded to 0 on the way, and log(0) is minus infinity.

    What becomes of log(exp(a) / s) before you compute any exponential?
    """
    _checked(logits, labels)
    return -_of_truth(logits.softmax(1), labels).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_by_log_of_every_share(logits: Tensor, labels: Tensor) -> Tensor:
    """You take the logarithm of all shares after the softmax. Those of unlikely classes are rounded
    to 0 by then, and log(0) is minus infinity.

    What becomes of log(exp(a) / s) before you compute any exponential?
    """
    _checked(logits, labels)
    return -_of_truth(logits.softmax(1).log(), labels).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_with_a_small_number_added(logits: Tensor, labels: Tensor) -> Tensor:
    """You add a tiny number before the logarithm. That hides the infinity: however wrong the model
    is, the loss can't rise above some limit, and there its gradient is gone.

    Where does the 0 under the logarithm come from, and can it be avoided instead of covered?
    """
    _checked(logits, labels)
    return -(_of_truth(logits.softmax(1), labels) + 1e-9).log().mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_subtracts_the_largest_of_all(logits: Tensor, labels: Tensor) -> Tensor:
    """You subtract the largest logit of the whole batch. In a row that lies far below it all
    exponentials become 0, and log(0) is minus infinity.

    Whose largest logit does each row need?
    """
    _checked(logits, labels)
    moved = logits - logits.max()
    return (moved.exp().sum(1).log() - _of_truth(moved, labels)).mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_over_the_batch(logits: Tensor, labels: Tensor) -> Tensor:
    """Your softmax runs over the images instead of the classes: the shares of one class over the
    batch add up to 1, those of one image do not.

    Along which dimension do the scores of one image lie?
    """
    _checked(logits, labels)
    return -_of_truth(logits - logits.logsumexp(0, keepdim=True), labels).mean()


@mistake("cross_entropy", see="02_baseline#softmax-belongs-to-the-loss")
def cross_entropy_of_probabilities(logits: Tensor, labels: Tensor) -> Tensor:
    """You apply softmax twice: once to the logits, and once more in the loss of the result. Even
    sure and right answers then cost 0.9 and more.

    Which of your two steps already contains a softmax?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits.softmax(1)), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_without_the_minus(logits: Tensor, labels: Tensor) -> Tensor:
    """Your loss is negative: the minus before the logarithm is missing, and training would make the
    right class ever less likely.

    Which sign has the logarithm of a share below 1?
    """
    _checked(logits, labels)
    return _of_truth(_log_shares(logits), labels).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_pairs_all_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """`[:, labels]` takes all those columns from every row, so each image is also charged for the
    labels of the others: a (B, B) table instead of B numbers.

    How do you pick one column per row, a different one in each?
    """
    _checked(logits, labels)
    return -_log_shares(logits)[:, labels].mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_divided_by_the_classes_too(logits: Tensor, labels: Tensor) -> Tensor:
    """Your mean runs over a (B, K) table that is 0 but for the true classes, so the loss comes out
    too small by the number of classes.

    How many numbers are averaged, and how many images are there?
    """
    _checked(logits, labels)
    return -(_log_shares(logits) * F.one_hot(labels, logits.shape[1])).mean()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_in_bits(logits: Tensor, labels: Tensor) -> Tensor:
    """You use the logarithm to base 2, so every loss is 1.44 times too large: chance costs 3.32
    where everybody else reads 2.30.

    Which logarithm belongs to `exp`?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).mean() / torch.log(torch.tensor(2.0))


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_by_torch(logits: Tensor, labels: Tensor) -> Tensor:
    """You call PyTorch's own `cross_entropy`. This once the point is to know what it does.

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
    """You return a plain number. It does not know how it was computed, so `backward` can't be
    called on it and nothing can be learnt from it.

    Until when does the training loop need the loss as a tensor?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels).mean().item()


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_returns_one_loss_an_image(logits: Tensor, labels: Tensor) -> Tensor:
    """You return one loss for each image; the mean over the images is missing. `backward` needs a
    single number to start from.

    What shape has your result, and what shape is asked for?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits), labels)


@mistake("cross_entropy", see="02_baseline#cross-entropy-is-surprise")
def cross_entropy_detached(logits: Tensor, labels: Tensor) -> Tensor:
    """On the way the logits are taken out of their graph, so no gradient gets back to them.

    Which of `detach`, `data`, `numpy` and `torch.tensor` stands in your code, and why?
    """
    _checked(logits, labels)
    return -_of_truth(_log_shares(logits.detach()), labels).mean()


@mistake("cross_entropy", see="02_baseline#large-logits-overflow")
def cross_entropy_subtracts_in_place(logits: Tensor, labels: Tensor) -> Tensor:
    """You subtract from the caller's logits in place. They are other numbers after the call, and
    during training PyTorch refuses it.

    What is the difference between `a -= b` and `a = a - b` for a tensor?
    """
    _checked(logits, labels)
    logits -= logits.amax(1, keepdim=True)
    return (logits.exp().sum(1).log() - _of_truth(logits, labels)).mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_without_checks(logits: Tensor, labels: Tensor) -> Tensor:
    """Your function takes whatever comes. The mean of no images is nan, and a label that no class
    has raises an error about indices instead of one about labels.

    What would you like to read if your labels went from 1 to 10 by mistake?
    """
    return -_of_truth(_log_shares(logits), labels).mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_takes_anything(logits: Tensor, labels: Tensor) -> Tensor:
    """You compute on whatever comes: no images give nan, labels of a wrong shape give some number,
    and the label -1 quietly means the last class.

    What should a function do with input for which there is no right answer?
    """
    return -_log_shares(logits)[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_takes_negative_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """A label of -1 quietly means the last class, because Python counts from the end then.

    Which labels exist for K classes, and what should happen to all others?
    """
    if logits.ndim != 2 or logits.numel() == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)} differ")
    if int(labels.max()) >= logits.shape[1]:
        raise ValueError(f"labels reach {int(labels.max())}: pass less than {logits.shape[1]}")
    return -_log_shares(logits)[torch.arange(len(labels)), labels].mean()


@mistake("cross_entropy", see="02_baseline#from-logits-to-probabilities")
def cross_entropy_of_logits_as_shares(logits: Tensor, labels: Tensor) -> Tensor:
    """You take the logarithm of the logits as if they were shares. A score may be negative, and its
    logarithm is nan.

    Which step turns scores of any size into shares that add up to 1?
    """
    _checked(logits, labels)
    return -_of_truth(logits, labels).log().mean()


@mistake("cross_entropy", see="02_baseline#common-mistakes-by-symptom")
def cross_entropy_reshapes_the_labels(logits: Tensor, labels: Tensor) -> Tensor:
    """You gave the caller's labels another shape: `unsqueeze_` works in place, and the next
    function that reads them finds (B, 1).

    Which character at the end of a method's name says that it works in place?
    """
    _checked(logits, labels)
    labels.unsqueeze_(1)
    return (logits.logsumexp(1) - logits.gather(1, labels)[:, 0]).mean()


@mistake(
    "cross_entropy",
    see="02_baseline#large-logits-overflow",
    both=("cross_entropy_by_exponentials", "cross_entropy_without_checks"),
)
def cross_entropy_by_exponentials_without_checks(logits: Tensor, labels: Tensor) -> Tensor:
    """Two things: `exp` of large logits is infinite, so the loss becomes nan, and input without a
    loss is not refused.

    Which inputs does your formula not survive, and which should it not even see?
    """
    exponentials = logits.exp()
    return -_of_truth(exponentials / exponentials.sum(1, keepdim=True), labels).log().mean()


refuses_otherwise("cross_entropy", "02_baseline#common-mistakes-by-symptom")
prints_its_result("cross_entropy", "02_baseline#common-mistakes-by-symptom")
