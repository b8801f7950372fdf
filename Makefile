# Everything goes through nox, which is installed on first use: python3 with pip is all that is needed.
PYTHON ?= python3
NOX := .nox/bootstrap/bin/nox
DEMO := .venv/.demo

.PHONY: demo test lint types unit integration coverage docs wheels format clean

demo: $(DEMO)                  ## the programs of the README, run and shown
	@PATH="$(CURDIR)/.venv/bin:$$PATH" sh examples/demo.sh

test: $(NOX)                   ## everything: what CI runs
	@$(NOX)

lint types unit integration coverage docs wheels format: $(NOX)
	@$(NOX) -s $@

$(NOX):
	$(PYTHON) -m venv .nox/bootstrap
	.nox/bootstrap/bin/python -m pip install -q --disable-pip-version-check nox uv

$(DEMO): $(wildcard flume-*/pyproject.toml)
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -q --disable-pip-version-check \
		$(patsubst %grok,%grok[fast],$(addprefix -e ./,$(patsubst %/,%,$(dir $^))))
	@touch $@

clean:
	rm -rf .nox .venv build dist site flume-*/build
