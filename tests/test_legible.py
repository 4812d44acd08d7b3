"""Every letter of the course's pictures can be read against what is painted behind it, in both themes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.text import Text

from contrasts import LEAST, contrast
from helpers import autodiff, landscapes, optimizers, plots
from helpers.plots import themes
from helpers.plots.style import COLORS, INK, MUTED, PALETTE, readable


def painted(fig):
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba())[:, :, :3] / 255


def letters(fig):
    """Yield (what is written, its contrast with the middling pixel behind it), the numbers at the axes aside.

    A halo of 2 points and more, or a box around the letters, is what stands behind them.
    """
    changed = themes.exchanged if plots.theme() == "dark" else np.array
    ticks = {text for ax in fig.axes for axis in (ax.xaxis, ax.yaxis) for text in axis.findobj(Text)}
    texts = [text for text in fig.findobj(Text) if text.get_visible() and text.get_text().strip()]
    full = painted(fig)
    fig.set_layout_engine("none")  # else all would move when the letters are gone
    boxes = [text.get_window_extent() for text in texts]
    for text in texts:
        text.set_visible(False)
    bare = painted(fig)
    height, width = bare.shape[:2]
    for text, box in zip(texts, boxes, strict=True):
        rows = slice(max(int(height - box.y1), 0), int(min(height - box.y0 + 1, height)))
        columns = slice(max(int(box.x0), 0), int(min(box.x1 + 1, width)))
        behind = bare[rows, columns].reshape(-1, 3)
        if text in ticks or not behind.size or np.abs(full[rows, columns].reshape(-1, 3) - behind).max() < 0.02:
            continue  # a tick, or clipped
        halo = [e._gc["foreground"] for e in text.get_path_effects() or () if e._gc.get("linewidth", 0) >= 2]
        if text.get_bbox_patch() is not None:
            halo = [text.get_bbox_patch().get_facecolor()]
        ground = changed(np.array([to_rgb(halo[-1])]))[0] if halo else np.median(behind, axis=0)
        *color, alpha = to_rgba(text.get_color(), text.get_alpha())
        mixed = alpha * changed(np.array([color]))[0] + (1 - alpha) * ground
        yield text.get_text(), float(contrast(mixed, ground))


RAVINE, BEALE = landscapes.ravine(condition=100), landscapes.beale()
KM, MINUTES = np.arange(1.0, 9.0), 3.0 * np.arange(1.0, 9.0) + 5
WAY = landscapes.descend(RAVINE, optimizers.RMSprop(0.3), 30)
STEPS = np.arange(1, 31)


def graph():
    w, b = autodiff.Tensor(3.0, requires_grad=True, name="w"), autodiff.Tensor(1.0, requires_grad=True, name="b")
    error = w * 2.0 + b - 4.0
    loss = error * error
    loss.backward(keep_graph=True)
    return loss


def anatomy():
    rng = np.random.default_rng(0)
    g, m = rng.normal(size=(2, 2))
    entry = (np.array([-2.0, 1.0]), g, 0.1 * m, m, 0.1 * g * g, g * g, np.array([0.3, -0.3]))
    return plots.adam.anatomy(landscapes.ravine(condition=10), [entry], 1)


def playground_of_rates():
    fig, (left, right) = plots.figure(2)
    sky = np.full((4, 4, 3), to_rgb("#93ABBB"))  # the terrain's strongest tint
    plots.adaptive_steps.playground_ground(left, right, RAVINE, sky, (1e-5, 10), 30)
    rates = np.stack([0.1 + 0 * STEPS, 0.01 + 0 * STEPS], axis=1)
    plots.adaptive_steps.playground_axes(left, right, RAVINE, WAY, rates, (2, 0.02), 4, "rmsprop")
    return fig


def arrows_on_a_map():
    fig, ax = plots.figure()
    plots.contour(ax, RAVINE)
    for i, name in enumerate(COLORS):
        way = np.array([[-9.0, 2 - i / 3], [-2.0 - i / 2, 2 - i / 3]])
        plots.path(ax, way, name, label=name)
        plots.arrow(ax, (0, -i / 4), (2, 0.1), name, optimizer=name)
    return fig


PICTURES = {
    "01 constants": lambda: plots.loss_functions.constants(np.array([2.0, 3, 4, 5, 38])),
    "01 landscape": lambda: plots.loss_functions.lines_and_landscape(KM, MINUTES, [(3.0, 1.0), (4.0, 6.0), (2.0, 9.0)]),
    "01 best lines": lambda: plots.loss_functions.best_lines(KM, MINUTES, np.r_[MINUTES[:-1], 60]),
    "01 staircase": lambda: plots.loss_functions.staircase(KM, (KM > 4).astype(float)),
    "01 surprise": lambda: plots.loss_functions.surprise(),
    "01 margins": lambda: plots.loss_functions.margins(),
    "03 graph": lambda: plots.draw_graph(graph(), "A finding"),
    "03 walk": lambda: plots.graph_walk.walked(graph(), "A finding"),
    "03 one entry": lambda: plots.backpropagation.one_entry(),
    "03 stretched": lambda: plots.backpropagation.stretched(10.0 ** np.arange(4)[:, None] * [1, 2, 3], (3,)),
    "06 race": lambda: plots.momentum.race(
        RAVINE, dict.fromkeys((0, 0.67, 0.9, 0.99), WAY), dict.fromkeys((0, 0.67, 0.9, 0.99), 142)
    ),
    "06 accumulate": lambda: plots.momentum.accumulate(10 * (1 - 0.9**STEPS), 0.5 * (-1.0) ** STEPS),
    "06 arrows": lambda: plots.momentum.step_arrows(
        landscapes.ravine(condition=10), [(np.array([-9.0, 2]), np.array([0.1, 0]), np.array([0.4, -1]))] * 3
    ),
    "06 floor": lambda: plots.momentum.flat_floor(
        np.linspace(0, 4, 50), {beta: np.full(50, beta) for beta in (0, 0.3, 0.67, 0.9, 0.95)}
    ),
    "06 look ahead": lambda: plots.momentum.look_ahead(RAVINE, w=[-6.0, 0.45], m=[1.4, -0.9], beta=0.9, rate=0.008),
    "06 rate cut": lambda: plots.momentum.rate_cut(9.0 - 9 * 0.9**STEPS, 5 + 0.0 * STEPS, cut=20),
    "07 walks": lambda: plots.adaptive_steps.walks(RAVINE, {"gradient descent": WAY, "adagrad": WAY}),
    "07 shares": lambda: plots.adaptive_steps.shares_of_the_past([0.8, 0.9, 0.97]),
    "07 playground": playground_of_rates,
    "07 place of epsilon": lambda: plots.adaptive_steps.place_of_epsilon(),
    "08 warm-up": lambda: plots.adam.warm_up(1 - 0.9**STEPS, 1 - 0.999**STEPS),
    "08 anatomy": anatomy,
    "08 epsilon": lambda: plots.adam.epsilon_trap(),
    "09 race": lambda: plots.side_by_side.race({name: np.full(25, 1e-15) for name in ("adam", "adagrad", "nadam")}),
    "09 mystery": lambda: plots.side_by_side.mystery(),
    "09 broken": lambda: plots.side_by_side.broken({"a": np.full(25, 1e-3)}, np.full(25, 1e-15)),
    "every optimizer on a map": arrows_on_a_map,
    "loss curves": lambda: loss_curves(),
}


def loss_curves():
    fig, ax = plots.figure(height=6)
    plots.loss_curves(ax, {name: 2.0 ** -(STEPS / (3 + i)) for i, name in enumerate(COLORS)})
    return fig


@pytest.mark.parametrize("theme", themes.THEMES)
@pytest.mark.parametrize("picture", PICTURES)
def test_every_letter_can_be_read(picture, theme, monkeypatch):
    monkeypatch.setattr(themes, "_chosen", theme)
    found = list(letters(PICTURES[picture]()))
    assert found, "no letter was looked at"
    assert not [(text, round(value, 2)) for text, value in found if value < LEAST]


@pytest.mark.parametrize("theme", themes.THEMES)
def test_pale_letters_are_noticed(theme, monkeypatch):
    monkeypatch.setattr(themes, "_chosen", theme)
    fig, ax = plots.figure()
    ax.axvspan(0, 1, color=PALETTE["blue"])
    ax.text(0.5, 0.5, "lost", color=MUTED, ha="center")
    ax.text(0.5, 0.2, "faint", color=INK, alpha=0.3, bbox={"facecolor": "#FCFCFA"})
    assert {text for text, value in letters(fig) if value < LEAST} == {"lost", "faint"}


pale = st.tuples(*[st.integers(215, 255)] * 3)


@given(st.tuples(*[st.integers(0, 255)] * 3), pale)
def test_readable_on_any_pale_ground(color, ground):
    ground = np.array(ground) / 255
    dark = readable(np.array(color) / 255, on=ground)
    assert contrast(to_rgb(dark), ground) >= LEAST
    if contrast(np.array(color) / 255, ground) >= 4.5:
        assert dark == to_hex(np.array(color) / 255), "what can be read stays as it is"
