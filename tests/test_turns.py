"""JupyterLab hands messages of controls to threads of the kernel: two that come together are taken one after the other."""

import threading

import pytest

from helpers import playground


def at_once(*jobs):
    """Run the jobs in threads of their own, begun together; raises what one of them raised."""
    begin, raised = threading.Barrier(len(jobs)), []

    def run(job):
        begin.wait()
        try:
            job()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def turner(control, values):
    def turn():
        for value in values:
            control.value = value

    return turn


@pytest.mark.parametrize("again", range(3))
def test_two_controls_of_a_playground(again):
    """The picture is that of the last values, and every ground that was laid meanwhile is whole."""
    together, alone = playground.own_rates(), playground.own_rates()
    places = ["saddle", "ravine, tilted", "ravine"]
    at_once(
        turner(together._controls["place"], places * 3),
        turner(together._controls["step"], range(5, 30)),
    )
    for place in places:
        for made in (together, alone):
            made._controls["place"].value = place
            made._controls["step"].value = 12
        assert together._image.value == alone._image.value, place
        assert together._note.value == alone._note.value


def test_two_controls_of_a_race():
    together = playground.race("bowl", sgd={}, adam={}, steps=60)
    at_once(
        turner(together._where, ["himmelblau", "ravine", "beale", "saddle"] * 2),
        turner(together._at, range(1, 50)),
        turner(together._axes[0], [0.1 * k for k in range(10)]),
    )
    race = together.race
    alone = playground.race(race.landscape, race.start, race.steps, race.at, **race.racers)
    assert together._image.value == alone._image.value
    assert together._table.value == alone._table.value
    assert together._code.value == race.line() == alone._code.value
    assert "No picture" not in together._note.value
    assert (together._where.value, together._at.value) == (race.landscape, race.at)
    assert together._axes[0].value == pytest.approx(race.start[0], abs=together._axes[0].step)
