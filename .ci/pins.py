"""Write the newest versions that fit pyproject.toml into the requirements files and environment.yml, one set for all.

`python .ci/pins.py` resolves anew; `python .ci/pins.py --keep` keeps every version that the files name already.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = {"requirements.txt": [], "requirements-keras.txt": ["keras"], "requirements-dev.txt": ["dev"]}
PIN = re.compile(r"^[A-Za-z0-9][\w.-]*==[^\\\n]+", re.MULTILINE)
HEAD = """\
# For conda and Binder. The list is that of requirements-keras.txt; `make pins` writes both.
name: how-models-learn
channels:
  - conda-forge
dependencies:
  - python=3.12
  - pip
  - pip:
"""


def pins(text):
    """The lines `name==version ; marker` of a requirements file or of environment.yml, without hashes."""
    return [line.strip() for line in PIN.findall(re.sub(r"^ *- ", "", text, flags=re.MULTILINE))]


def environment(requirements):
    """The text of environment.yml for the pins in `requirements` (text of requirements-keras.txt)."""
    return HEAD + "".join(f"      - {pin}\n" for pin in pins(requirements))


def compile_pins(output, *extras):
    """Resolve pyproject.toml with `extras` for every machine and Python of ours; versions already in `output` stay."""
    command = [Path(sys.executable).parent / "uv", "pip", "compile", "pyproject.toml", "--universal"]
    command += ["--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet", "-o", output]
    subprocess.run(command + [f"--extra={extra}" for extra in extras], cwd=ROOT, check=True)


def main():
    files = [ROOT / name for name in EXTRAS]
    with tempfile.TemporaryDirectory() as folder:
        together = Path(folder) / "all.txt"
        if "--keep" in sys.argv[1:]:
            together.write_text("".join(dict.fromkeys(f"{pin}\n" for path in files for pin in pins(path.read_text()))))
        compile_pins(together, "keras", "dev")
        for path in files:
            path.write_text(together.read_text())
            compile_pins(path, *EXTRAS[path.name])
    (ROOT / "environment.yml").write_text(environment((ROOT / "requirements-keras.txt").read_text()))


if __name__ == "__main__":
    main()
