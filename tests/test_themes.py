"""The dark theme: hues and contrasts stay, every way to paint is covered, and the light theme is as without it."""

import io
import re
import runpy
import sys
from pathlib import Path

import matplotlib.patheffects as effects
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap, to_hex, to_rgb
from PIL import Image
from traitlets.config import Config

from clones import ROOT
from contrasts import LEAST, contrast, luminance
from helpers import plots
from helpers.plots import themes
from helpers.plots.color_space import from_oklab, linear, srgb, to_oklab
from helpers.plots.figures import quick_png
from helpers.plots.style import CARD, COLORS, INK, MUTED, PALETTE, readable


def dark(color) -> str:
    return to_hex(themes.exchanged(np.array([to_rgb(color)]))[0])


@pytest.fixture
def in_dark(monkeypatch):
    monkeypatch.setattr(themes, "_chosen", "dark")


@pytest.fixture
def unchosen(monkeypatch):
    monkeypatch.setattr(themes, "_chosen", None)
    monkeypatch.delenv(themes.VARIABLE, raising=False)
    return monkeypatch


# Choosing


def test_light_unless_chosen(unchosen):
    assert plots.theme() == "light"
    unchosen.setenv("HOW_MODELS_LEARN_THEME", "dark")
    assert plots.theme() == "dark"
    assert plots.theme("light") == plots.theme() == "light", "what a learner chose comes before the variable"


@pytest.mark.parametrize("bad", ["Dark", "", "sepia"])
def test_other_names_are_refused(bad, unchosen):
    with pytest.raises(ValueError, match=r"name=.*'light', 'dark'"):
        plots.theme(bad)
    assert plots.theme() == "light"


def test_a_misspelt_variable_is_named(unchosen):
    unchosen.setenv("HOW_MODELS_LEARN_THEME", "drak")
    with pytest.raises(ValueError, match="HOW_MODELS_LEARN_THEME='drak'"):
        plots.theme()


@pytest.mark.parametrize(("chosen", "default"), [("dark", "JupyterLab Dark"), ("light", "JupyterLab Light")])
def test_jupyterlab_starts_in_the_same_theme(chosen, default, unchosen, tmp_path):
    """What JupyterLab takes where a learner's own settings, here none, say nothing; nothing is written into these."""
    settings = pytest.importorskip("jupyterlab_server.settings_utils")
    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    unchosen.setenv(themes.VARIABLE, chosen)
    for set_by_the_file in ("PYTHONPATH", "JUPYTER_CONFIG_PATH"):
        unchosen.setenv(set_by_the_file, str(tmp_path / "elsewhere"))
    asked = Config()
    runpy.run_path(str(ROOT / "jupyter_lab_config.py"), {"get_config": lambda: asked})
    name = "@jupyterlab/apputils-extension:themes"
    found, _ = settings.get_settings(asked.LabApp.app_settings_dir, str(schemas), str(tmp_path / "own"), name)
    assert found["schema"]["properties"]["theme"]["default"] == default
    assert found["settings"] == {} and not (tmp_path / "own").exists()


# Colours


@pytest.mark.parametrize(
    ("color", "lab"),  # the values of CSS Color 4
    [
        ("#ffffff", (1, 0, 0)),
        ("#ff0000", (0.62796, 0.22486, 0.12585)),
        ("#00ff00", (0.86644, -0.23389, 0.17950)),
        ("#0000ff", (0.45201, -0.03246, -0.31153)),
    ],
)
def test_oklab(color, lab):
    np.testing.assert_allclose(to_oklab(linear(to_rgb(color))), lab, atol=1e-4)
    np.testing.assert_allclose(srgb(from_oklab(to_oklab(linear(to_rgb(color))))), to_rgb(color), atol=1e-6)


def used_colors():
    """Every colour written in the drawing modules, and the named ones."""
    files = [path for part in ("plots", "playground") for path in (ROOT / "helpers" / part).glob("*.py")]
    found = {code.upper() for path in files for code in re.findall(r"#[0-9A-Fa-f]{6}\b", path.read_text())}
    assert {CARD.upper(), INK.upper()} <= found
    return sorted(found | {*COLORS.values(), *PALETTE.values(), INK, MUTED})


