# `make serve` and `make test` are all there is to know; the rest is for people who change things.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= corpus
ARTICLES ?= ../shared/articles
DATA ?= ../shared/data
ARTICLES_GOLD := eval/gold/articles.jsonl eval/gold/unanswerable.jsonl

.PHONY: serve test check format index eval model weights gate bench pictures clean help

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

serve: $(VENV)/.installed ## Set up, build the index when it is missing or stale, start the service
	$(BIN)/aztr-qa serve --corpus $(CORPUS)

test: $(VENV)/.installed-dev ## Set up and run every test
	$(BIN)/python -m pytest

check: $(VENV)/.installed-dev ## Format, lint, types, import rules, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -m "not slow" -q

format: $(VENV)/.installed-dev ## Put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

index: $(VENV)/.installed ## Build the index of $(CORPUS)
	$(BIN)/aztr-qa index --corpus $(CORPUS)

# The digests' questions and the follow-ups, then those on the five source articles where these lie
# beside the checkout.
eval: $(VENV)/.installed ## Measure on the gold questions; fails below the floors in eval/
	$(BIN)/aztr-qa eval --corpus corpus --index build/eval-digests --report eval/report
	$(BIN)/aztr-qa eval --corpus corpus --index build/eval-digests --gold eval/gold/followups.jsonl \
	    --floors eval/floors-followups.toml --report eval/report/followups
	@if [ -d $(ARTICLES) ]; then set -x; \
	    $(BIN)/aztr-qa eval --corpus $(ARTICLES) --index build/eval-index $(ARTICLES_GOLD:%=--gold %) \
	        --floors eval/floors-articles.toml --report eval/report/articles && \
	    $(BIN)/aztr-qa eval --corpus $(ARTICLES) --index build/eval-index --gold eval/gold/pairs.jsonl \
	        --floors eval/floors-pairs.toml --report eval/report/pairs; \
	else echo "$(ARTICLES) is not there: the questions on the source articles were not asked" >&2; fi

model: $(VENV)/.installed-dev ## Train the embedding model and the language guesser anew (half an hour on two cores)
	bash training/sources.sh
	$(BIN)/python -m training.train --data $(DATA) --articles $(ARTICLES)
	$(BIN)/python -m training.language_model --data $(DATA) --articles $(ARTICLES)

weights: $(VENV)/.installed-dev ## Fit fusion, quoting and refusing anew on the gold questions
	$(BIN)/python -m training.fusion --corpus $(ARTICLES) --gold $(ARTICLES_GOLD)
	$(BIN)/python -m training.answering --corpus $(ARTICLES) --gold $(ARTICLES_GOLD) eval/gold/pairs.jsonl

# The test sets are other people's text and lie outside the repository.
gate: $(VENV)/.installed-dev ## Hold the model's figures against their floors (bench/floors.toml)
	@if [ -d $(DATA)/bench ]; then set -x; $(BIN)/python -m bench.gate --data $(DATA)/bench; \
	else echo "$(DATA)/bench is not there: the model was not measured" >&2; fi

bench: $(VENV)/.installed-dev ## Print the model card's other figures: speed, precision, signals, start-up, memory
	$(BIN)/python -m bench.speed --corpus $(ARTICLES)
	@if [ -f build/model.float32.safetensors ]; then set -x; \
	    $(BIN)/python -m bench.precision --data $(DATA)/bench; fi
	$(BIN)/python -m bench.signals --corpus $(ARTICLES)
	$(BIN)/python -m bench.startup --corpus $(ARTICLES)

pictures: $(VENV)/.installed ## Draw the pictures of docs/retrieval.md anew; after make eval
	$(BIN)/python docs/draw.py

clean: ## Remove everything that the other targets made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache index/generations index/CURRENT index/.lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ $(VENV)/.installed
