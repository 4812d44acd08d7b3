"""Wrong repairs of RMSprop's memory that starts from the weights, of lesson 07, and what is said of each."""

import numpy as np

from helpers.check.registry import any_of


def _kept(rho, v, g):
    return rho * v + (1 - rho) * g**2


def _run(start, root=lambda v, epsilon: np.sqrt(v + epsilon), floor=-np.inf, place=np.copy, keep=_kept, stays=False):
    def run(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
        v = start(gradients, w)
        path = [place(w)]
        for g in gradients:
            v = np.maximum(keep(rho, v, g), floor)
            with np.errstate(all="ignore"):
                path.append(path[0 if stays else -1] - learning_rate * g / root(v, epsilon))
        return np.array(path)

    return run


def _from(start, *shares):
    """A memory that starts at start(w, share), with any of these shares."""
    return any_of(*(_run(lambda g, w, share=share: start(w, share)) for share in shares))


def _late(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    v, path = np.zeros_like(w), [w.copy()]
    for g in gradients:
        path.append(path[-1] - learning_rate * g / np.sqrt(v + epsilon))
        v = _kept(rho, v, g)
    return np.array(path)


def _last_only(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    steps = learning_rate * gradients / np.sqrt((1 - rho) * gradients**2 + epsilon)
    return np.vstack([w, w - np.cumsum(steps, axis=0)])


BEFORE = "What does a memory hold before anything has happened?"
_HIDDEN = (
    f"No NaN any more, but only the sign is hidden, under the root: the memory still starts from the weights. {BEFORE}"
)
_SQUARE = f"A square is never negative, but the memory still starts from the weights, and it averages squared slopes. {BEFORE}"
_SHARE = f"Never negative, but the memory still starts from the weights, from a small share of their sizes or squares. {BEFORE}"


def _repaired(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    return _run(lambda g, w: 0 * w)(gradients, w, learning_rate, rho, epsilon)


MISTAKES = {
    "unchanged": (
        _run(lambda g, w: 1e-6 * w),
        "With w = [1, −4] the second weight is nan after the first step, as with the code that was given; RMSprop has a "
        "value at every step. Where on the way from `gradients` to the path does a nan come in first?",
    ),
    "absolute": (
        _from(lambda w, share: share * np.abs(w), 1e-6, 0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-7),
        "No NaN any more, but the memory still starts from the weights: a weight of 100 gets other steps than a "
        f"weight of 1 with the same gradients. {BEFORE}",
    ),
    "absolute_in_root": (_run(lambda g, w: 1e-6 * w, lambda v, e: np.sqrt(np.abs(v) + e)), _HIDDEN),
    "cut_in_loop": (
        any_of(
            *(
                _run(lambda g, w: 1e-6 * w, floor=floor)
                for floor in (0.0, 1e-12, 1e-10, 1e-8, 1e-7, 1e-16, np.finfo(float).eps)
            )
        ),
        "No NaN any more: in the loop the memory is kept from falling below a floor. But it still starts from the "
        f"weights, so one above 0 leaves a memory of slopes that never were. {BEFORE}",
    ),
    "cut_in_root": (_run(lambda g, w: 1e-6 * w, lambda v, e: np.sqrt(np.maximum(v, 0) + e)), _HIDDEN),
    "nan_replaced": (
        _run(lambda g, w: 1e-6 * w, lambda v, e: np.where(v + e < 0, np.inf, np.sqrt(v + e))),
        "Where the root has no value the step is now 0: the weight waits until there is a root again. It should step, "
        "and the memory should never be negative. Where does a negative number come from?",
    ),
    "square": (_run(lambda g, w: w**2), _SQUARE),
    "small_square": (any_of(_run(lambda g, w: 1e-6 * w**2), _run(lambda g, w: (1e-6 * w) ** 2)), _SHARE),
    "size": (
        _run(lambda g, w: np.abs(w)),
        "Never negative, but the memory still starts from the weights, here from their full size, as if slopes "
        f"that steep had been. {BEFORE}",
    ),
    "adagrads_start": (
        _run(lambda g, w: np.full_like(w, 0.1)),
        "0.1 is where Keras starts Adagrad's memory. Where does the slot `v` of RMSprop start?",
    ),
    "ones": (
        _run(lambda g, w: np.ones_like(w)),
        # Published, too: JAX began at 1 until 2019 (pull request 975), Torch for a time in 2016 (torch/optim 130).
        "The memory starts at 1, as if there had been slopes of size 1: gradients far below that make tiny steps "
        f"until it has faded. {BEFORE}",
    ),
    "tiny": (
        _from(np.full_like, 1e-8, 1e-10, 1e-5, 1e-4, 1e-3, 0.01),
        f"The memory starts at a small number, as if there had been slopes. It changes the first steps, most where slopes are "
        f"small. {BEFORE}",
    ),
    "small": (
        _run(lambda g, w: np.full_like(w, 1e-6)),
        "The memory starts at 1e-6, as if there had been slopes of size 0.001. No NaN any more, but gradients far "
        f"below that make smaller steps until it has faded. {BEFORE}",
    ),
    "first_gradient": (
        _run(lambda g, w: g[0]),
        "The memory starts at the first gradient, which is not squared and may be negative.",
    ),
    "first_size": (
        _run(lambda g, w: np.abs(g[0])),
        "The memory starts at the size of the first gradient: never negative, but it averages squares, and has "
        f"had none yet. {BEFORE}",
    ),
    "first_square": (
        _run(lambda g, w: g[0] ** 2),
        "The memory starts at the first squared gradient: never negative, but that gradient then counts ten times "
        f"its share (at ρ = 0.9), and it is not RMSprop as Keras has it. {BEFORE}",
    ),
    "epsilon": (
        _run(lambda g, w: np.full_like(w, 1e-7)),
        f"The memory starts at ε = 1e-7. ε has its place under the root. {BEFORE}",
    ),
    "from_the_weights": (
        _from(lambda w, share: share * w, 1.0, 0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-5),
        f"The memory starts from the weights still: below 0 where one is negative, and a number below 0 has no root. {BEFORE}",
    ),
    "from_the_weights_turned": (
        _from(lambda w, share: -share * w, 1e-6, 1.0, 0.1, 1e-3, 1e-7, 1e-8),
        f"The memory starts from the weights still, with the sign turned: below 0 where one is positive. {BEFORE}",
    ),
    "still_smaller": (
        _from(lambda w, share: share * w, 1e-12, 1e-7, 1e-8, 1e-9, 1e-10),
        f"The memory starts from the weights still, only smaller: below 0 where one is negative. {BEFORE}",
    ),
    "larger_epsilon": (
        any_of(
            *(
                _run(lambda g, w: 1e-6 * w, lambda v, e, more=more: np.sqrt(v + more))
                for more in (1e-3, 1e-5, 1e-4, 1e-2, 0.1, 1.0)
            )
        ),
        "A larger number under the root hides the sign, until a weight is large enough; and it makes other steps than ε does. "
        f"The memory still starts from the weights. {BEFORE}",
    ),
    "from_the_start": (
        _run(lambda g, w: 0 * w, stays=True),
        "The memory starts right. But every step now begins at `w`, the start. It begins where the last one ended: in the "
        "last row of the path so far.",
    ),
    "no_share": (
        _run(lambda g, w: 0 * w, keep=lambda rho, v, g: rho * v + g**2),
        "The start is repaired. But the new square comes in whole: its share was 1 − ρ in the code that was given.",
    ),
    "memory_late": (
        _late,
        "The start is repaired. But the step divides by the memory as it was before this gradient: which line comes first?",
    ),
    "share_of_first_square": (
        _run(lambda g, w: 0.1 * g[0] ** 2),
        "The memory starts as it is after the first step, at a tenth of the first square, and then takes in that square once "
        f"more. {BEFORE}",
    ),
    "mean_square": (
        _run(lambda g, w: np.mean(g**2, axis=0)),
        f"The memory starts at the mean of all squares, those to come too. {BEFORE}",
    ),
    "share": (
        _run(lambda g, w: np.full_like(w, 0.9)),
        f"The memory starts at ρ, as if there had been slopes of that square. {BEFORE}",
    ),
    "path_from_zero": (
        _run(lambda g, w: 0 * w, place=np.zeros_like),
        "The memory starts right. But now the path starts at 0: the weights start at `w`, and its first row is where.",
    ),
    "epsilon_outside": (
        _run(lambda g, w: 0 * w, lambda v, e: np.sqrt(v) + e),
        "The start is repaired. But ε has moved out of the root: Keras adds it inside, as the code that was given did.",
    ),
    "no_epsilon": (
        _run(lambda g, w: 0 * w, lambda v, e: np.sqrt(v)),
        "The start is repaired. But ε is gone: where a weight never had a gradient, 0/0 is nan.",
    ),
    "no_root": (
        _run(lambda g, w: 0 * w, lambda v, e: v + e),
        "The start is repaired. But the root is gone: the memory holds squares.",
    ),
    "last_only": (
        _last_only,
        "The memory starts anew at every step: it holds the share 1 − ρ of the last square only. Which line belongs before "
        "the loop?",
    ),
    "start_left_out": (
        lambda *a, **k: _repaired(*a, **k)[1:],
        "The steps are right, but the path begins after the first step. The start is its first row.",
    ),
    "one_row_repeated": (
        lambda *a, **k: np.repeat(_repaired(*a, **k)[-1:], len(a[0]) + 1, axis=0),
        "Every row is the last place. Does each step write into one row of the path only? Or is it one array, kept many times "
        "and changed by each step? Then what is kept must be a copy.",
    ),
    "end_only": (
        lambda *a, **k: _repaired(*a, **k)[-1],
        "This is the last place only. The whole path is asked for, the start first.",
    ),
    "clipped": (
        any_of(
            *(_run(lambda g, w, share=share: np.maximum(share * w, 0)) for share in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10))
        ),
        f"Negative starts are cut off, positive ones still come from the weights. {BEFORE}",
    ),
}
