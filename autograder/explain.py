"""Translates the common exceptions of Python and PyTorch into what they mean in this course.

Each entry: an id, a pattern of the exception's type and text, what it means here, and a question.
The first entry that fits is used; what fits none is shown as it came.
"""

import re
from dataclasses import dataclass

from autograder.observation import Error


@dataclass(frozen=True)
class Explanation:
    """What an exception means here, and a question; `{0}`: a group of the pattern."""

    id: str
    pattern: str
    means: str
    question: str


EXPLANATIONS = (
    Explanation(
        "matmul-shapes",
        r"RuntimeError: .*mat1 and mat2 shapes cannot be multiplied"
        r" \((\d+)x(\d+) and (\d+)x(\d+)\)",
        "A Linear layer got rows of {1} numbers but was built for rows of {2}.",
        "What shape does the layer before it give, and is it flattened image by image?",
    ),
    Explanation(
        "linear-vector",
        r"RuntimeError: size mismatch, got input \((\d+)\), mat \(\d+x(\d+)\)",
        "A Linear layer got one long vector of {0} numbers: the batch dimension is gone.",
        "Which line merges the images of a batch into one?",
    ),
    Explanation(
        "wants-4d",
        r"RuntimeError: Expected (?:3D \(unbatched\) or )?4D .*input.*got input of size: \[(.+?)\]",
        "A convolution wants images (B, C, H, W); it got shape ({0}).",
        "Where did a dimension get lost, or was the image flattened too early?",
    ),
    Explanation(
        "conv-channels",
        r"RuntimeError: .*expected input\[(.+?)\] to have (\d+) channels, but got (\d+) channels",
        "A convolution built for {1} input channels got {2}.",
        "How many channels does the layer before it give?",
    ),
    Explanation(
        "shape-reshape",
        r"RuntimeError: shape '\[(.+?)\]' is invalid for input of size (\d+)",
        "{1} numbers can't be arranged as ({0}).",
        "What shape does the tensor have here, and what is the batch size?",
    ),
    Explanation(
        "sizes-differ",
        r"RuntimeError: The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)"
        r" at non-singleton dimension (\d+)",
        "Two tensors meet whose dimension {2} has {0} and {1} entries.",
        "Which shape has each of the two, and which of them should change?",
    ),
    Explanation(
        "batch-sizes-differ",
        r"ValueError: Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)",
        "The loss got {0} rows of logits for {1} labels.",
        "Does your forward keep one row an image?",
    ),
    Explanation(
        "labels-not-long",
        r"RuntimeError: (?:expected scalar type Long but found (\w+)|"
        r".*not implemented for '(Float|Int|Double)'.*|[Ee]xpected .*Long.*)",
        "Labels must be int64 (Long): they are used as indices of classes.",
        "Where do the labels get their dtype, and are logits and labels in the right order?",
    ),
    Explanation(
        "logits-not-float",
        r"(?:RuntimeError|NotImplementedError): .*log_softmax.* not implemented for '(Long|Int)'.*",
        "The loss got whole numbers where it takes logits: labels stand in the place of logits.",
        "In which order does the loss take what the model says and what is true?",
    ),
    Explanation(
        "class-out-of-range",
        r"IndexError: Target (-?\d+) is out of bounds",
        "A label {0} has no logit: the model gives too few classes.",
        "How many outputs does the last layer have?",
    ),
    Explanation(
        "dtypes-differ",
        r"RuntimeError: (?:mat1 and mat2 must have the same dtype|expected m1 and m2 to have the"
        r" same dtype|expected scalar type (?:Float|Double) but found (?:Float|Double)|"
        r"Input type \((.+?)\) and (?:weight|bias) type \((.+?)\) should be the same).*",
        "Images and weights have different dtypes.",
        "Which line converts one of them, and should it?",
    ),
    Explanation(
        "in-place",
        r"RuntimeError: one of the variables needed for gradient computation has been modified by"
        r" an inplace operation.*",
        "A tensor that backward still needs was changed in place (by +=, relu_ or an index).",
        "Which line overwrites a tensor instead of making a new one?",
    ),
    Explanation(
        "leaf-in-place",
        r"RuntimeError: a (?:view of a )?leaf [Vv]ariable that requires grad is being used in an"
        r" in-place operation.*",
        "Weights may not be changed in place while gradients are recorded.",
        "Who should change the weights: your line, or the optimizer's step?",
    ),
    Explanation(
        "backward-twice",
        r"RuntimeError: Trying to backward through the graph a second time.*",
        "backward ran twice over one graph, which is gone after the first time.",
        "Is backward called once a batch, on this batch's loss alone?",
    ),
    Explanation(
        "no-graph",
        r"RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
        "backward found nothing to follow: no recorded path leads from the loss to the weights.",
        "Is the forward pass under no_grad, or does argmax, detach or item cut the path?",
    ),
    Explanation(
        "grad-not-scalar",
        r"RuntimeError: grad can be implicitly created only for scalar outputs",
        "backward needs one number, and the loss has several.",
        "Should the losses of the images be averaged first?",
    ),
    Explanation(
        "numpy-needs-grad",
        r"RuntimeError: Can't call numpy\(\) on Tensor that requires grad.*",
        "A tensor that is part of a graph can't become a numpy array.",
        "Which method cuts a tensor off its graph?",
    ),
    Explanation(
        "inference-tensor",
        r"RuntimeError: Inference tensors cannot be saved for backward.*",
        "A tensor made in inference mode was used for training.",
        "Which line runs under inference_mode that should not?",
    ),
    Explanation(
        "devices-differ",
        r"RuntimeError: Expected all tensors to be on the same device.*",
        "Model and images are on different devices.",
        "`.to(device)` of a tensor returns a new one: is its result kept?",
    ),
    Explanation(
        "no-cuda",
        r"(?:AssertionError: Torch not compiled with CUDA enabled|RuntimeError: .*(?:No CUDA GPUs"
        r" are available|Found no NVIDIA driver).*)",
        "The answer asks for a GPU by name, and there is none here.",
        "Which argument says where to compute?",
    ),
    Explanation(
        "state-keys",
        r"RuntimeError: Error\(s\) in loading state_dict for (\w+):[\s\S]*",
        "The weights in the file and those of the model have different names or shapes.",
        "Was the file saved from a model with the same layers?",
    ),
    Explanation(
        "not-enough-values",
        r"ValueError: not enough values to unpack \(expected (\d+), got (\d+)\)",
        "{0} names stand for {1} values.",
        "What does the thing on the right give, item by item?",
    ),
    Explanation(
        "not-initialised",
        r"AttributeError: cannot assign (?:module|parameters?) before Module.__init__\(\) call",
        "A layer was assigned before the module was set up.",
        "Which call must be the first line of __init__?",
    ),
    Explanation(
        "none-returned",
        r"(?:AttributeError: 'NoneType' object has no attribute '(\w+)'|TypeError: .*NoneType.*)",
        "Something is None where a value was expected.",
        "Which function here ends without a return?",
    ),
    Explanation(
        "no-length",
        r"TypeError: object of type '(\w+)' has no len\(\)",
        "A {0} has no length: batches may be any iterable, also one that is read only once.",
        "Can you count while you go through it?",
    ),
    Explanation(
        "not-indexable",
        r"TypeError: '(\w+)' object is not subscriptable",
        "A {0} has no index: it can only be gone through.",
        "Does the task promise a list here?",
    ),
    Explanation(
        "division-by-zero",
        r"ZeroDivisionError: .*",
        "Something was divided by a count of zero.",
        "For which input is the count zero, and what should happen then?",
    ),
    Explanation(
        "undefined-name",
        r"NameError: name '(\w+)' is not defined.*",
        "`{0}` is used but never defined here.",
        "Is an import missing, or does it stand in a cell that was not saved?",
    ),
    Explanation(
        "wrong-arguments",
        r"TypeError: (\w+)(?:\.__init__)?\(\) (takes|got|missing) .*",
        "`{0}` was called with arguments that do not fit its signature.",
        "Which names and which order does the task give?",
    ),
    Explanation(
        "recursion",
        r"RecursionError: .*",
        "A function calls itself without end.",
        "Is a name reused for something else inside the function?",
    ),
)


def explain(error: Error) -> tuple[str, str] | None:
    """Return what the exception means here and a question, or None if it is not known."""
    text = f"{error.type}: {error.message}"
    for entry in EXPLANATIONS:
        found = re.match(entry.pattern, text)
        if found:
            groups = [group or "" for group in found.groups()]
            return entry.means.format(*groups), entry.question
    return None
