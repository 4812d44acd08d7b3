# Each target sets up what it needs, inside this folder. Works with GNU make 3.81 (macOS) and newer.

PYTHON = python3
UV_VERSION = 0.13.8
VENV = .venv
PY = $(VENV)/bin/python
DEV = $(VENV)/.dev
SETUP = $(VENV)/.setup
ROOT_FLAG = $$([ "$$(id -u)" -ne 0 ] || echo --allow-root)

# make lab THEME=dark: helpers/plots/themes.py reads the variable. What is built and tested is always light.
ifeq ($(origin THEME),command line)
export HOW_MODELS_LEARN_THEME = $(THEME)
endif
notebooks test: export HOW_MODELS_LEARN_THEME = light

# TensorFlow is silent only with both of them.
export TF_CPP_MIN_LOG_LEVEL = 3
export TF_ENABLE_ONEDNN_OPTS = 0

# $(call install,FILE): the pins of FILE, with uv where it is to be had (seconds), else with pip (a minute or two).
install = { [ -x $(VENV)/bin/uv ] && $(VENV)/bin/uv pip install --python $(PY) -r $(1); } || $(PY) -m pip install -r $(1)

# The set-up remembers the folder it was made in: a moved or copied folder is set up again.
MOVED := $(shell [ "$$(cat $(SETUP) 2>/dev/null)" = "$$(pwd -P)" ] || echo moved)

.PHONY: help setup lab test notebooks animation bench update keras pins binder moved

help:
	@echo 'make lab        install what is missing, then open JupyterLab on the first lesson (LAB="--no-browser --port=8899" adds options;'
	@echo '                THEME=dark draws every figure on a dark ground)'
	@echo 'make test       run every test (ONLY=tests runs one stage; ONLY=list names them)'
	@echo 'make setup      only build .venv (PYTHON=python3.12 chooses the Python)'
	@echo 'make update     put your edited notebooks in notebooks/mine/, then pull the newest lessons'
	@echo 'make keras      try again to install Keras and TensorFlow, which lesson 09 needs'
	@echo 'make notebooks  build notebooks/ and solutions/ from lessons/*.md (BUILD=03 builds one)'
	@echo 'make animation  draw the pictures of README anew, from helpers/plots/animation.py'
	@echo 'make bench      measure time and memory'
	@echo 'make pins       resolve the newest versions of all packages and write them down'
	@echo 'make binder     print the Binder link of your copy on GitHub'

setup: $(SETUP)
	@echo 'Ready: make lab opens the first lesson.'

lab: $(SETUP)
	@echo 'JupyterLab starts; Control-C here ends it.'
	@exec $(PY) -m jupyterlab --config=jupyter_lab_config.py $(ROOT_FLAG) $(LAB)

test: $(DEV)
	@$(PY) tests/run.py $(ONLY)

notebooks: $(DEV)
	@$(PY) lessons/build.py $(BUILD)
	@$(PY) .ci/lesson_table.py

animation: $(SETUP)
	@$(PY) lessons/images.py

bench: $(DEV)
	$(PY) tests/bench/bench.py

update: $(SETUP)
	@$(PY) .ci/update.py
	@$(MAKE) --no-print-directory setup

keras: $(SETUP)
	$(call install,requirements-keras.txt)

pins: $(DEV)
	$(PY) .ci/pins.py

binder:
	@$(PYTHON) .ci/binder_link.py

$(PY):
	@for python in $(PYTHON) $(if $(filter file,$(origin PYTHON)),python3.13 python3.12 python3.11); do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	    echo "Making .venv with $$("$$python" --version)."; \
	    "$$python" -m venv --clear $(VENV) && exit 0; \
	    rm -rf $(VENV); echo "$$python could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; \
	  fi; \
	done; \
	echo 'This course needs Python 3.11, 3.12 or 3.13; $(PYTHON) is '"$$($(PYTHON) --version 2>/dev/null || echo missing)"'.'; \
	echo 'Install one of them, or name it: make $(or $(firstword $(MAKECMDGOALS)),lab) PYTHON=/where/it/is/python3.12'; exit 1

$(SETUP): $(PY) pyproject.toml requirements.txt requirements-keras.txt $(if $(MOVED),moved)
	@[ -x $(VENV)/bin/uv ] || $(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || echo 'uv is not to be had here; pip takes its place (slower).'
	@$(call install,requirements.txt)
	@$(call install,requirements-keras.txt) || \
	  echo 'Keras and TensorFlow could not be installed. Every lesson but 09 works without them; make keras tries again.'
	@{ [ -x $(VENV)/bin/uv ] && $(VENV)/bin/uv pip install --quiet --python $(PY) --no-deps -e .; } || $(PY) -m pip install --quiet --no-deps -e .
	@pwd -P > $@

$(DEV): $(SETUP) requirements-dev.txt
	@$(call install,requirements-dev.txt)
	@touch $@
