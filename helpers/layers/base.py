"""What every layer has: lazy building, weights that are trained and weights that are not, and how they are exchanged."""

import re
from itertools import count

import numpy as np

from helpers import initializers
from helpers.autodiff import Tensor, data
from helpers.errors import as_array, as_floats, check_flag, check_list, check_seed, check_text


class Layer:
    """Base class: a subclass makes its weights in `build(shape, dtype)` with `add_weight`, and computes in `call`.

    `seed` decides all that is random in the layer; None takes a new one each time. With `trainable` False no weight is
    trained.
    """

    trainable = True

    def __init__(self, name=None, seed=None):
        self.name, self.seed = check_text("name", name), check_seed("seed", seed)
        self.built = False
        self.weights = []

    def __call__(self, x, training=False):
        """Return the output for x, an array or Tensor whose first axis is the batch."""
        if not isinstance(x, (np.ndarray, Tensor)) or x.dtype.kind != "f":
            x = _input(x)
        if not x.shape:
            raise ValueError("x must have a first axis, the batch, got one number")
        if training is not True and training is not False:
            training = check_flag("training", training)
        if not self.built:
            self.build(x.shape, x.dtype)
            self.built = True
        return self.call(x, training)

    def build(self, shape, dtype):
        """Make the weights for inputs of this shape; most layers have none."""

    def call(self, x, training):
        """Return the output; a subclass's formula."""
        raise NotImplementedError

    def add_weight(self, name, shape, initializer, dtype, trainable=True):
        """Return a new Tensor, kept in `weights` in the order of the calls; one not trained has no gradient."""
        weight = Tensor(initializer(shape, dtype), requires_grad=trainable, name=name)
        self.weights.append(weight)
        return weight

    @property
    def trainable_weights(self):
        """The Tensors that training moves, in Keras' order; none when `trainable` is False."""
        return [w for w in self.weights if w.requires_grad] if self.trainable else []

    @property
    def non_trainable_weights(self):
        """The weights that training leaves alone, such as moving averages."""
        trained = {id(w) for w in self.trainable_weights}
        return [w for w in self.weights if id(w) not in trained]

    def get_weights(self):
        """Return copies of the weights as arrays, in Keras' order."""
        return [w.data.copy() for w in self.weights]

    def set_weights(self, weights):
        """Take over these arrays, in the order and shapes of `get_weights`. Refused, nothing has changed."""
        _set_weights(self.weights, weights, f"layer {self.name or type(self).__name__}", self.built)

    def count_params(self):
        """Return how many numbers the weights hold."""
        return sum(w.size for w in self.weights)

    # -- for subclasses ---------------------------------------------------------------------------------------

    def _initializers(self, *identifiers):
        """Return the initializers of these names, each with a seed of its own that follows from the layer's."""
        seeds = np.random.SeedSequence(self.seed).generate_state(len(identifiers))
        return [initializers.get(one, int(seed)) for one, seed in zip(identifiers, seeds, strict=True)]

    def _check_axes(self, x, axes):
        """Raise ValueError unless x has axes of these names, "batch, height, width, channels"."""
        if len(x.shape) != axes.count(",") + 1:
            raise ValueError(f"x must be ({axes}) for layer {self.name or type(self).__name__}, got shape {x.shape}")

    def _check_last(self, x, size, what):
        """Raise ValueError unless the last axis is as long as it was when the layer was built."""
        if x.shape[-1] != size:
            owner = self.name or type(self).__name__
            raise ValueError(f"x must have {size} {what}, as when layer {owner} was built, got shape {x.shape}")


def check_initializers(**identifiers):
    """Raise ValueError for an unknown name when the layer is made, not when it first sees an input."""
    for name, identifier in identifiers.items():
        initializers.get(identifier, name=name)


def default_name(layer, taken):
    """Return Keras' name for an unnamed layer: dense, dense_1, ..., the first one not taken."""
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(layer).__name__).lower()
    numbered = (f"{kind}_{i}" if i else kind for i in count())
    return next(name for name in numbered if name not in taken)


def numbers(x, dtype):
    """Return the array in x, a Tensor or array, in the dtype of the weights."""
    x = data(x)
    return x if x.dtype == dtype else x.astype(dtype)


def wants_gradient(x):
    """Whether x is a Tensor that a gradient is asked for: a batch of data is not, and its gradient is not computed."""
    return type(x) is Tensor and x.requires_grad


def _input(x, name="x"):
    if isinstance(x, Tensor):
        return x
    whole = as_array(name, x).dtype.kind in "biu"
    x = as_floats(name, x)
    return x.astype(np.float32) if whole else x


def _set_weights(weights, new, owner, built):
    new = [as_array(f"weights[{i}]", array) for i, array in enumerate(check_list("weights", new, "arrays"))]
    if not built:
        raise ValueError(f"{owner} has no weights yet: call it on an input first, or build it")
    if len(new) != len(weights):
        raise ValueError(f"weights must be {len(weights)} arrays for {owner}, got {len(new)}")
    for i, (weight, array) in enumerate(zip(weights, new, strict=True)):
        if array.dtype.kind not in "biuf":
            raise TypeError(f"weights[{i}] must hold real numbers, got {array.dtype}")
        if array.shape != weight.shape:
            raise ValueError(f"weights[{i}] must have shape {weight.shape} for {owner}, got {array.shape}")
    for weight, array in zip(weights, new, strict=True):
        weight.data[...] = array
