"""What is kept of a learner's work: answers as plain Python, and what has been passed."""

import functools
import json
import math
import os
import stat
import sys
import tempfile

import numpy as np
import pytest

from helpers import check, progress
from helpers.check import registry, saving
from helpers.optimizers import Optimizer
from helpers.progress import notes


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path / "home"))
    notes._told.clear()
    return tmp_path / "home"


MOMENTUM = 0.9
SCALE = np.array([1.0, 1.0])
FACTOR = 2


def squared(x):
    return x**FACTOR


def mse(y_true, y_pred):
    return squared(y_true - y_pred).mean() * SCALE[0]


def mae(y_true, y_pred):
    return math.fsum(np.abs(y_true - y_pred).ravel()) / y_true.size


def test_a_passed_answer_is_kept_with_all_that_it_reads(home):
    assert "Saved in my_helpers.py." in check.mse(mse).notes
    assert check.mae(mae).passed
    text = (home / "my_helpers.py").read_text()
    assert text.index("FACTOR = 2") < text.index("def squared") < text.index("def mse")
    assert "SCALE = np.array([1.0, 1.0], dtype=np.float64)" in text
    assert text.count("import numpy as np") == 1
    assert set(progress.my_helpers()) == {"mse", "mae"}
    assert progress.load_answer("mse")(np.zeros(2), np.ones(2)) == 1
    assert progress.load_answer("adam") is None
    space = {}
    exec(text, space)
    assert space["mae"](np.zeros(2), np.ones(2)) == 1


def test_a_later_failure_changes_nothing_and_a_better_answer_replaces(home):
    check.mse(mse)
    before = (home / "my_helpers.py").read_text(), (home / ".progress.json").read_text()
    check.mse(lambda a, b: 0.0)
    check.mse(...)
    assert ((home / "my_helpers.py").read_text(), (home / ".progress.json").read_text()) == before

    def mse_two(y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2)

    check.mse(mse_two)
    text = (home / "my_helpers.py").read_text()
    assert "def mse_two" in text
    assert "def squared" not in text
    assert progress.load_answer("mse").__name__ == "mse_two"


def test_names_that_mean_two_things_do_not_meet(home):
    def with_power(n):
        space = {"__name__": "__main__", "np": np}
        code = f"def power(x):\n    return np.abs(x) ** {n}\n\ndef loss(a, b):\n    return power(a - b).mean()\n"
        name = f"<power {n}>"
        import linecache

        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        exec(compile(code, name, "exec"), space)
        return space["loss"]

    assert "Saved in my_helpers.py." in check.mse(with_power(2)).notes
    assert "Saved in my_helpers.py." in check.mae(with_power(1)).notes
    space = {}
    exec((home / "my_helpers.py").read_text(), space)
    a, b = np.zeros(2), np.array([1.0, 3.0])
    assert (space["loss"](a, b), space["mae"](a, b)) == (5, 2)
    assert {id: f(a, b) for id, f in progress.my_helpers().items()} == {"mse": 5, "mae": 2}
    assert "Saved in my_helpers.py." in check.mse(with_power(2)).notes  # once more, nothing moves
    assert {id: f(a, b) for id, f in progress.my_helpers().items()} == {"mse": 5, "mae": 2}


def test_without_source_it_passes_and_is_told(home):
    result = check.mse(functools.partial(lambda k, a, b: np.mean((a - b) ** k), 2))
    assert result.passed
    assert "not saved" in repr(result)
    assert "only a `def`, a `lambda` or a `class` can be written down" in repr(result)
    assert progress.passed() == {"mse"}
    assert not (home / "my_helpers.py").exists()


GENERATOR = np.random.default_rng(0)


def test_what_cannot_be_written_down_is_named(home):
    def noisy(a, b):
        GENERATOR.normal()
        return np.mean((a - b) ** 2)

    result = check.mse(noisy)
    assert result.passed
    assert "`GENERATOR` (Generator), which cannot be written" in repr(result)


def test_a_closure_travels(home):
    def make(power):
        def loss(a, b):
            return np.mean(np.abs(a - b) ** power)

        return loss

    assert "Saved in my_helpers.py." in check.mse(make(2)).notes
    assert "power = 2" in (home / "my_helpers.py").read_text()


class Base(Optimizer):
    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=MOMENTUM, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum


