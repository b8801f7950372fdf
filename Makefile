# Everything goes through nox, which is installed on first use: python3 with pip is all that is needed.
PYTHON ?= python3
NOX := .nox/bootstrap/bin/nox
DEMO := .venv/.demo
PORT ?= 9200

.PHONY: demo demo-elastic test lint types unit integration coverage docs wheels scaffolds downstream format clean

demo: $(DEMO)                  ## the programs of the README, run and shown
	@PATH="$(CURDIR)/.venv/bin:$$PATH" sh examples/demo.sh

demo-elastic: $(DEMO)-elastic  ## an Elasticsearch, the program that writes to it, and a count (PORT=9201: elsewhere)
	@PATH="$(CURDIR)/.venv/bin:$$PATH" python -m flume_adapter_elastic.testing --port $(PORT) \
		sh examples/elasticsearch/demo.sh

test: $(NOX)                   ## everything: what CI runs
	@$(NOX)

lint types unit integration coverage docs wheels scaffolds downstream format: $(NOX)
	@$(NOX) -s $@

$(NOX):
	$(PYTHON) -m venv .nox/bootstrap
	.nox/bootstrap/bin/python -m pip install -q --disable-pip-version-check nox uv

$(DEMO): $(wildcard flume-*/pyproject.toml)
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -q --disable-pip-version-check \
		$(patsubst %grok,%grok[fast],$(addprefix -e ./,$(patsubst %/,%,$(dir $^))))
	@touch $@

$(DEMO)-elastic: $(DEMO)
	.venv/bin/python -m pip install -q --disable-pip-version-check -e './flume-adapter-elastic[testing]'
	@touch $@

clean:
	rm -rf .nox .venv build dist site flume-*/build
