# syntax=docker/dockerfile:1
# One image for web, worker, beat and the demo mesh; what runs is the command.
FROM python:3.11.11-slim-bookworm AS build
WORKDIR /app
COPY requirements requirements
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
    && /app/.venv/bin/uv pip sync --python /app/.venv/bin/python --require-hashes requirements/demo.txt \
    && /app/.venv/bin/uv pip install --python /app/.venv/bin/python --require-hashes -r requirements/runtime.txt
COPY . .
RUN scripts/npm ci --silent && scripts/npm run --silent build && rm -rf node_modules \
    && .venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation --editable .

FROM python:3.11.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app meshview && install -d -o meshview /data /demo
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MESHVIEW_DATA_DIR=/data
USER 10001
EXPOSE 8640
CMD ["meshview", "serve", "--host", "0.0.0.0"]
