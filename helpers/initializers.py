"""Starting weights: random, and scaled so that signals neither die nor explode on their way through the layers.

Keras' names, arguments and distributions (its random bits come from another generator, so single values differ).
As in Keras an initializer object has no memory: called twice it gives the same numbers twice.
"""

import copy
import math

import numpy as np

from helpers.errors import (
    check_axis,
    check_choice,
    check_dtype,
    check_integer,
    check_list,
    check_number,
    check_seed,
    check_shape,
)

TRUNCATED_STD = 0.87962566103423978  # standard deviation of a normal cut at ±2


class Initializer:
    """Base class: `initializer(shape, dtype="float32")` returns an array; the same seed gives the same array."""

    def __init__(self, seed=None):
        self.seed = check_seed("seed", seed, low=None)
        self._entropy = np.random.SeedSequence().entropy if seed is None else abs(self.seed) * 2 + (self.seed < 0)

    def __call__(self, shape, dtype="float32"):
        shape, dtype = check_shape("shape", shape), check_dtype("dtype", dtype)
        return np.asarray(self.draw(np.random.default_rng(self._entropy), shape)).astype(dtype)

    def draw(self, rng, shape):
        """Return a float64 array of this shape; a subclass's distribution."""
        raise NotImplementedError


class Constant(Initializer):
    """Every weight is `value`."""

    def __init__(self, value=0.0):
        super().__init__()
        self.value = check_number("value", value)

    def draw(self, rng, shape):
        return np.full(shape, self.value)


class Zeros(Constant):
    """Every weight is 0: right for biases; a layer of zeros would have units that stay equal for ever."""

    def __init__(self):
        super().__init__(0.0)


class Ones(Constant):
    """Every weight is 1."""

    def __init__(self):
        super().__init__(1.0)


class RandomNormal(Initializer):
    """Normal with this mean and standard deviation."""

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        super().__init__(seed)
        self.mean, self.stddev = check_number("mean", mean), check_number("stddev", stddev, low=0)

    def draw(self, rng, shape):
        return rng.normal(self.mean, self.stddev, shape)


class TruncatedNormal(RandomNormal):
    """Normal cut at two standard deviations, so its own deviation is 0.88 of `stddev`."""

    def draw(self, rng, shape):
        return self.mean + self.stddev * _truncated_normal(rng, shape)


class RandomUniform(Initializer):
    """Uniform between minval and maxval."""

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        super().__init__(seed)
        self.minval = check_number("minval", minval)
        self.maxval = check_number("maxval", maxval)
        if self.minval > self.maxval:
            raise ValueError(f"minval must be at most maxval, got {self.minval:g} and {self.maxval:g}")

    def draw(self, rng, shape):
        return rng.uniform(self.minval, self.maxval, shape)


class VarianceScaling(Initializer):
    """Variance `scale / n`, n the number of inputs ("fan_in"), outputs ("fan_out") or their mean ("fan_avg").

    `input_axes` and `output_axes` say which axes of the shape are inputs and which outputs, as `fans` does.
    """

    def __init__(
        self,
        scale=1.0,
        mode="fan_in",
        distribution="truncated_normal",
        seed=None,
        input_axes=None,
        output_axes=None,
    ):
        super().__init__(seed)
        self.scale = check_number("scale", scale, low=0, include_low=False)
        self.mode = check_choice("mode", mode, ["fan_in", "fan_out", "fan_avg"])
        known = ["truncated_normal", "normal", "untruncated_normal", "uniform"]
        self.distribution = check_choice("distribution", distribution, known)
        self.input_axes, self.output_axes = _axes("input_axes", input_axes), _axes("output_axes", output_axes)

    def along(self, input_axes, output_axes):
        """Return this initializer with these axes, for a layer that knows them; itself where it has its own."""
        if self.input_axes is not None and self.output_axes is not None:
            return self
        other = copy.copy(self)
        other.input_axes, other.output_axes = input_axes, output_axes
        return other

    def draw(self, rng, shape):
        fan_in, fan_out = fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        std = math.sqrt(self.scale / max(1.0, n))
        if self.distribution == "uniform":
            return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape)
        if self.distribution == "untruncated_normal":
            return rng.normal(0.0, std, shape)
        return std / TRUNCATED_STD * _truncated_normal(rng, shape)


class GlorotUniform(VarianceScaling):
    """Uniform with variance 2/(inputs + outputs): keeps the variance forward and backward (Glorot & Bengio 2010)."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes)


class GlorotNormal(VarianceScaling):
    """Truncated normal with variance 2/(inputs + outputs) (Glorot & Bengio 2010)."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes)


class HeUniform(VarianceScaling):
    """Uniform with variance 2/inputs: makes up for the half that relu cuts off (He et al. 2015)."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(2.0, "fan_in", "uniform", seed, input_axes, output_axes)


class HeNormal(VarianceScaling):
    """Truncated normal with variance 2/inputs (He et al. 2015)."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(2.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class Orthogonal(Initializer):
    """A matrix whose columns (or rows, where they are fewer) are orthonormal, times `gain` (Saxe et al. 2014).

    It turns a vector and keeps its length, so a signal that passes it a hundred times neither dies nor explodes. The
    last axis are the columns, the others together the rows.
    """

    def __init__(self, gain=1.0, seed=None):
        super().__init__(seed)
        self.gain = check_number("gain", gain)

    def draw(self, rng, shape):
        if len(shape) < 2:
            raise ValueError(f"shape must have at least two axes for Orthogonal, got {shape}")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q *= np.where(np.diag(r) < 0, -1.0, 1.0)  # QR fixes q up to signs; with these every direction is as likely
        return self.gain * (q if rows >= columns else q.T).reshape(shape)


def fans(shape, input_axes=None, output_axes=None):
    """Return (inputs, outputs) of a unit for weights of this shape: (in, out), or (*window, in, out).

    Where both are given, `input_axes` and `output_axes` say which axes are inputs and outputs instead.
    """
    shape = check_shape("shape", shape)
    if input_axes is not None and output_axes is not None:
        return tuple(
            math.prod(shape[check_axis(name, axis, len(shape))] for axis in axes)
            for name, axes in (("input_axes", input_axes), ("output_axes", output_axes))
        )
    if len(shape) < 2:
        n = shape[0] if shape else 1
        return n, n
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


def _axes(name, axes):
    """None, or a list of axes."""
    return None if axes is None else [check_integer(name, axis, low=-32) for axis in check_list(name, axes, "axes")]


def _truncated_normal(rng, shape):
    z = rng.standard_normal(shape)
    outside = np.abs(z) > 2
    while outside.any():
        z = np.where(outside, rng.standard_normal(shape), z)
        outside = np.abs(z) > 2
    return z


_NAMES = {
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
    "random_normal": RandomNormal,
    "truncated_normal": TruncatedNormal,
    "random_uniform": RandomUniform,
    "variance_scaling": VarianceScaling,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "orthogonal": Orthogonal,
}
_NAMES |= {c.__name__: c for c in _NAMES.values()}
_NAMES |= {"uniform": RandomUniform, "normal": RandomNormal}  # Keras' short names


def get(identifier, seed=None, name="initializer"):
    """Return an initializer by its name, drawn with `seed`; what can be called is returned as it is.

    An error calls the argument `name`.
    """
    if callable(identifier) and not isinstance(identifier, type):
        return identifier
    kind = identifier if isinstance(identifier, type) else check_choice(name, identifier, _NAMES)
    if not issubclass(kind, Initializer):
        raise TypeError(f"{name} must be an initializer or a name, got the class {kind.__name__}")
    return kind() if issubclass(kind, Constant) else kind(seed=seed)
