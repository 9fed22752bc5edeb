"""The exceptions of PyTorch that answers meet often, and what they mean in this course."""

from autograder.teaching.explanation import Explanation

SHAPES = {
    "matmul-shapes": Explanation(
        r"RuntimeError: .*mat1 and mat2 shapes cannot be multiplied"
        r" \((\d+)x(\d+) and (\d+)x(\d+)\)",
        "A Linear layer got rows of {1} numbers but was built for rows of {2}.",
        "What shape does the layer before it give, and is it flattened image by image?",
    ),
    "wants-4d": Explanation(
        r"RuntimeError: Expected (?:3D \(unbatched\) or )?4D .*input.*got input of size: \[(.+?)\]",
        "A convolution wants images (B, C, H, W); it got shape ({0}).",
        "Where did a dimension get lost, or was the image flattened too early?",
    ),
    "conv-channels": Explanation(
        r"RuntimeError: .*expected input\[(.+?)\] to have (\d+) channels, but got (\d+) channels",
        "A convolution built for {1} input channels got {2}.",
        "How many channels does the layer before it give?",
    ),
    "kernel-too-large": Explanation(
        r"RuntimeError: Calculated padded input size per channel: \((.+?)\)\."
        r" Kernel size: \((.+?)\)",
        "The picture has shrunk to {0} pixels, fewer than the kernel's {1}.",
        "By how much does each layer before it shrink the picture?",
    ),
    "pool-too-small": Explanation(
        r"RuntimeError: Given input size: \((.+?)\)\. Calculated output size: .*too small",
        "A pooling layer got a picture of {0} (channels, height, width) and would leave nothing.",
        "How often is the side of the picture halved before?",
    ),
    "shape-reshape": Explanation(
        r"RuntimeError: shape '\[(.+?)\]' is invalid for input of size (\d+)",
        "{1} numbers can't be arranged as ({0}).",
        "What shape does the tensor have here, and what is the batch size?",
    ),
    "view-not-contiguous": Explanation(
        r"RuntimeError: view size is not compatible with input tensor's size and stride",
        "`view` can't rearrange this tensor without copying it, as after a transpose or permute.",
        "Which method gives the same shape and copies where it has to?",
    ),
    "sizes-differ": Explanation(
        r"RuntimeError: The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)"
        r" at non-singleton dimension (\d+)",
        "Two tensors meet whose dimension {2} has {0} and {1} entries.",
        "Which shape has each of the two, and which of them should change?",
    ),
    "stack-of-other-sizes": Explanation(
        r"RuntimeError: stack expects each tensor to be equal size, but got \[(.+?)\] at entry \d+"
        r" and \[(.+?)\]",
        "`stack` wants tensors of one shape and got ({0}) and ({1}); a last batch may be smaller.",
        "Which function joins tensors along a dimension that they have already?",
    ),
    "cat-of-other-sizes": Explanation(
        r"RuntimeError: Sizes of tensors must match except in dimension (\d+)\. Expected size (\d+)"
        r" but got size (\d+)",
        "`cat` joins along dimension {0}; in another one the tensors have {1} and {2} entries.",
        "Which shape has each of them, and along which dimension should they be joined?",
    ),
    "missing-dimension": Explanation(
        r"IndexError: Dimension out of range \(expected to be in range of \[.*\], but got (-?\d+)",
        "The line asks for dimension {0} of a tensor that has fewer dimensions.",
        "What shape does the tensor have here, and which step took a dimension away?",
    ),
    "index-out-of-bounds": Explanation(
        r"IndexError: index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)",
        "The line asks for index {0} where dimension {1} has {2} entries.",
        "Where does the index come from, and what is the largest one that there is?",
    ),
    "empty-reduction": Explanation(
        r"(?:RuntimeError|IndexError): (\w+)\(\): Expected reduction dim (?:to be specified|\d+ to"
        r" have non-zero)",
        "`{0}` of no numbers was asked for, and there is none.",
        "For which input is the tensor empty, and what should come out then?",
    ),
}