@pytest.mark.parametrize("color", used_colors())
def test_contrast_and_hue_stay(color):
    card = dark(CARD)
    assert luminance(card) < 0.01
    assert contrast(dark(color), card) >= min(contrast(color, CARD), 17) - 0.1
    before, after = (to_oklab(linear(to_rgb(c))) for c in (color, dark(color)))
    if np.hypot(*before[1:]) > 0.06:
        angle = np.arctan2(before[2], before[1]) - np.arctan2(after[2], after[1])
        assert abs(np.angle(np.exp(1j * angle), deg=True)) < 15


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_what_can_be_read_stays_readable(rgb):
    assert contrast(dark(readable(np.array(rgb) / 255)), dark(CARD)) >= LEAST


def test_an_image_of_numbers_changes_light_and_dark():
    greys = np.repeat(np.linspace(0, 1, 30)[:, None], 3, axis=1)
    assert (np.diff(themes.turned(greys)[:, 1]) <= 0).all()
    sky = themes.turned(np.array([to_rgb(PALETTE["sky"])]))[0]
    assert contrast(dark(INK), to_hex(sky)) > 4.5, "numbers written on it stay legible"


# Painting

PALE = "#CFE2EF"


PAINTERS = {
    "patch": lambda ax: ax.fill([0, 1, 1, 0], [0, 0, 1, 1], color=PALE),
    "line": lambda ax: ax.plot([0, 1], [0.5, 0.5], color=PALE, lw=60),
    "marker": lambda ax: ax.plot(0.5, 0.5, "s", color=PALE, ms=60),
    "marker's edge": lambda ax: ax.plot(0.5, 0.5, "s", mfc="none", mec=PALE, mew=20, ms=60),
    "scatter": lambda ax: ax.scatter([0.5], [0.5], s=4000, marker="s", color=PALE),
    "filled contours": lambda ax: ax.contourf([[0, 0], [1, 1]], levels=[-1, 2], colors=[PALE]),
    "mesh": lambda ax: ax.pcolormesh([[0.0]], cmap=ListedColormap([PALE])),
    "bar": lambda ax: ax.bar([0.5], [1], 1, color=PALE, ec=PALE),
    "hatch": lambda ax: ax.bar([0.5], [1], 1, color="none", ec=PALE, hatch="/" * 60),
    "halo": lambda ax: ax.plot([0, 1], [0.5, 0.5], lw=1, path_effects=[effects.Stroke(linewidth=60, foreground=PALE)]),
    "halo of the line's colour": lambda ax: ax.plot(
        [0, 1], [0.5, 0.5], color=PALE, path_effects=[effects.Stroke(linewidth=60, alpha=1.0)]
    ),
    "letter": lambda ax: ax.text(0.5, 0.5, "■", color=PALE, size=90, ha="center", va="center_baseline"),
    "letter with a halo": lambda ax: ax.text(
        0.5, 0.5, "■", color=PALE, size=90, ha="center", va="center_baseline", path_effects=[effects.Normal()]
    ),
    "formula's rule": lambda ax: ax.text(
        0.5, 0.5, r"$\frac{.}{.}$", color=PALE, size=900, ha="center", va="center", clip_on=True
    ),
    "arrow": lambda ax: ax.annotate("", (1, 0.5), (0, 0.5), arrowprops={"color": PALE, "width": 60, "headwidth": 60}),
    "label's box": lambda ax: ax.text(
        0.5, 0.5, " ", size=60, ha="center", va="center", bbox={"facecolor": PALE, "edgecolor": PALE}
    ),
}


def painted(fig) -> np.ndarray:
    """The colour that covers most of the picture, the card's aside."""
    image = np.asarray(Image.open(io.BytesIO(quick_png(fig))).convert("RGB"), dtype=int).reshape(-1, 3)
    colors, counts = np.unique(image, axis=0, return_counts=True)
    other = np.abs(colors - np.array(to_rgb(dark(CARD))) * 255).max(axis=1) > 3
    assert other.any(), "nothing was painted"
    return colors[other][counts[other].argmax()]


