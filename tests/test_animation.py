"""The README's moving picture: small, it stops by itself, and the committed files are what the code makes now."""

import io

import numpy as np
import pytest
from PIL import Image

from clones import ROOT
from helpers import landscapes, plots
from helpers.plots import animation, mountain, themes

IMAGES = ROOT / "lessons" / "images"
THEMES = ("light", "dark")


@pytest.fixture(scope="module")
def paths():
    return mountain.race()


def opened(theme):
    return Image.open(IMAGES / f"mountain_race_{theme}.gif")


def frame(gif, k):
    gif.seek(k)
    return np.asarray(gif.convert("RGB"), dtype=int)


def apart(a, b):
    """The share of pixels that differ by more than 256 colours explain."""
    return np.mean(np.abs(a - b).max(axis=2) > 40)


@pytest.mark.parametrize("theme", THEMES)
def test_the_files_are_what_the_code_makes(theme, paths, monkeypatch):
    """A few frames are drawn anew and compared: whole files would differ in a pixel where a font or a processor does."""
    monkeypatch.setattr(themes, "_chosen", theme)
    gif, stride = opened(theme), 100
    made = [picture.astype(int) for picture in animation.frames(paths, stride=stride)]
    assert gif.n_frames == mountain.STEPS // animation.STRIDE + 1, "run `make animation`"
    stored = [frame(gif, k * stride // animation.STRIDE) for k in range(len(made))]
    assert stored[0].shape == made[0].shape, "run `make animation`"
    for k, (old, new) in enumerate(zip(stored, made, strict=True)):
        assert apart(old, new) < 0.003, f"frame {k} looks different now: run `make animation`"
    assert apart(stored[1], made[2]) > 0.005, "else this comparison could not fail"


@pytest.mark.parametrize("theme", THEMES)
def test_small_and_it_stops(theme):
    gif = opened(theme)
    assert (IMAGES / f"mountain_race_{theme}.gif").stat().st_size < 1_500_000  # both under 3 MB
    times = []
    for k in range(gif.n_frames):
        gif.seek(k)
        times.append(gif.info["duration"])
    assert times[0] >= 1000 and times[-1] >= 3000, "time to read how it begins and ends"
    assert sum(times[1:-1]) < 12_000
    assert gif.info["loop"] == 1, "plays once more, then stays at the end (0 would be for ever)"


@pytest.mark.parametrize("theme", THEMES)
def test_the_racers_have_their_colours(theme):
    last = frame(opened(theme), mountain.STEPS // animation.STRIDE)
    for name in ("gradient descent", "momentum", "rmsprop", "adam"):
        color = np.array([int(plots.COLORS[name][i : i + 2], 16) for i in (1, 3, 5)])
        color = np.round(255 * themes.exchanged(color[None] / 255)[0]) if theme == "dark" else color
        assert np.sum(np.abs(last - color).max(axis=2) <= 8) > 150, name


def test_the_still_picture_is_the_finish(paths):
    still = Image.open(IMAGES / "mountain_race.png")
    made = Image.open(io.BytesIO(plots.png(mountain.draw(paths), sharpness=1.2)))
    assert still.size == made.size == opened("light").size
    assert apart(*(np.asarray(image.convert("RGB"), dtype=int) for image in (still, made))) < 0.003, "`make animation`"


def test_the_same_race_gives_the_same_bytes():
    surface = landscapes.mountain()
    few = {name: path[:5] for name, path in mountain.race(surface, steps=4).items()}
    assert animation.race(few, surface) == animation.race(few, surface)


def test_a_gif_gives_back_the_pictures():
    rng = np.random.default_rng(0)
    colors = rng.integers(0, 256, (60, 3), dtype=np.uint8)
    pictures = [colors[rng.integers(0, 60, (40, 50))] for _ in range(3)]
    pictures[2][:30] = pictures[1][:30]  # what stays is stored as transparent
    gif = Image.open(io.BytesIO(animation.gif(pictures, [100, 20, 50])))
    assert gif.n_frames == 3
    for k, picture in enumerate(pictures):
        assert np.abs(frame(gif, k) - picture).max() <= 2


@pytest.mark.parametrize(("pictures", "times"), [(1, 1), (3, 2), (0, 0)])
def test_pictures_and_times_belong_together(pictures, times):
    with pytest.raises(ValueError, match=f"pictures={pictures}, milliseconds={times}"):
        animation.gif([np.zeros((4, 4, 3), np.uint8)] * pictures, [20] * times)