LOSSES = {
    "batch-sizes-differ": Explanation(
        r"ValueError: Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)",
        "The loss got {0} rows of logits for {1} labels.",
        "Does your forward keep one row an image?",
    ),
    "logits-in-one-row": Explanation(
        r"ValueError: For 1D input, 1D target must have size 1, but got target size: (\d+)",
        "The loss got the logits as one long row, and {0} labels: it wants (B, classes) and (B,).",
        "Which line takes the batch dimension of the logits away?",
    ),
    "labels-in-a-column": Explanation(
        r"RuntimeError: 0D or 1D target tensor expected, multi-target not supported",
        "The labels have two dimensions where the loss wants one label an image, of shape (B,).",
        "Which line gives the labels a second dimension?",
    ),
    "loss-of-3d": Explanation(
        r"RuntimeError: Expected target size \[(.+?)\], got \[(.+?)\]",
        "The loss wants logits (B, classes) for labels (B,), and the logits have a dimension more.",
        "What shape do the logits have, and which step should have flattened the images?",
    ),
    "classes-in-place-of-logits": Explanation(
        r"RuntimeError: Expected floating point type for target with class probabilities, got",
        "The loss got two vectors of whole numbers, (B,) and (B,): classes where it wants logits.",
        "What does the model say before the best class is picked, and has that a slope?",
    ),
    "labels-not-long": Explanation(
        r"RuntimeError: (?:expected scalar type Long but found (\w+)|"
        r".*not implemented for '(Float|Int|Double)'.*|[Ee]xpected .*Long.*)",
        "Labels must be int64 (Long): they are used as indices of classes.",
        "Where do the labels get their dtype, and are logits and labels in the right order?",
        many=True,
    ),
    "logits-not-float": Explanation(
        r"(?:RuntimeError|NotImplementedError): .*log_softmax.* not implemented for '(Long|Int)'.*",
        "The loss got whole numbers where it takes logits: labels stand in the place of logits.",
        "In which order does the loss take what the model says and what is true?",
    ),
    "whole-numbers": Explanation(
        r"(?:NotImplementedError: \"(\w+?)_\w+\" not implemented for '(?:Long|Int|Byte)'"
        r"|RuntimeError: (\w+)\(\): could not infer output dtype.*Got: (?:Long|Int|Byte))",
        "A step that needs floats got whole numbers.",
        "Where do the numbers come from, and which conversion is missing?",
        many=True,
    ),
    "class-out-of-range": Explanation(
        r"IndexError: Target (-?\d+) is out of bounds",
        "A label {0} has no logit: the model gives too few classes.",
        "How many outputs does the last layer have?",
    ),
    "dtypes-differ": Explanation(
        r"RuntimeError: (?:mat1 and mat2 must have the same dtype|expected m1 and m2 to have the"
        r" same dtype|expected scalar type (?:Float|Double) but found (?:Float|Double)|"
        r"Input type \((.+?)\) and (?:weight|bias) type \((.+?)\) should be the same).*",
        "Images and weights have different dtypes.",
        "Which line converts one of them, and should it?",
        many=True,
    ),
}

GRADIENTS = {
    "in-place": Explanation(
        r"RuntimeError: one of the variables needed for gradient computation has been modified by"
        r" an inplace operation.*",
        "A tensor that backward still needs was changed in place (by +=, relu_ or an index).",
        "Which line overwrites a tensor instead of making a new one?",
        many=True,
    ),
    "leaf-in-place": Explanation(
        r"RuntimeError: a (?:view of a )?leaf [Vv]ariable that requires grad is being used in an"
        r" in-place operation.*",
        "Weights may not be changed in place while gradients are recorded.",
        "Who should change the weights: your line, or the optimizer's step?",
    ),
    "backward-twice": Explanation(
        r"RuntimeError: Trying to backward through the graph a second time.*",
        "backward ran twice over one graph, which is gone after the first time.",
        "Is backward called once a batch, on this batch's loss alone?",
        many=True,
    ),
    "no-graph": Explanation(
        r"RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
        "backward found nothing to follow: no recorded path leads from the loss to the weights.",
        "Is the forward pass under no_grad, or does argmax, detach or item cut the path?",
        many=True,
    ),
    "grad-not-scalar": Explanation(
        r"RuntimeError: grad can be implicitly created only for scalar outputs",
        "backward needs one number, and the loss has several.",
        "Should the losses of the images be averaged first?",
        many=True,
    ),
    "numpy-needs-grad": Explanation(
        r"RuntimeError: Can't call numpy\(\) on Tensor that requires grad.*",
        "A tensor that is part of a graph can't become a numpy array.",
        "Which method cuts a tensor off its graph?",
        many=True,
    ),
    "inference-tensor": Explanation(
        r"RuntimeError: Inference tensors cannot be saved for backward.*",
        "A tensor made in inference mode was used for training.",
        "Which line runs under inference_mode that should not?",
        many=True,
    ),
    "several-numbers": Explanation(
        r"(?:RuntimeError: a Tensor with \d+ elements cannot be converted to Scalar"
        r"|ValueError: only one element tensors can be converted to Python scalars)",
        "A tensor of several numbers can't become one Python number.",
        "Which step should have made one number of them?",
        many=True,
    ),
    "ambiguous-truth": Explanation(
        r"RuntimeError: Boolean value of Tensor with more than one value is ambiguous",
        "A tensor of several values stands where one True or False is needed.",
        "Do you mean all of them, any of them, or how many?",
        many=True,
    ),
}

