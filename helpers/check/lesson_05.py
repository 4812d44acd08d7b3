"""Exercises of lesson 05, stochastic gradient descent."""

import numpy as np

from helpers import optimizers
from helpers.check.registry import Lesson, Wrong

lesson = Lesson(5)

lesson.predict(
    "predict_one_pass",
    "Which of the three has the lowest loss after one epoch?",
    choices={
        "a": "One step, however exact, is one step: it moves W once, by 0.5 times a gradient. See the picture.",
        "b": "A careful guess. 45 steps get a good part of the way; the 1,438 rough ones go astray often, and still get further. "
        "See how their line trembles in the picture.",
        "c": "",
    },
    answer="c",
    because="It takes 1,438 steps for the price of one. Many go astray, and on average they go down.",
    hints=(
        "How far does one step get, if the gradient is exact but the learning rate is the same?",
        "A gradient of one image is very rough. But how many such steps are there?",
        "At the beginning even a rough direction is good enough: the number of steps decides.",
    ),
    reread="Must you read everything before you move?",
)


def _loads(rng):
    yield 10, 3, np.random.default_rng(0)
    yield 8, 4, np.random.default_rng(1)
    yield 5, 5, np.random.default_rng(2)
    yield 3, 10, np.random.default_rng(3)
    yield 97, 1, np.random.default_rng(4)


