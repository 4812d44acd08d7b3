"""A hand on the controls of a playground, for the tests of what it says."""


def turned(play, **values):
    """Set the controls to these values; returns the playground."""
    for name, value in values.items():
        play._controls[name].value = value
    return play
