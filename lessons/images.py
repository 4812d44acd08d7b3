"""Make the README's picture: ``python lessons/images.py`` writes lessons/images/mountain_race.png."""

from pathlib import Path

from helpers import landscapes, plots


def main():
    surface = landscapes.mountain()
    paths = plots.mountain.race(surface)
    target = Path(__file__).parent / "images" / "mountain_race.png"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(plots.png(plots.mountain.draw(paths, surface), sharpness=1.4, small=False))
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB. {plots.mountain.describe(paths, surface)}")


if __name__ == "__main__":
    main()
