# Each of these sets up what is missing first, from nothing (bin/setup).

export PYTHONDONTWRITEBYTECODE = # what one process has compiled serves all others, whatever the machine says

help:
	@echo "make demo    a realistic programme in your browser"
	@echo "make test    all tests"
	@echo "make check   formatting, types, directions, translations (not the tests)"
	@echo "make clean   remove what was made, except the database and the demo's sheets (var/)"
	@echo "make lock    for developers: bring the lock files up to date (UPGRADE=--upgrade: with newer versions)"

demo: setup
	@.venv/bin/eastep demo

test: setup
	@.venv/bin/python -m compileall -q eastep tests
	@.venv/bin/python -m pytest -n 3 --no-loadscope-reorder

check: setup
	@bin/check

setup:
	@python3 bin/setup

clean:
	rm -rf .venv node_modules var/npm var/tools .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

lock: setup
	.venv/bin/uv pip compile --quiet --universal --python-version 3.13 --generate-hashes $(UPGRADE) \
	  --no-emit-index-url --custom-compile-command "make lock" \
	  --group pyproject.toml:dev --all-extras pyproject.toml --output-file requirements.lock
	npm install --package-lock-only

.PHONY: help demo test check setup clean lock
