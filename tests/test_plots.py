"""Figures are small, the same each time, described, and readable; nothing of them stays in memory."""

import io
import itertools
import subprocess
import sys
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from contrasts import LEAST, contrast, light
from helpers import plots
from helpers.plots.labels import settle_labels, spread
from helpers.plots.style import CARD, COLORS, readable, style_of
from helpers.plots.themes import exchanged

BOWL = types.SimpleNamespace(f=lambda x, y: x * x + 10 * y * y, bounds=((-2, 2), (-1, 1)), minimum=(0, 0))


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=float)


@pytest.fixture
def shown(monkeypatch):
    found = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: found.append((data, options)))
    return found


# Showing


def test_show_carries_the_words(shown):
    fig, ax = plots.figure()
    ax.plot([1, 2])
    plots.show(fig, "A line\n   that <rises>.")
    (picture, options), (words, _) = shown
    assert options["metadata"]["image/png"] == {"alt": "A line that <rises>.", "width": 800}
    assert picture["text/plain"] == "A line that <rises>."
    assert Image.open(io.BytesIO(picture["image/png"])).format == "PNG"
    assert "A line that &lt;rises&gt;." in words["text/html"] and "jp-sr-only" in words["text/html"]


@pytest.mark.parametrize("alt", ["", "  \n", 3])
def test_a_figure_without_words_is_refused(alt, shown):
    fig, _ = plots.figure()
    with pytest.raises(ValueError, match="alt="):
        plots.show(fig, alt)
    assert not shown


def test_only_figures_are_shown():
    with pytest.raises(TypeError, match="Axes"):
        plots.show(plots.figure()[1], "An axes.")


def test_the_same_figure_gives_the_same_bytes():
    def draw():
        fig, ax = plots.figure()
        plots.contour(ax, BOWL)
        plots.path(ax, [[-2, 1], [0, 0.5], [0.5, 0]], "adam", label="Adam")
        return plots.png(fig)

    first = draw()
    assert first == draw()
    assert not {"Software", "Creation Time", "date"} & set(Image.open(io.BytesIO(first)).info)


def test_fewer_colours_cannot_be_seen():
    fig, axes = plots.figure(2)
    plots.contour(axes[0], BOWL)
    plots.loss_curves(axes[1], {name: np.exp(-np.arange(50) / (9 + i)) for i, name in enumerate(COLORS)})
    small, full = plots.png(fig), plots.png(fig, small=False)
    assert len(small) < min(100_000, 0.5 * len(full))
    assert np.mean(np.abs(pixels(small) - pixels(full)).max(axis=2) > 12) < 0.002


def test_smooth_shading_keeps_its_colours():
    fig, ax = plots.figure()
    ramp = np.linspace(0, 1, 400)
    ax.imshow(np.stack([np.add.outer(ramp, 0 * ramp), np.add.outer(0 * ramp, ramp), np.outer(ramp, ramp)], axis=2))
    assert np.abs(pixels(plots.png(fig)) - pixels(plots.png(fig, small=False))).max() <= 1 or (
        Image.open(io.BytesIO(plots.png(fig))).mode == "RGB"
    )


def test_pyplot_is_never_loaded_nor_changed():
    code = """if True:
        import sys
        import matplotlib
        before = str(list(dict.items(matplotlib.rcParams)))
        from helpers import plots, playground
        fig, ax = plots.figure()
        ax.set_title("a")
        plots.png(fig)
        assert str(list(dict.items(matplotlib.rcParams))) == before
        assert "matplotlib.pyplot" not in sys.modules
    """
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


@pytest.mark.parametrize("size", [{"ncols": 0}, {"height": -1}, {"nrows": 0}, {"width": float("nan")}])
def test_impossible_sizes(size):
    with pytest.raises(ValueError, match=next(iter(size))):
        plots.figure(**size)


def test_grids_and_projections():
    _, axes = plots.figure(3, 2)
    assert axes.shape == (2, 3)
    _, ax = plots.figure(subplot_kw={"projection": "3d"})
    assert ax.name == "3d"


# Colours


def in_dark(color):
    return to_hex(exchanged(np.array([to_rgb(color)]))[0])


THEMES = {
    "light": (COLORS, CARD),
    "dark": ({name: in_dark(color) for name, color in COLORS.items()}, in_dark(CARD)),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", COLORS)
def test_lines_and_labels_stand_out(name, theme):
    colors, card = THEMES[theme]
    label = readable(COLORS[name])
    assert contrast(colors[name], card) >= 2.99
    assert contrast(label if theme == "light" else in_dark(label), card) >= LEAST


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "greyscale": [[0.2126, 0.7152, 0.0722]] * 3,
    "none": np.eye(3),
}


