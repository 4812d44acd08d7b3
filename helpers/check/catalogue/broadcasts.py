"""Right and wrong ways to undo broadcasting: the known mistakes of `unbroadcast`."""

import numpy as np


def unbroadcast(grad, shape):
    """Sum `grad` over all that broadcasting put in front of `shape` or stretched, so that it has this shape."""
    return _stretched(_front(grad, shape), shape)


def _front(grad, shape, combine=np.sum):
    return combine(grad, axis=tuple(range(grad.ndim - len(shape))))


def _stretched(grad, shape, combine=np.sum):
    for axis, n in enumerate(shape):
        if n == 1:
            grad = combine(grad, axis=axis, keepdims=True)
    return grad


def _one_in_front(grad, shape):
    return _stretched(grad.sum(axis=0) if grad.ndim > len(shape) else grad, shape)


def _one_stretched(grad, shape):
    grad = _front(grad, shape)
    return grad.sum(axis=shape.index(1), keepdims=True) if 1 in shape else grad


def _one_of_each(grad, shape):
    grad = grad.sum(axis=0) if grad.ndim > len(shape) else grad
    return grad.sum(axis=shape.index(1), keepdims=True) if 1 in shape else grad


def _the_other_axes(grad, shape):
    grad = _front(grad, shape)
    return grad.sum(axis=tuple(axis for axis, n in enumerate(shape) if n != 1), keepdims=True)


def _stretched_from_the_right(grad, shape):
    for axis in range(-len(shape), 0):
        if shape[axis] == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def _stretched_first(grad, shape):
    return _front(_stretched(grad, shape), shape)


def _from_the_end(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    return _stretched(grad, shape)


def _front_kept(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))), keepdims=True)
    return _stretched_from_the_right(grad, shape)


def _front_kept_then_from_the_left(grad, shape):
    return _stretched(grad.sum(axis=tuple(range(grad.ndim - len(shape))), keepdims=True), shape)


def _matched_from_the_left(grad, shape):
    for axis, (have, want) in enumerate(zip(grad.shape, shape, strict=False)):
        if have != want:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def _axis_lost(grad, shape):
    return unbroadcast(grad, shape).reshape([n for n in shape if n != 1])


def _copied_back(grad, shape):
    grad = _front(grad, shape)
    return np.broadcast_to(_stretched(grad, shape), grad.shape)


def _first_copy(grad, shape):
    return grad[(0,) * (grad.ndim - len(shape))][tuple(slice(0, n) for n in shape)]


_FRONT_LEFT = (
    "The stretched axes are summed. Are the axes that broadcasting put in front, which `shape` does not have at all?"
)
_FRONT_KEPT = (
    "The axes in front are summed, but they stay, with the length 1. `shape` does not have them: which of the two sums may "
    "keep its axis, and which may not?"
)
_MEAN = "A value used many times gets the sum of the gradients that come back."

MISTAKES = {
    "front_only": (_front, "The axes in front are summed. What about an axis of length 1 that was stretched?"),
    "stretched_only": (_stretched, _FRONT_LEFT),
    "stretched_only_from_the_right": (_stretched_from_the_right, _FRONT_LEFT),
    "stretched_first": (
        _stretched_first,
        "Both sums are there, but in the wrong order: as long as the axes in front are still there, axis i of `grad` is not "
        "axis i of `shape`. Which of the two has to be done first?",
    ),
    "one_axis_in_front": (
        _one_in_front,
        "One axis in front is summed. There may be several: how many are there, and how long has it to go on?",
    ),
    "one_stretched_axis": (
        _one_stretched,
        "One stretched axis is summed. There may be several 1s in `shape`.",
    ),
    "one_axis_of_each": (
        _one_of_each,
        "One axis in front is summed, and one stretched axis. There may be several of both: how long has it to go on?",
    ),
    "either_or": (
        lambda grad, shape: _front(grad, shape) if grad.ndim > len(shape) else _stretched(grad, shape),
        "The axes in front are summed, or the stretched ones, never both. Broadcasting can do both at once.",
    ),
    "the_other_axes": (
        _the_other_axes,
        "The axes that `shape` has in full length are summed, and those of length 1 are not. Which of them was stretched?",
    ),
    "first_copy_in_front": (
        lambda grad, shape: _stretched(grad[(0,) * (grad.ndim - len(shape))], shape),
        "Of what stands along the axes in front only the first is kept. A value used many times gets the sum of the gradients "
        "that come back.",
    ),
    "axis_lost": (
        _axis_lost,
        "The sums are right, but a summed axis is gone that `shape` has, with the length 1. What does `sum` do with the axis it "
        "runs over, and which of its arguments keeps it?",
    ),
    "front_kept": (_front_kept, _FRONT_KEPT),
    "front_kept_then_from_the_left": (
        _front_kept_then_from_the_left,
        f"{_FRONT_KEPT} (And with them there, axis i of `grad` is not axis i of `shape`.)",
    ),
    "from_the_end": (
        _from_the_end,
        "Axes too many are summed away at the end. Broadcasting puts new axes in front: shapes are matched from the right.",
    ),
    "matched_from_the_left": (
        _matched_from_the_left,
        "The two shapes are compared from the left. Broadcasting matches them from the right: with (3, 2) and (2,) it is the 3 "
        "that is new.",
    ),
    "first_axis_only": (
        lambda grad, shape: grad.sum(axis=0),
        "This sums over axis 0, whatever `shape` is. Which axes broadcasting made is told by `shape`: those it does not have, "
        "and those of length 1.",
    ),
    "sum_of_all": (
        lambda grad, shape: np.full(shape, grad.sum()),
        "Every entry is the sum of the whole gradient. An entry gets the gradients of the places where it was used, and of no "
        "others: which axes must not be summed?",
    ),
    "sum_of_all_one_number": (
        lambda grad, shape: grad.sum(),
        "This is the sum of the whole gradient, one number. Each entry of the operand gets its own sum: which axes must not be "
        "summed?",
    ),
    "nothing_summed": (
        lambda grad, shape: grad,
        "`grad` comes back as it came. Where its shape is not `shape`, values were used many times: what happens to their "
        "gradients?",
    ),
    "mean": (
        lambda grad, shape: unbroadcast(grad, shape) * (np.prod(shape) / grad.size),
        f"This is the mean of the copies. {_MEAN}",
    ),
    "mean_in_front": (
        lambda grad, shape: _stretched(_front(grad, shape, np.mean), shape),
        f"The stretched axes are summed, but over the axes in front you take the mean. {_MEAN}",
    ),
    "mean_of_the_stretched": (
        lambda grad, shape: _stretched(_front(grad, shape), shape, np.mean),
        f"The axes in front are summed, but over the stretched ones you take the mean. {_MEAN}",
    ),
    "largest_copy": (
        lambda grad, shape: _stretched(_front(grad, shape, np.max), shape, np.max),
        "This is the largest of the copies. A value used many times gets the sum of the gradients that come back.",
    ),
    "first_copy": (_first_copy, "This keeps the gradient of the first copy and drops the others."),
    "first_numbers": (
        lambda grad, shape: np.resize(grad, shape),
        "These are the first numbers of `grad`, put into the shape; the others are dropped. Whatever a value is used for belongs "
        "to its gradient: what happens to the copies?",
    ),
    "copied_back": (
        _copied_back,
        "The sum over a stretched axis is right, and is then stretched again. `shape` has the length 1 there.",
    ),
}
