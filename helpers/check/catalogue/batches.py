"""What is wrong with the batches of one epoch: the judges of `minibatches` and `fix_loader`."""

import itertools

import numpy as np

from helpers.check import compare
from helpers.check.registry import Wrong

_FIRST_ONLY = (
    "`return` ends a function, inside a loop too. What becomes of the other batches? There are two ways to hand out several: "
    "one by one, or all of them in a list."
)
_BEGINNING = "What is missing stands at the beginning of the order: where does the first slice start?"


class Torn(Wrong):
    """Rows of x with the y of other rows; `otherwise` names it where the code is not one that is known as a whole."""

    otherwise = "torn_rows"


def dealt(result, n, batch_size, rng):
    """Raise Wrong unless `result` is made of index arrays that hold 0 … n − 1 once each."""
    if isinstance(result, np.ndarray) and result.ndim == 1 and len(result) == min(n, batch_size) < n:
        raise Wrong(f"One array came out, as long as one batch. {_FIRST_ONLY}", "first_batch_only")
    try:
        batches = [np.asarray(batch) for batch in result]
    except TypeError:
        raise Wrong(f"The result cannot be gone through with a for loop; it is {compare.kind(result)}.") from None
    if n > 1 and len(batches) == n and all(b.ndim == 0 and b.dtype.kind in "iu" for b in batches):
        raise Wrong(
            f"All {n} indices came out one by one. They are still to be cut into batches of {batch_size}.", "not_cut"
        )
    if batches and all(isinstance(b.item() if b.ndim == 0 else None, slice) for b in batches):
        raise Wrong(
            "A batch here is a slice, which stands for neighbours in the file. A batch should be an array of indices, drawn from "
            "all over it.",
            "slices",
        )
    if any(b.ndim != 1 or (b.size and b.dtype.kind not in "iu") for b in batches):
        raise Wrong("A batch should be a 1-D array of whole numbers, the indices of its examples.", "not_index_arrays")
    complete(batches, n, batch_size, rng.permutation(n))


