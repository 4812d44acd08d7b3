"""Run every test in a temporary copy of the course, so that no learner's file is touched; say what each part took.

    python tests/run.py [STAGE ...]      `list` names the stages

NOTHING_MAY_BE_SKIPPED=1 turns the skip of a missing part (a browser, Keras) into a failure.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

import clones

PYTEST = [
    "pytest",
    "-q",
    "-ra",
    "--durations=12",
    "--durations-min=5",
    "-W",
    "ignore::pytest.PytestRemovedIn10Warning",
    "--color=no",
    "-n",
    "2",
    "--dist",
    "loadfile",
    "-p",
    "no:cacheprovider",
]
SCREENSHOTS = clones.ROOT / "test-results"
STAGES = {
    "lint": ["ruff", "check", "--no-cache", "."],
    "format": ["ruff", "format", "--no-cache", "--check", "."],
    "tests": [*PYTEST, "tests", "--ignore=tests/browser", f"--output={SCREENSHOTS / 'tests'}"],
    "notebooks": [
        *PYTEST,
        *("-p", "own_home", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120"),
        *("solutions", "notebooks"),
    ],
    "browser": [*PYTEST, "--dist=load", "tests/browser", f"--output={SCREENSHOTS}"],
}
STRICT = os.environ.get("NOTHING_MAY_BE_SKIPPED", "0") not in ("", "0")


def environment(course, scratch):
    """The variables of a run: the copy's helpers first, one thread per process, whatever a run writes in `scratch`."""
    own = ["HOW_MODELS_LEARN_HOME", "IPYTHONDIR", "KERAS_HOME"]
    own += [f"JUPYTER_{kind}_DIR" for kind in ("CONFIG", "DATA", "RUNTIME")]
    folders = {name: str(scratch / name.lower()) for name in own}
    return os.environ | folders | {
        "PYTHONPATH": os.pathsep.join([str(course), str(course / "tests")]),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "tensorflow"),
    }  # fmt: skip


def read_report(path):
    """(passed, failed, reasons of skips) from a JUnit file; nothing where a stage wrote none."""
    if not path.exists():
        return None, None, []
    cases = list(ElementTree.parse(path).iter("testcase"))
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skips = [case.find("skipped").get("message", "") for case in cases if case.find("skipped") is not None]
    return len(cases) - failed - len(skips), failed, skips


def run_stage(name, course, scratch):
    """Run one stage in the copy; returns its row: name, seconds, passed, failed, reasons of skips, all well."""
    print(f"\n=== {name}", flush=True)
    report = scratch / f"{name}.xml"
    command = [sys.executable, "-m", *STAGES[name]]
    if STAGES[name][0] == "pytest":
        command += [f"--junitxml={report}", f"--basetemp={scratch / ('tmp_' + name)}"]
    start = time.perf_counter()
    code = subprocess.run(command, cwd=course, env=environment(course, scratch), check=False).returncode
    passed, failed, skips = read_report(report)
    missing = [reason for reason in skips if name == "browser" or reason.startswith("could not import")]
    return name, time.perf_counter() - start, passed, failed, skips, code == 0 and not (STRICT and missing)


def show(rows):
    """Print the table of stages, and why anything was skipped."""
    print(f"\n{'stage':<12}{'seconds':>8}{'passed':>8}{'failed':>8}{'skipped':>9}")
    for name, seconds, passed, failed, skips, well in rows:
        counts = f"{passed:>8}{failed:>8}{len(skips):>9}" if passed is not None else " " * 25
        print(f"{name:<12}{seconds:>8.1f}{counts}  {'ok' if well else 'FAILED'}")
    print(f"{'together':<12}{sum(row[1] for row in rows):>8.1f}")
    reasons = [reason for row in rows for reason in row[4]]
    for reason in dict.fromkeys(reasons):
        print(f"skipped {reasons.count(reason)}: {reason}")


def main(chosen):
    if chosen == ["list"]:
        print("\n".join(STAGES))
        return 0
    unknown = [name for name in chosen if name not in STAGES]
    if unknown:
        print(f"There is no stage {unknown[0]!r}; the stages are {', '.join(STAGES)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="how-models-learn-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder).resolve()
        course = clones.copy_course(scratch / "course")
        rows = [run_stage(name, course, scratch) for name in chosen or STAGES]
    show(rows)
    return 0 if all(row[5] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
