# The project's commands. `make demo` and `make test` do all their set-up themselves.
.PHONY: demo test lint format lock bench setup clean

demo: ## show a live mesh of real Envoy proxies in the browser (options: make demo ARGS="--port 9000")
	@scripts/setup demo
	@exec .venv/bin/python -m meshview.cli demo $(ARGS)

test: ## run every test (options: make test ARGS="-k graph")
	@scripts/setup test
	@scripts/npm test --silent
	@.venv/bin/python -m pytest $(ARGS)

lint: ## format, lint, types, layers, templates, front end
	@scripts/setup test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint templates --lint --check
	.venv/bin/python manage.py makemigrations --check --dry-run
	scripts/npm run --silent check

format: ## rewrite in the house style
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
	scripts/npm exec -- biome check --write frontend

bench: ## the measured comparisons of docs/benchmarks.md
	@scripts/setup test
	.venv/bin/python -m benchmarks $(ARGS)

lock: ## new lock files from requirements/*.in
	scripts/lock

setup:
	@scripts/setup test

clean: ## forget everything that was installed or built here
	rm -rf .venv node_modules static/dist staticfiles var