def lab(color, seen):
    linear = np.clip(np.array(seen) @ light(color), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("seen", BLIND)
@pytest.mark.parametrize(("a", "b"), list(itertools.combinations(COLORS, 2)))
def test_optimizers_stay_apart(a, b, seen, theme):
    """Colours that come close (CIE 1976), for whatever eyes, go with another line; the core path's four never come close.

    In greyscale a colour is one number of which thirteen have no room: there the marker tells what the line does not.
    """
    colors, _ = THEMES[theme]
    distance = np.linalg.norm(lab(colors[a], BLIND[seen]) - lab(colors[b], BLIND[seen]))
    other_line = style_of(a)["linestyle"] != style_of(b)["linestyle"]
    other_marker = style_of(a)["marker"] != style_of(b)["marker"]
    assert distance > 15 or other_line or (seen == "greyscale" and other_marker)
    assert distance > 14 or seen != "none", "for most eyes no two colours are alike, whatever their lines"
    assert other_marker or {a, b} == {"gradient descent", "sgd"}
    if {a, b} <= {"gradient descent", "momentum", "rmsprop", "adam"}:
        assert distance > 16 or seen == "greyscale"


def test_style_of_takes_names_classes_and_instances():
    class RMSprop:
        pass

    assert style_of("rmsprop") == style_of("RMSprop") == style_of(RMSprop) == style_of(RMSprop())
    assert style_of("GD") == style_of("Gradient descent") == style_of("GradientDescent")
    with pytest.raises(ValueError, match="adan"):
        style_of("adan")


def test_every_optimizer_of_the_course_has_a_style():
    optimizers = pytest.importorskip("helpers.optimizers")
    for name in ("SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam"):
        style_of(getattr(optimizers, name))


# Drawing


def test_contour_levels_are_even_in_the_logarithm():
    _, ax = plots.figure()
    levels = plots.contour(ax, BOWL, 12).levels
    assert len(levels) == 12
    np.testing.assert_allclose(np.diff(np.log(levels)), np.diff(np.log(levels))[0])
    assert ax.get_xlim() == (-2, 2) and ax.get_ylim() == (-1, 1)


@pytest.mark.parametrize("f", [lambda x, y: x * y, lambda x, y: 0 * x + 3, lambda x, y: np.where(x > 0, np.nan, x + 5)])
def test_contour_of_odd_landscapes(f):
    fig, ax = plots.figure()
    plots.contour(ax, f, bounds=((-1, 1), (-1, 1)))
    plots.png(fig)


def test_contour_without_bounds():
    with pytest.raises(ValueError, match="bounds"):
        plots.contour(plots.figure()[1], lambda x, y: x)


def test_a_path_that_diverges_leaves_the_landscape_in_view():
    fig, ax = plots.figure()
    plots.contour(ax, BOWL)
    line = plots.path(ax, [[1, 1], [-3, 4], [50, 1e9], [np.inf, 0], [1, 1]], "momentum", label="momentum")
    assert len(line.get_xdata()) == 3, "the path ends where it stops being finite"
    assert ax.get_xlim() == (-2, 2)
    plots.png(fig)


@pytest.mark.parametrize("bad", [[1, 2], np.zeros((0, 2)), np.zeros((3, 3)), [[np.nan, 1]]])
def test_bad_paths(bad):
    with pytest.raises(ValueError, match="path"):
        plots.path(plots.figure()[1], bad)


def test_arrows():
    _, ax = plots.figure()
    plots.arrow(ax, (0, 0), (2, 1), "step", optimizer="adam")
    assert ax.get_xlim()[1] >= 2, "an arrow is in view"
    for bad in ((1, 2, 3), (np.nan, 0)):
        with pytest.raises(ValueError, match="vector"):
            plots.arrow(ax, (0, 0), bad)


def test_loss_curves():
    _, ax = plots.figure()
    lines = plots.loss_curves(ax, {"adam": [3, 2, np.nan, 1], "something else": [1, 1]})
    assert ax.get_yscale() == "log"
    assert lines[0].get_color() == COLORS["adam"]
    assert [t.get_text() for t in ax.texts] == ["adam", "something else"]
    _, ax = plots.figure()
    plots.loss_curves(ax, {"a": [1, 0]})
    assert ax.get_yscale() == "linear"
    with pytest.raises(ValueError, match="nothing"):
        plots.loss_curves(ax, {"nothing": []})


# Labels


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12), st.floats(1, 20))
def test_spread_labels_never_overlap(wanted, height):
    placed = spread(np.array(wanted), np.full(len(wanted), height), 0.0, 300.0)
    assert np.all(np.diff(np.sort(placed)) >= height - 1e-6)
    if np.all(np.diff(np.sort(wanted)) >= height) and min(wanted) >= height and max(wanted) <= 300 - height:
        np.testing.assert_allclose(placed, wanted, err_msg="what does not collide stays")
    if len(wanted) * height <= 300:
        assert placed.min() >= height / 2 - 1e-6 and placed.max() <= 300 - height / 2 + 1e-6
    order = np.argsort(wanted, kind="stable")
    assert np.all(np.diff(placed[order]) > 0), "the order of the lines is kept"


def test_labels_of_lines_that_end_together_move_apart():
    fig, ax = plots.figure()
    plots.loss_curves(ax, {f"run {i}": [2, 1 + 0.001 * i] for i in range(6)})
    settle_labels(fig)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_label_line_inside_and_without_lines():
    _, ax = plots.figure()
    with pytest.raises(ValueError, match="draw one first"):
        plots.label_line(ax)
    ax.plot([0, 2], [0, 4], label="slope 2")
    assert plots.label_line(ax, x=1).xy == (1, 2)


def test_titles_wrap_and_stand_on_the_left():
    fig, axes = plots.figure(3)
    title = axes[0].set_title("A finding that is much too long to fit above a third of the width")
    assert "\n" in title.get_text()
    assert axes[0].get_title(loc="left") and title.get_fontweight() == "bold"
    fig.draw_without_rendering()
    assert title.get_window_extent().x1 < axes[1].get_window_extent().x0 + 40