def complete(batches, n, batch_size, order, index="index", indices="indices"):
    """Raise Wrong unless the batches hold 0 … n − 1 once each, in full batches but the last.

    order: what the generator shuffles 0 … n − 1 into, to tell at which end of it something is lost.
    """
    sizes = [len(b) for b in batches]
    got = np.concatenate(batches) if batches else np.array([], int)
    _in_range(got, n, index)
    times = np.bincount(got.astype(int), minlength=n)
    missing, rest = np.flatnonzero(times == 0), n % batch_size
    if times.max() > 1:
        raise _repeated(batches, times, len(missing), n, batch_size, index, indices)
    if len(sizes) > 1 and sizes[0] == batch_size and not any(sizes[1:]):
        raise Wrong(
            f"The first batch is full, and the others are empty; the sizes are {sizes}. In `a[i:j]` the j is the place before "
            "which the slice ends, counted from the beginning of `a`: it is not a length.",
            "slice_end",
        )
    if rest and len(missing) == rest and sizes == [batch_size] * (n // batch_size):
        raise _full_but_not_all(got, rest, order, f"Missing: {rest} of {n} {indices}, though all batches are full.")
    if len(missing):
        told = f"Missing: {len(missing)} of {n} {indices}; the batches have the sizes {sizes}."
        if sizes == [batch_size]:
            raise Wrong(f"{told} There is one batch only. {_FIRST_ONLY}", "first_batch_only")
        full = _full(n, batch_size)
        if sizes == full[1:]:
            raise Wrong(
                f"{told} That is one batch too few: where does the counting of batches begin?", "one_batch_missing"
            )
        if max(sizes) == batch_size - 1 and len(sizes) == len(full):
            raise Wrong(
                f"{told} Each batch is one too short: a slice `a[i:j]` ends *before* place j.",
                "slice_one_short",
            )
        if np.array_equal(got, order[len(missing) :]):
            raise Wrong(f"{told} {_BEGINNING}", "beginning_lost")
        raise Wrong(told, "incomplete")
    if 0 in sizes:
        raise Wrong(f"There is an empty batch; the sizes are {sizes}. A step on no examples has no gradient.", "empty")
    full = _full(n, batch_size)
    if sizes != full:
        raise _sizes(batches, sizes, full)


def _full_but_not_all(got, rest, order, told):
    """What is said where `rest` examples, too few for a batch, come in none."""
    for dealt in (order, np.arange(len(order)), np.arange(len(order))[::-1]):
        if np.array_equal(got, dealt[:-rest]):
            return Wrong(
                f"{told} The last batch, which would be shorter, is lost. What happens to it?", "last_batch_lost"
            )
        if np.array_equal(got, dealt[rest:]):
            return Wrong(f"{told} {_BEGINNING}", "beginning_lost")
    return Wrong(
        f"{told} Where does the first slice start, and what becomes of a last batch that would be shorter?",
        "incomplete",
    )


def _full(n, batch_size):
    """The sizes that the batches should have."""
    rest = n % batch_size
    return [batch_size] * (n // batch_size) + ([rest] if rest else [])


def _in_range(got, n, index):
    beyond = got[(got < 0) | (got >= n)]
    if not len(beyond):
        return
    told = f"{index.capitalize()} {beyond[0]} came, and they go from 0 to {n - 1}."
    if len(got) and np.array_equal(np.sort(got), np.arange(1, n + 1)):
        raise Wrong(f"{told} Yours go from 1 to {n}: the first place in an array is 0.", "counts_from_one")
    raise Wrong(told, "out_of_range")


def _repeated(batches, times, missing, n, batch_size, index, indices):
    """What is said of an example that comes more than once in one epoch."""
    more = int(np.argmax(times))
    lost = f", and of the {n} {indices} {missing} never come" if missing else ""
    told = f"{index.capitalize()} {more} comes {times[more]} times in one epoch{lost}. Each should come once."
    before = np.concatenate([np.array([], int), *batches[:-1]])
    if (
        not missing
        and [len(b) for b in batches] == [batch_size] * -(-n // batch_size)
        and len(set(before.tolist())) == len(before)
    ):
        return Wrong(
            f"{told} The last batch is filled up with examples that had been before: it may be shorter.",
            "last_batch_filled",
        )
    pairs = list(itertools.pairwise(batches))
    if pairs and all(len(a) > 1 and len(b) and np.array_equal(a[1:][: len(b)], b[: len(a) - 1]) for a, b in pairs):
        return Wrong(
            f"{told} Each batch begins one place after the one before it, so that they overlap. How far apart should their "
            "beginnings be?",
            "overlapping",
        )
    if pairs and all(len(a) and len(b) and a[-1] == b[0] for a, b in pairs):
        return Wrong(
            f"{told} Each batch begins with what the one before it ended with: a slice `a[i:j]` ends *before* place j.",
            "slice_one_long",
        )
    inside = any(len(set(b.tolist())) < len(b) for b in batches)
    if inside and missing:
        return Wrong(
            f"{told} One batch holds the same twice: is each example drawn by itself, from all of them? So one may come twice, and "
            "another never. Shuffled like a pack of cards, each comes once.",
            "with_replacement",
        )
    if inside:
        return Wrong(told, "repeated")
    return Wrong(
        f"{told} No batch holds anything twice, but two batches hold the same: is a new order drawn for each batch, or do two "
        "slices overlap?",
        "repeated",
    )


def _sizes(batches, sizes, full):
    """What is said of batches of other sizes, which hold every example once."""
    told = f"The batches have the sizes {sizes}, expected {full}."
    if sorted(sizes, reverse=True) == full:
        if all(np.ptp(b) == len(b) - 1 for b in batches):
            return Wrong(
                f"{told} And each batch is made of neighbours in the file: the batches are shuffled, the examples are not. Which "
                "comes first, shuffling or cutting?",
                "blocks",
            )
        return Wrong(
            f"{told} The short batch is not the last. Is the order of the batches shuffled after they are cut?",
            "short_batch_not_last",
        )
    if len(sizes) == full[0] != len(full):
        return Wrong(
            f"{told} There are {len(sizes)} batches: is their number `batch_size`, which is how many examples one batch has, or n "
            "/ batch_size rounded down?",
            "number_of_batches",
        )
    if len(sizes) == len(full) and max(sizes) - min(sizes) <= 1:
        return Wrong(
            f"{told} The examples are shared out evenly, as `np.array_split` does. Every batch but the last has `batch_size`.",
            "even_parts",
        )
    return Wrong(told, "sizes")


class _Lasting(np.random.Generator):
    """A generator that the judge does not copy: it goes on from call to call, as the learner's own does."""

    def __deepcopy__(self, memo):
        return self


def shuffled(call):
    """Raise Wrong unless two epochs of `call(n, batch_size, rng)` are shuffled, anew each time, with this rng."""
    rng = _Lasting(np.random.PCG64(5))
    first, second = ([np.asarray(b) for b in call(50, 8, rng)] for _ in range(2))
    order, again = np.concatenate(first), np.concatenate(second)
    if np.array_equal(order, np.arange(50)):
        raise Wrong(
            "The rows come in the order 0, 1, 2, …: they are not shuffled. Where something is shuffled, is that what is cut? "
            "`rng.permutation` leaves what it gets as it was, and returns a shuffled copy; `rng.shuffle` shuffles in place.",
            "not_shuffled",
        )
    if np.array_equal(order, np.arange(50)[::-1]):
        raise Wrong("The rows come in the order …, 2, 1, 0: turned round, but not shuffled.", "turned_round")
    if np.array_equal(order, again):
        raise Wrong(
            "Two epochs with one rng came in the same order. Does the order come from the rng that was passed in? One that is made "
            "or seeded inside begins anew in every call, and an order that no rng made is always the same.",
            "same_order",
        )
    blocks = [b for b in first if len(b) > 2 and np.ptp(b) == len(b) - 1]
    if blocks:
        raise Wrong(
            f"One batch of 8 out of 50 is made of {', '.join(map(str, sorted(blocks[0].tolist())))}: neighbours in the file. "
            "If the file is sorted by class, such a batch may hold one class only. Shuffle all of them together, then cut.",
            "blocks",
        )
    together = [{frozenset(b.tolist()) for b in batches if len(b) > 2} for batches in (first, second)]
    if together[0] & together[1]:
        raise Wrong(
            "In two epochs the same examples stood together in a batch: the order of the batches is new, their content is "
            "not. Shuffle all examples anew in each epoch.",
            "same_batches",
        )
    other = np.concatenate([np.asarray(b) for b in call(50, 8, np.random.default_rng(5))])
    if not np.array_equal(order, other):
        raise Wrong(
            "Two generators with the same seed gave two orders: use the rng that was passed in, and no other.",
            "own_rng",
        )


def table(n, pixels=()):
    """Rows that can be told apart: row i of x holds 10·i and 10·i + 1, in every pixel; y[i] is 10·i."""
    x = np.stack([10.0 * np.arange(n), 10.0 * np.arange(n) + 1], axis=-1)
    shape = (n, 2, *(1 for _ in pixels))
    return np.broadcast_to(x.reshape(shape), (n, 2, *pixels)).copy(), 10 * np.arange(n)


def paired(result, x, y, batch_size, rng):
    complete(rows(result, x, y), len(x), batch_size, rng.permutation(len(x)), "row", "rows")


def still_shuffled(call):
    x, y = table(50)
    shuffled(lambda n, batch_size, rng: rows(call(x, y, batch_size, rng), x, y))


def rows(result, x, y):
    """The places in the file of the rows of x, for each batch; Wrong where they are not those of y."""
    first = None
    try:
        result = list(result)
        first = result[0] if result else None
        if any(isinstance(pair, dict) for pair in result):
            raise TypeError
        pairs = [(np.asarray(left), np.asarray(right)) for left, right in result]
    except (TypeError, ValueError):
        came = "" if first is None else f" The first item of yours is {compare.kind(first)}."
        raise Wrong(
            f"A list of pairs is asked for, the rows themselves: (rows of x, rows of y).{came}", "not_pairs"
        ) from None
    if len(pairs) == len(x) > 1 and all(left.shape == x.shape[1:] and right.ndim == 0 for left, right in pairs):
        raise Wrong(f"All {len(x)} rows came out one by one. They are still to be put together in batches.", "not_cut")
    if pairs and all(left.shape[1:] == y.shape[1:] and right.shape[1:] == x.shape[1:] for left, right in pairs):
        raise Wrong(
            "In each pair the rows of y come first and those of x second. Asked for is (rows of x, rows of y).",
            "pair_turned",
        )
    for number, (left, right) in enumerate(pairs):
        if left.shape[1:] != x.shape[1:] or left.ndim != x.ndim or right.ndim != 1:
            asked = ", ".join(["rows", *map(str, x.shape[1:])])
            raise Wrong(
                f"In batch {number} the rows of x have shape {left.shape} and those of y {right.shape}; expected "
                f"({asked}) and (rows,).",
                "shape_of_a_batch",
            )
        if len(left) != len(right):
            raise Wrong(
                f"In batch {number} there are {len(left)} rows of x and {len(right)} of y.", "numbers_of_rows_differ"
            )
    for number, (left, right) in enumerate(pairs):
        _check_rows(number, left, right, x, y, pairs)
    return [(_first(left) // 10).astype(int) for left, _ in pairs]


def _first(left):
    """The first entry of every row."""
    return left[(slice(None), *(0 for _ in left.shape[1:]))]


def _check_rows(number, left, right, x, y, pairs):
    """Raise Wrong unless every row of this batch is a row of x, beside its own y."""
    for row, label in zip(left, right, strict=True):
        place = int(row.min()) // 10
        if not 0 <= place < len(x) or not np.array_equal(np.sort(row, axis=None), np.sort(x[place], axis=None)):
            raise Wrong(
                f"In batch {number} there is a row of x that is none of the {len(x)} that came in. Is "
                "something done to their numbers, too?",
                "rows_of_no_table",
            )
        if not np.array_equal(row, x[place]):
            raise Wrong(
                f"In batch {number} the entries within row {place} of x have changed places: the rows are to be shuffled, each as "
                "it is.",
                "entries_moved",
            )
        if label != y[place]:
            of_y = int(label) // 10
            raise _torn(
                f"In batch {number}, row {place} of x comes with the y of row {of_y}: an image with another's label.",
                left,
                right,
                y,
                pairs,
            )
    if right.dtype.kind not in "iu":
        raise Wrong(
            f"In batch {number} the labels are {right.dtype} numbers, and whole numbers came in. A label picks an entry, and an "
            "index is a whole number: what turned them into others?",
            "labels_not_whole",
        )


def _torn(told, left, right, y, pairs):
    if np.array_equal(np.concatenate([b for _, b in pairs]), y):
        return Wrong(f"{told} y is still in the order of the file: only x is shuffled.", "only_x_shuffled")
    if np.array_equal(np.concatenate([_first(a) for a, _ in pairs]), y):
        return Wrong(f"{told} x is still in the order of the file: only y is shuffled.", "only_y_shuffled")
    if len(left) > 1 and np.array_equal(np.sort(_first(left)), np.sort(right)):
        return Wrong(
            f"{told} The batch holds the right rows and the right labels, but in two orders: what is done to x within a batch has "
            "to be done to y, too.",
            "torn_within_a_batch",
        )
    return Torn(told)


def torn(x, y, batch_size, rng, count=None):
    """What `fix_loader` is handed out with: two orders, and as many batches as are full (or `count`)."""
    x, y = rng.permutation(x), rng.permutation(y)
    return [
        (x[i * batch_size : (i + 1) * batch_size], y[i * batch_size : (i + 1) * batch_size])
        for i in range(count or len(x) // batch_size)
    ]
