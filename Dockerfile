# One image for every process: serve, worker, live, sandbox.
FROM python:3.13-slim AS build
WORKDIR /srv/fluxhub
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY manage.py pyproject.toml ./
COPY fluxhub fluxhub
COPY generations generations
COPY templates templates
COPY static static

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    FLUXHUB_DATA=/data FLUXHUB_HOST=0.0.0.0 FLUXHUB_PORT=8000
RUN useradd --system --uid 10001 --home-dir /data fluxhub \
    && mkdir /data && chown fluxhub:fluxhub /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/fluxhub /srv/fluxhub
WORKDIR /srv/fluxhub
USER fluxhub
VOLUME /data
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
CMD ["python", "manage.py", "serve"]
