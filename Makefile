# make demo: the main job on the real presets.  make test: every check.  Each does all the set-up it needs.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
RUNS ?= 32

.PHONY: demo test check lock clean
.DELETE_ON_ERROR:

$(VENV)/ready: setup.cfg pyproject.toml requirements.lock
	@python=""; \
	for name in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
		if command -v $$name >/dev/null && $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Latecomer needs Python 3.11 or newer, with venv. None was found; install one, or name it: make demo PYTHON=/path/to/python3.11" >&2; \
		exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$python --version) ..."; \
	$$python -m venv --clear $(VENV) && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[test]'
	@touch $@

demo: $(VENV)/ready
	$(BIN)/latecomer compare korea taiwan --runs $(RUNS) --out results/demo --force

test: $(VENV)/ready check
	$(BIN)/python -m pytest tests
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest tests/unit

check: $(VENV)/ready
	$(BIN)/ruff check .

lock: $(VENV)/ready
	@# Mesa's last release for Python 3.11 is 3.3; the two lines for it are kept by hand.
	$(BIN)/python -m pip freeze --exclude-editable | grep -v -i '^mesa==' > requirements.lock.new
	grep -i '^mesa==\|^#' requirements.lock >> requirements.lock.new
	LC_ALL=C sort -f -o requirements.lock requirements.lock.new && rm requirements.lock.new

clean:
	rm -rf $(VENV) results build *.egg-info
