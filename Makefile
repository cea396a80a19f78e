# Run inside a virtual environment with `pip install -e ".[dev]"`.
.PHONY: quick check lint types tests restart browser soak short-soak bank assets bench bench-daily bench-interviews bench-grading

quick: lint types tests  ## before every commit: under 90 seconds

check: quick bank restart browser short-soak  ## before you stop: everything

lint:
	ruff check .
	ruff format --check .

types:
	pyright

tests:  ## unmarked tests; the import contracts are among them
	pytest -q

bank:  ## structure, standard and grades of every bundled question
	python -m bot check --cross

restart:
	pytest -q -m restart

browser:
	pytest -q -m browser

short-soak:  ## two minutes of the soak
	pytest -q -rP -m soak

soak:  ## half an hour and 200 SIGKILLs
	SOAK_MINUTES=30 pytest -q -rP -m soak

assets:  ## after a change of questions/: schema and formula pictures
	python -m bot assets

bench:  ## Hotseat beside a bare discord.py bot, on an idle machine; writes benchmarks/latest.md
	python -m benchmarks

bench-daily:  ## ten thousand daily questions due in the same minute; writes benchmarks/daily.md
	python -m benchmarks.daily

bench-interviews:  ## a hundred mock interviews at once; writes benchmarks/interviews.md
	python -m benchmarks.interviews

bench-grading:  ## grades beside two readers' scores, on the half that is developed on
	python -m benchmarks.grading --answers