def _dealt(result, n, batch_size, rng):
    try:
        batches = [np.asarray(batch) for batch in result]
    except TypeError:
        raise Wrong(f"The result cannot be gone through with a for loop; it is a {type(result).__name__}.") from None
    if any(b.ndim != 1 or (b.size and b.dtype.kind not in "iu") for b in batches):
        raise Wrong("A batch should be a 1-D array of whole numbers, the indices of its examples.")
    sizes = [len(b) for b in batches]
    got = np.concatenate(batches) if batches else np.array([], int)
    missing = sorted(set(range(n)) - set(got.tolist()))
    if missing and len(got) == n - n % batch_size and n % batch_size:
        raise Wrong(
            f"{len(missing)} of {n} indices never come: the last batch, which is shorter, is lost. What happens to it?",
            "last_batch_lost",
        )
    if missing:
        raise Wrong(
            f"{len(missing)} of the indices 0 … {n - 1} never come, the first is {missing[0]}; batches of {sizes}."
        )
    if len(got) != n:
        raise Wrong(f"{len(got)} indices came out for n = {n}: each should come once, in one epoch.")
    full = [batch_size] * (n // batch_size) + ([n % batch_size] if n % batch_size else [])
    if sizes != full:
        raise Wrong(f"The batches have the sizes {sizes}, expected {full}.")


class _Lasting(np.random.Generator):
    """A generator that the judge does not copy: it goes on from call to call, as the learner's own does."""

    def __deepcopy__(self, memo):
        return self


def _shuffled(call):
    rng = _Lasting(np.random.PCG64(5))
    first, second = (np.concatenate([np.asarray(b) for b in call(50, 8, rng)]) for _ in range(2))
    if np.array_equal(first, np.arange(50)):
        raise Wrong("The indices come in the order 0, 1, 2, …: they are not shuffled.", "not_shuffled")
    if np.array_equal(first, second):
        raise Wrong(
            "Two epochs with one rng came in the same order. Take the random numbers from the rng that was passed in, and "
            "do not make or seed one inside.",
            "same_order",
        )
    other = np.concatenate([np.asarray(b) for b in call(50, 8, np.random.default_rng(5))])
    if not np.array_equal(first, other):
        raise Wrong(
            "Two generators with the same seed gave two orders: use the rng that was passed in, and no other.",
            "own_rng",
        )


@lesson.function(
    "(n, batch_size, rng) -> iterator of index arrays",
    cases=_loads,
    verify=_dealt,
    judge=_shuffled,
    hints=(
        "Shuffle all the indices once; then cut the shuffled array into pieces.",
        "The pieces start at 0, batch_size, 2·batch_size, …: `range(0, n, batch_size)` counts like that, to the very end.",
        "`order = rng.permutation(n)`, then for each start: `yield order[start : start + batch_size]`. A slice that reaches "
        "beyond the end is cut off by itself.",
    ),
    reread="Dealing out the data",
)
def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def _tables(rng):
    yield np.arange(14.0).reshape(7, 2), np.arange(7), 3
    yield np.arange(8.0).reshape(4, 2), np.arange(4), 2
    yield rng.normal(size=(5, 3)), rng.integers(0, 9, 5), 5
    yield rng.normal(size=(2, 3)), rng.integers(0, 9, 2), 4


def _batches(x, y, batch_size, count):
    return [(x[i * batch_size : (i + 1) * batch_size], y[i * batch_size : (i + 1) * batch_size]) for i in range(count)]


@lesson.function(
    "(x (n, …), y (n, …), batch_size) -> list of (x rows, y rows)",
    cases=_tables,
    hints=(
        "Count by hand for 7 rows and batches of 3: which rows are in the result?",
        "`//` rounds down, so the rows after the last full batch are left out. How many batches should there be?",
        "Go through the starting rows with `range(0, len(x), batch_size)`: the last slice is shorter by itself.",
    ),
    reread="Dealing out the data",
    mistakes={
        "unchanged": (
            lambda x, y, batch_size: _batches(x, y, batch_size, len(x) // batch_size),
            "This still loses the last, shorter batch: `//` rounds the number of batches down.",
        )
    },
)
def fix_loader(x, y, batch_size):
    return _batches(x, y, batch_size, -(-len(x) // batch_size))


class _Uphill(optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)

    def update_step(self, w, g, lr, t):
        w += lr * g


class _NoRate(_Uphill):
    def update_step(self, w, g, lr, t):
        w -= g


class _FixedRate(_Uphill):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)
        self.first = float(learning_rate)

    def update_step(self, w, g, lr, t):
        w -= self.first * g


class _NotInPlace(_Uphill):
    def update_step(self, w, g, lr, t):
        w = w - lr * g


lesson.optimizer(
    "sgd",
    defaults={"learning_rate": 0.01},
    reference=optimizers.SGD,
    options=[{"learning_rate": 0.3}],
    hints=(
        "The rule in words: take the learning rate times the gradient away from the parameters.",
        "It has to happen in place, in the array `w` itself: which of the two does that, `w = w - …` or `w -= …`?",
        "One line: `w -= lr * g`.",
    ),
    reread="SGD as an optimizer class",
    mistakes={
        "uphill": (_Uphill, "This walks uphill: the gradient points up, so it has to be taken away."),
        "no_learning_rate": (_NoRate, "The learning rate is not used: the step is as long as the gradient itself."),
        "fixed_rate": (
            _FixedRate,
            "This uses the learning rate the optimizer began with. It may change from step to step: use `lr`, which is passed in.",
        ),
        "not_in_place": (
            _NotInPlace,
            "The weights never change: `w = …` makes a new array that is forgotten at the end of the function. Change w in place.",
        ),
    },
)

lesson.predict(
    "predict_noise",
    "The noise of the gradient at batch size 4, if it is 53.1 at batch size 64",
    answer=212.4,
    rtol=0.05,
    near={
        849.6: "This is 16 times as much: noise does not shrink with the batch size but with its root.",
        106.2: "The root of 16 is 4, not 2.",
        13.275: "A smaller batch is noisier, not quieter.",
        3.31875: "A smaller batch is noisier, not quieter; and it is the root of the batch size that counts.",
    },
    because="A batch of 4 is 16 times smaller than one of 64, so its noise is √16 = 4 times as large.",
    hints=(
        "Is a smaller batch noisier or quieter?",
        "By which factor do the two batch sizes differ, and what is its root?",
        "64 / 4 = 16, and √16 = 4: multiply the noise at 64 by 4.",
    ),
    reread="How rough is a rough gradient?",
)
