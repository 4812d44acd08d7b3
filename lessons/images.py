"""Make the README's pictures: `make animation` writes the race, light and dark, and its end as a still picture."""

from pathlib import Path

from helpers import landscapes, plots

FOLDER = Path(__file__).parent / "images"


def main():
    surface = landscapes.mountain()
    paths = plots.mountain.race(surface)
    made = {}
    for theme in ("light", "dark"):
        plots.theme(theme)
        made[f"mountain_race_{theme}.gif"] = plots.animation.race(paths, surface)
    plots.theme("light")
    made["mountain_race.png"] = plots.png(plots.mountain.draw(paths, surface), sharpness=1.2)
    FOLDER.mkdir(exist_ok=True)
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)
        print(f"lessons/images/{name}: {len(data) / 1000:.0f} kB")
    print(plots.mountain.describe(paths, surface))


if __name__ == "__main__":
    main()