MODULES = {
    "devices-differ": Explanation(
        r"RuntimeError: (?:Expected all tensors to be on the same device"
        r"|Tensor on device \w+ is not on the expected device).*",
        "Model and images are on different devices.",
        "`.to(device)` of a tensor returns a new one: is its result kept?",
        many=True,
    ),
    "no-cuda": Explanation(
        r"(?:AssertionError: Torch not compiled with CUDA enabled|RuntimeError: .*(?:No CUDA GPUs"
        r" are available|Found no NVIDIA driver|Cannot re-initialize CUDA in forked).*)",
        "The answer asks for a GPU by name, and there is none here.",
        "Which argument says where to compute?",
    ),
    "no-forward": Explanation(
        r"NotImplementedError: Module \[(\w+)\] is missing the required \"forward\" function",
        "`{0}` has no method `forward`, and that is what runs when the model is called.",
        "Is it spelt exactly so, and indented into the class?",
    ),
    "self-as-size": Explanation(
        r"TypeError: .*must be tuple of ints, ?but got"
        r" (?!Tensor|list|tuple|float|str|NoneType|bool)([A-Z]\w*)",
        "A layer got a `{0}` for a size. Python hands every method the object itself first, so a"
        " method without `self` takes it for its first argument.",
        "Does every method of the class begin with `self`?",
    ),
    "state-keys": Explanation(
        r"RuntimeError: Error\(s\) in loading state_dict for (\w+):[\s\S]*",
        "The weights in the file and those of the model have different names or shapes.",
        "Was the file saved from a model with the same layers?",
    ),
    "not-initialised": Explanation(
        r"AttributeError: cannot assign (?:module|parameters?) before Module.__init__\(\) call",
        "A layer was assigned before the module was set up.",
        "Which call must be the first line of __init__?",
    ),
    "no-parameters": Explanation(
        r"ValueError: optimizer got an empty parameter list",
        "The optimizer was given a model without a single parameter.",
        "Does the model know of its layers: are they attributes, or do they sit in a list?",
    ),
    "layers-in-a-list": Explanation(
        r"TypeError: (list|tuple|generator) is not a Module subclass",
        "`nn.Sequential` takes the layers one by one, and got a {0} of them.",
        "What does a star in front of an argument do?",
    ),
    "lengths-of-a-split": Explanation(
        r"ValueError: Sum of input lengths does not equal the length of the input dataset!",
        "The two lengths do not add up to the number of images: one image is lost, or counted"
        " twice.",
        "If you know the length of one part, what is left for the other?",
    ),
    "not-a-tensor": Explanation(
        r"TypeError: \w+\(\): argument '(\w+)' \(position \d+\) must be Tensor, not ([\w.]+)",
        "The argument `{0}` wants a tensor and got a `{1}`.",
        "What does the step before it return?",
        many=True,
    ),
    "memory": Explanation(
        r"(?:RuntimeError: .*(?:can't allocate|not enough) memory: you tried to allocate.*"
        r"|MemoryError.*)",
        "The line asks for more memory than there is.",
        "Which shape does the new tensor or list have there, and which should it have?",
    ),
}

OF_TORCH = SHAPES | LOSSES | GRADIENTS | MODULES