def canvas(width=2.0):
    fig, ax = plots.figure(width=width, height=width)
    fig.set_layout_engine("none")
    ax.set_position([0, 0, 1, 1])
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    return fig, ax


@pytest.mark.parametrize("kind", PAINTERS)
def test_each_way_to_paint(kind, in_dark):
    fig, ax = canvas()
    PAINTERS[kind](ax)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    wanted = np.array(to_rgb(dark(PALE))) * 255
    assert np.abs(painted(fig) - wanted).max() <= 3, to_hex(painted(fig) / 255)
    assert np.abs(wanted - np.array(to_rgb(dark(CARD))) * 255).max() > 6, "the card itself would not pass"


@pytest.mark.parametrize(
    "paint",
    [
        lambda ax, **look: ax.fill([0, 1, 1, 0], [0, 0, 1, 1], lw=0, **look),
        lambda ax, **look: ax.plot([0, 1], [0.5, 0.5], lw=90, **look),
        lambda ax, **look: ax.fill([0, 1, 1], [0, 0, 1], fill=False, lw=90, **look),
        lambda ax, **look: ax.text(0.5, 0.5, "■", size=90, ha="center", va="center_baseline", **look),
    ],
    ids=["face", "line", "edge", "letter"],
)
def test_transparency_mixes_the_new_colours(paint, in_dark):
    fig, ax = canvas()
    paint(ax, color=PALE, alpha=0.5)
    half = (np.array(to_rgb(dark(PALE))) + to_rgb(dark(CARD))) / 2 * 255
    assert np.abs(painted(fig) - half).max() <= 2


RAMP = np.linspace(0.5, 1, 64)
MAPS = {
    "image": lambda ax, gid: ax.imshow(
        np.repeat(RAMP[None, :, None], 3, axis=2), extent=(0, 1, 0, 1), aspect="auto", gid=gid
    ),
    "filled contours": lambda ax, gid: ax.contourf(
        [np.linspace(0, 1, 64)] * 2, [[0] * 64, [1] * 64], [RAMP] * 2, 16, cmap="gray", vmin=0, vmax=1
    ).set_gid(gid),
}


@pytest.mark.parametrize("kind", MAPS)
@pytest.mark.parametrize(("gid", "sign"), [(None, -1), (themes.SHADED, 1)])
def test_a_shaded_map_keeps_its_light(kind, gid, sign, in_dark):
    fig, ax = canvas()
    MAPS[kind](ax, gid)
    row = np.asarray(Image.open(io.BytesIO(quick_png(fig))).convert("L"), dtype=int)[100, 5:-5]
    assert (sign * np.diff(row) >= -2).all() and sign * (row[-1] - row[0]) > 20
    assert row.max() < 120, "dark throughout"


def drawn():
    fig, ax = plots.figure()
    plots.contour(ax, lambda x, y: x * x + 3 * y * y, bounds=((-2, 2), (-1, 1)))
    plots.path(ax, [[-2, 1], [0, 0.5], [0.5, 0]], "adam", label="Adam")
    ax.set_title("A title")
    return fig


def test_light_is_what_matplotlib_draws(unchosen):
    ours, plain = drawn(), drawn()
    FigureCanvasAgg(plain)
    assert plots.png(ours) == plots.png(plain)


def test_a_figure_follows_the_theme_and_keeps_its_colours(unchosen):
    fig = drawn()
    light = plots.png(fig)
    plots.theme("dark")
    night = plots.png(fig)
    assert night == plots.png(fig) == plots.png(drawn()) != light
    assert np.asarray(Image.open(io.BytesIO(night)).convert("L")).mean() < 70
    plots.theme("light")
    assert plots.png(fig) == light


def test_a_playground_follows_at_its_next_picture(unchosen):
    from helpers import playground

    shown = playground.explore(
        lambda fig, k: fig.axes[0].plot([0, k]) and None, "A line.", k=playground.slider("k", 1, 9)
    )
    day = shown._image.value
    plots.theme("dark")
    shown._controls["k"].value = 2
    pair = [np.asarray(Image.open(io.BytesIO(png)).convert("L")).mean() for png in (day, shown._image.value)]
    assert pair[0] > 200 and pair[1] < 60
