# make report | make test | make lab: each creates what it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: report test lab slow browser clean

report: $(VENV)/report.stamp
	$(BIN)/evaluatie report

test: $(VENV)/test.stamp
	$(BIN)/python -m tests.run

lab: $(VENV)/lab.stamp
	$(BIN)/evaluatie lab

slow: $(VENV)/test.stamp
	$(BIN)/python -m pytest -m slow

browser: $(VENV)/browser.stamp
	$(BIN)/python -m pytest -m browser

$(VENV)/report.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/%.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[$(if $(filter browser,$*),test$(comma)browser,$*)]"
	touch $@

comma := ,

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

clean:
	rm -rf $(VENV) build *.egg-info
