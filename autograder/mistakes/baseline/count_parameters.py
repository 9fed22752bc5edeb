"""Wrong answers to `count_parameters`."""

import torch
from torch import Tensor, nn

from autograder.mistakes import mistake


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_tensors(model: nn.Module) -> int:
    """Parameter tensors are counted, not the numbers in them: a weight of shape (2, 3) counts as 1
    instead of 6.

    Which method of a tensor says how many numbers it holds?
    """
    return len([p for p in model.parameters() if p.requires_grad])


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_adds_up_values(model: nn.Module) -> int:
    """The values of the weights are added up. The task asks how many there are.

    Which method of a tensor says how many numbers it holds?
    """
    return int(sum(float(p.sum()) for p in model.parameters() if p.requires_grad))


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_of_linear_children(model: nn.Module) -> int:
    """Only layers that are direct children of the model are counted, as with the `Linear` layers
    among `model.children()`. A model may be a layer itself, hold others in a container, freeze or
    share them.

    What could you ask each parameter for, so that place and kind of its layer do not matter?
    """
    layers = [layer for layer in model.children() if isinstance(layer, nn.Linear)]
    return sum(n.in_features * n.out_features + n.out_features for n in layers)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_frozen(model: nn.Module) -> int:
    """Frozen parameters are counted as well, though training can't change them.

    Which attribute of a parameter tells whether it takes part in training?
    """
    return sum(p.numel() for p in model.parameters())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_shared_twice(model: nn.Module) -> int:
    """A weight that two layers share is counted once for each of them, though training has only one
    weight to change there.

    Which of PyTorch's lists of parameters names a shared one only once?
    """
    named = model.named_parameters(remove_duplicate=False)
    return sum(p.numel() for _, p in named if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_the_state_dict(model: nn.Module) -> int:
    """Your count is that of the state dict. It also holds buffers such as the running means of a
    batch norm, frozen parameters, and shared ones under each of their names.

    What besides trainable parameters has to be saved with a model?
    """
    return sum(value.numel() for value in model.state_dict().values())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_asks_the_state_dict_what_is_trained(model: nn.Module) -> int:
    """The tensors in `state_dict()` are not the parameters themselves: none of them says that it is
    trained, so your count is 0 for every model.

    Which of the model's methods gives the parameters themselves?
    """
    return sum(t.numel() for t in model.state_dict().values() if t.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_leaves_biases_out(model: nn.Module) -> int:
    """Weights are counted, but no biases: `nn.Linear(3, 2)` comes out as 6 instead of 8.

    Which parameters have one dimension only?
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad and p.ndim > 1)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_linear_layers_only(model: nn.Module) -> int:
    """Only the parameters of linear layers are counted, not those of convolutions and of any other
    kind.

    How can you get at every parameter without knowing the kinds of layers?
    """
    layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
    found = {p for layer in layers for p in layer.parameters() if p.requires_grad}
    return sum(p.numel() for p in found)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_merges_equal_shapes(model: nn.Module) -> int:
    """Of two different layers with equal shapes only one is counted. Shared means the same tensor,
    not the same shape.

    How do you tell one tensor from another that merely looks like it?
    """
    shapes = {tuple(p.shape): p.numel() for p in model.parameters() if p.requires_grad}
    return sum(shapes.values())


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_returns_a_tensor(model: nn.Module) -> Tensor:
    """You return a tensor; a count is asked for as an int.

    How do you get the number of entries of a tensor as a plain number?
    """
    return torch.tensor([p.numel() for p in model.parameters() if p.requires_grad]).sum()


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_counts_rows(model: nn.Module) -> int:
    """Rows are counted, as `len(parameter)` does: a weight of shape (10, 784) counts as 10 instead
    of 7,840.

    Which method counts every entry, whatever the number of dimensions?
    """
    return sum(len(p) for p in model.parameters() if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_in_bytes(model: nn.Module) -> int:
    """Your number is four times too large, as the memory in bytes is: a float32 takes four of them.

    Were bytes asked for, or numbers?
    """
    return sum(p.numel() * p.element_size() for p in model.parameters() if p.requires_grad)


@mistake("count_parameters", see="02_baseline#what-the-optimizer-can-see")
def count_parameters_with_gradients_only(model: nn.Module) -> int:
    """A new model counts as 0. It has no gradients before the first backward pass, so `grad` is
    None everywhere; that a parameter can learn is another attribute.

    What differs between having a gradient and requiring one?
    """
    return sum(p.numel() for p in model.parameters() if p.grad is not None)


@mistake("count_parameters", see="02_baseline#counting-parameters", craft=True)
def count_parameters_freezes(model: nn.Module) -> int:
    """After your count, parameters that were frozen before can learn: your function changes the
    model, which it should only read.

    Which of your lines assigns to `requires_grad` instead of reading it?
    """
    count = sum(p.numel() for p in model.parameters() if p.requires_grad)
    model.requires_grad_(True)
    return count


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_module_by_module(model: nn.Module) -> int:
    """A weight that two modules share is counted twice, as happens in a loop over the modules,
    though training has only one weight to change there.

    Which of PyTorch's lists of parameters names a shared one only once?
    """
    own = (p for module in model.modules() for p in module.parameters(recurse=False))
    return sum(p.numel() for p in own if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_at_every_level(model: nn.Module) -> int:
    """A weight is counted once for every level above it. `modules()` gives the model itself and
    everything inside, and `parameters()` of each gives all that lies below it.

    Which of the two already goes down to the innermost layer?
    """
    below = (p for module in model.modules() for p in module.parameters())
    return sum(p.numel() for p in below if p.requires_grad)


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_prints(model: nn.Module) -> None:
    """The count is printed, but nothing is returned, so the caller can't use it.

    What is the difference between what a function shows and what it gives back?
    """
    print(sum(p.numel() for p in model.parameters() if p.requires_grad))


@mistake("count_parameters", see="02_baseline#counting-parameters")
def count_parameters_returns_a_float(model: nn.Module) -> float:
    """You return a float; a count is a whole number.

    Which of your numbers is a float, and which function turns it into an int?
    """
    return float(sum(p.numel() for p in model.parameters() if p.requires_grad))


@mistake("count_parameters", see="02_baseline#counting-parameters", craft=True)
def count_parameters_leaves_scalars_out(model: nn.Module) -> int:
    """A parameter without any dimension is a number too, and you count it as none.

    How many numbers does a tensor of shape () hold?
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad and p.ndim > 0)


@mistake(
    "count_parameters",
    see="02_baseline#counting-parameters",
    both=("count_parameters_counts_frozen", "count_parameters_counts_shared_twice"),
)
def count_parameters_counts_frozen_and_shared_twice(model: nn.Module) -> int:
    """Two things: frozen parameters are counted, and a weight that two layers share is counted for
    each of them.

    Which numbers does one step of training change, and how many of them are there really?
    """
    return sum(p.numel() for _, p in model.named_parameters(remove_duplicate=False))