class Momentum(Base):
    """A docstring,
    on two lines."""

    @staticmethod
    def keep(beta, m, g):
        return beta * m + g

    def update_step(self, w, g, lr, t, m):
        m[...] = self.keep(self.momentum, m, lr * g)
        w -= m


def test_a_class_travels_with_its_own_base():
    imports, code, name = saving.section("momentum", Momentum)
    assert imports == ["from helpers.optimizers import Optimizer"]
    assert code.index("MOMENTUM = 0.9") < code.index("class Base(Optimizer)") < code.index("class Momentum(Base)")
    made = saving.run_section({"code": "\n".join([*imports, code]), "name": name}, "momentum")
    w = np.ones(3)
    made(0.5).apply([np.ones(3)], [w])
    assert (w == 0.5).all()


def test_sources_keep_their_form():
    imports, code, name = saving.section("mae", mae)
    assert imports == ["import math", "import numpy as np"]
    assert code.startswith("def mae(y_true, y_pred):\n    return math.fsum")
    assert name == "mae"
    with pytest.raises(saving.NotSaved):
        saving.section("log", np.log)


def test_a_folder_that_cannot_be_written_is_told_once(home, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    first, second = check.mse(mse), check.mse(mse)
    assert first.passed and second.passed
    assert "cannot be written" in repr(first)
    assert "cannot be written" not in repr(second)
    assert not home.exists() or os.listdir(home) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"exercises": 3}', '{"exercises": {"mse": 1}}', "\x00"])
def test_a_broken_record_breaks_nothing(home, content):
    home.mkdir()
    (home / ".progress.json").write_text(content)
    (home / "my_helpers.py").write_text(content)
    assert progress.passed() == set()
    assert progress.my_helpers() == {}
    assert check.mse(mse).passed
    assert progress.passed() == {"mse"}


def test_an_answer_spoilt_by_hand_is_told_and_left_out(home, capsys):
    check.mse(mse)
    file = home / "my_helpers.py"
    file.write_text(file.read_text().replace("def mse(", "def mse(("))
    assert progress.my_helpers() == {}
    assert "does not run any more" in capsys.readouterr().out


def test_the_table_shows_done_and_open(home):
    check.mse(mse)
    check.predict_constant("b")
    table = progress()
    assert table[1]["mse"] and table[1]["predict_constant"] and not table[1]["mae"]
    assert sum(len(ids) for ids in table.values()) == len(registry.EXERCISES)
    assert "✓ mse" in repr(table) and "· mae" in repr(table)
    assert "<table>" in table._repr_html_()
    assert progress(1) == {1: table[1]} and "lesson 00" not in repr(progress(1))
    assert progress("01") == progress("01_loss_functions") == progress(1)
    with pytest.raises(ValueError, match="no lesson 77"):
        progress(77)
    assert check.exercises()["mse"].done


def test_the_record_says_when_and_how_often(home):
    check.mse(lambda a, b: 0.0)
    check.mse(mse)
    entry = json.loads((home / ".progress.json").read_text())["exercises"]["mse"]
    assert entry["tries"] == 2 and entry["saved"] and entry["passed"][:2] == "20"


def test_the_courses_own_notebooks_folder_is_the_home(monkeypatch):
    monkeypatch.delenv("HOW_MODELS_LEARN_HOME")
    assert progress.home().name == "notebooks"


def test_files_are_readable_by_their_owner(home):
    check.mse(mse)
    mode = stat.S_IMODE((home / "my_helpers.py").stat().st_mode)
    assert sys.platform == "win32" or mode & 0o600 == 0o600


# -- one file for all ------------------------------------------------------------------------------------------


def test_all_work_goes_into_one_file_and_comes_back_judged_again(home, capsys):
    check.mse(mse), check.mae(mae), check.predict_constant("b")
    before = (home / "my_helpers.py").read_text()
    saved = progress.save()
    assert saved.path == home / "my_progress.json" and "3 passed exercises, 2 with code" in repr(saved)
    assert 'download="my_progress.json"' in saved._repr_html_()
    for name in ("my_helpers.py", ".progress.json"):
        (home / name).unlink()
    progress.restore("my_progress.json")
    assert "restored: mse, mae" in capsys.readouterr().out
    assert progress.passed() == {"mse", "mae", "predict_constant"}
    assert (home / "my_helpers.py").read_text() == before


