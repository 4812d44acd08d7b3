"""A class's notebooks, run and judged: ``python -m helpers.check FOLDER``.

What learners handed in is found and read (:mod:`handed_in`), run, each notebook in a process of its own (:mod:`running`
on the instructor's side, :mod:`learner` inside that process), turned into one row each (:mod:`collect`), and written as
a table in CSV and HTML, with the mistakes that were common (:mod:`tables`).

A notebook gets an empty folder as its home, a bare environment and no terminal; it ends, with all that it started, at
the limit of time or memory, and can say nothing but its own verdicts. It is not a jail: it runs as the user who calls
this, so notebooks of strangers belong in a container or an account that has nothing to lose.
"""
