"""The picture of a computation: what is on it, where it stands, and its words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import plots
from helpers.autodiff import Tensor
from helpers.plots.layered import _apart, arrange


def line():
    w, x, b = Tensor(3.0, name="w"), Tensor(2.0, requires_grad=False, name="x"), Tensor(1.0, name="b")
    loss = (w * x + b) ** 2
    loss.name = "loss"
    return loss


def words(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def test_values_and_gradients_are_on_it():
    loss = line()
    loss.backward(keep_graph=True)
    shown = words(plots.draw_graph(loss, "A line"))
    assert {"w", "x", "b", "×", "+", "loss = power"} <= set(shown)
    assert {"3", "2", "6", "7", "49"} <= set(shown)
    # d loss/dw = 2·7·2, d loss/db = 2·7
    assert {"grad 28", "grad 14", "grad 1"} <= set(shown)


def test_before_backward_there_are_values_only():
    assert not [text for text in words(plots.draw_graph(line())) if "grad" in text]


def test_words_tell_the_same():
    loss = line()
    loss.backward(keep_graph=True)
    text = plots.describe_graph(loss)
    for part in (
        "7 nodes",
        "w is 3, gradient 28",
        "multiply of w and x is 6",
        "loss = power of add and constant is 49",
    ):
        assert part in text


def test_arrays_are_shown_by_shape_and_gradients_by_norm():
    w = Tensor(np.full((4, 5), 2.0), name="w")
    loss = (w * w).sum()
    loss.backward(keep_graph=True)
    shown = words(plots.draw_graph(loss))
    assert "(4, 5)" in shown and f"‖grad‖ {4 * np.sqrt(20):.3g}" in shown and "2×" in shown


def test_a_forgotten_graph_says_what_to_do():
    loss = line()
    loss.backward()
    with pytest.raises(ValueError, match="keep_graph=True"):
        plots.draw_graph(loss)


def test_refusals_name_the_argument():
    with pytest.raises(TypeError, match=r"tensor must be an autodiff\.Tensor, got float"):
        plots.draw_graph(3.0)
    big = Tensor(1.0)
    for _ in range(100):
        big = big + 1.0
    with pytest.raises(ValueError, match="201 nodes"):
        plots.draw_graph(big)


def test_a_single_leaf_and_a_deep_graph_are_drawn():
    deep = Tensor(0.5, name="x")
    for _ in range(25):
        deep = np.tanh(deep)
    wide, tall = (plots.draw_graph(tensor).get_size_inches() for tensor in (line(), deep))
    assert wide[0] > wide[1] and tall[1] > tall[0]
    assert plots.png(plots.draw_graph(Tensor([1.0, 2.0], name="v"))).startswith(b"\x89PNG")


@st.composite
def graphs(draw):
    """Parents of up to 25 nodes in topological order, of which the last one depends on all."""
    count = draw(st.integers(1, 25))
    parents = [
        draw(st.lists(st.integers(0, i - 1), max_size=2)) if i and draw(st.booleans()) else [] for i in range(count)
    ]
    used = {p for of in parents for p in of}
    return [*parents, [i for i in range(count) if i not in used]]


@given(parents=graphs())
def test_layers_follow_parents_and_nothing_overlaps(parents):
    places, bends = arrange(parents)
    assert len(places) == len(parents)
    for child, of in enumerate(parents):
        for parent in of:
            passed = [layer for layer, _ in bends.get((parent, child), ())]
            assert passed == list(range(places[parent][0] + 1, places[child][0]))
    for layer in {layer for layer, _ in places}:
        slots = np.sort([slot for own, slot in places if own == layer])
        assert (np.diff(slots) >= 1 - 1e-9).all()
    assert min(slot for _, slot in places) >= -1e-9


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 2), st.floats(0.05, 1)), min_size=1, max_size=12))
def test_apart_keeps_order_room_and_what_already_fits(rows):
    wanted, sizes, weights = np.array(rows).T
    centres = _apart(wanted, sizes, weights)
    order = np.argsort(wanted, kind="stable")
    gaps = np.diff(centres[order]) - (sizes[order][1:] + sizes[order][:-1]) / 2
    assert (gaps >= -1e-9).all()
    np.testing.assert_allclose(_apart(centres, sizes, weights), centres, atol=1e-9)