def test_an_answer_in_the_file_that_does_not_pass_is_not_restored(home, capsys):
    check.mse(mse), check.mae(mae)
    saved = progress.save()
    saved.path.write_text(saved.path.read_text().replace("/ y_true.size", "/ 3"))
    (home / "my_helpers.py").unlink(), (home / ".progress.json").unlink()
    progress.restore(saved.path)
    out = capsys.readouterr().out
    assert "restored: mse\n" in out and "not restored, mae: by itself it does not pass" in out
    assert progress.passed() == {"mse"}


def test_restoring_never_replaces_what_has_passed_here(home, capsys):
    def mse_other(y_true, y_pred):
        return ((y_true - y_pred) ** 2).mean()

    check.mse(mse)
    saved = progress.save()
    (home / "my_helpers.py").unlink(), (home / ".progress.json").unlink()
    check.mse(mse_other)
    mine = (home / "my_helpers.py").read_text()
    progress.restore(saved.path)
    assert "left as they are: mse" in capsys.readouterr().out
    assert (home / "my_helpers.py").read_text() == mine


def test_a_second_save_keeps_the_first(home):
    check.mse(mse)
    progress.save()
    progress.save()
    assert len(list(home.glob("my_progress*.json"))) == 2


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"kind": "how-models-learn progress", "version": 1, "exercises": {}, "answers": {"mse": 1}}'],
)
def test_a_foreign_file_is_refused_and_changes_nothing(home, content, tmp_path):
    check.mse(mse)
    before = (home / "my_helpers.py").read_text()
    (tmp_path / "foreign.json").write_text(content)
    with pytest.raises(ValueError, match="is not what progress"):
        progress.restore(tmp_path / "foreign.json")
    assert (home / "my_helpers.py").read_text() == before
    with pytest.raises(FileNotFoundError, match=r"nothing\.json does not exist"):
        progress.restore("nothing.json")


def test_reset_asks_and_keeps_a_copy(home, capsys, monkeypatch):
    check.mse(mse)
    progress.reset()  # pytest's standard input answers nobody
    assert "Nothing was reset" in capsys.readouterr().out and progress.passed() == {"mse"}
    monkeypatch.setattr("builtins.input", lambda text: "no")
    progress.reset()
    assert progress.passed() == {"mse"}
    monkeypatch.setattr("builtins.input", lambda text: "yes")
    progress.reset()
    assert progress.passed() == set() and progress.my_helpers() == {}
    (copy,) = home.glob("my_progress_*.json")
    progress.restore(copy)
    assert progress.passed() == {"mse"}


def test_the_table_says_how_long_ago(home):
    check.mse(mse)
    notes_file = home / ".progress.json"
    assert "today" in repr(progress(1)) and "<td>today</td>" in progress()._repr_html_()
    notes_file.write_text(notes_file.read_text().replace('"passed": "20', '"passed": "19'))
    assert "days ago" in repr(progress(1))
    notes_file.write_text(notes_file.read_text().replace('"passed": "19', '"passed": "x19'))
    assert progress(1)[1]["mse"] and "days ago" not in repr(progress(1))


def test_on_binder_the_table_says_that_work_is_lost_and_how_to_keep_it(home, monkeypatch):
    for name in [name for name in os.environ if name.startswith("BINDER_")]:
        monkeypatch.delenv(name)
    assert "Binder" not in repr(progress(1)) + progress(1)._repr_html_()
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://example.org/")
    for text in (repr(progress(1)), progress()._repr_html_()):
        assert "ten idle minutes" in text and "progress.save()" in text


def test_a_prediction_that_was_wrong_is_answered_and_not_open_for_ever(home):
    check.predict_constant("a")
    check.mse(lambda a, b: 0.0)
    table = progress(1)
    assert table[1]["predict_constant"] and not table[1]["mse"]
    assert "○ predict_constant" in repr(table) and "answered" in table._repr_html_()
    assert progress.passed() == set()
    check.predict_constant("b")
    assert "✓ predict_constant" in repr(progress(1))


def test_the_answers_as_python_are_not_what_restore_reads(home):
    check.mse(mse)
    with pytest.raises(ValueError, match=r"my_helpers\.py holds the answers as Python"):
        progress.restore("my_helpers.py")
