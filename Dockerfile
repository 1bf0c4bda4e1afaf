# Podlab as an image: built with everything that set-up makes, run without the tools that made it.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /srv/podlab
COPY . .
RUN python3 tools/setup.py && rm -rf build node_modules var

FROM python:3.13-slim
# git fetches lessons from repositories.
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --home-dir /var/lib/podlab podlab
WORKDIR /srv/podlab
COPY --from=build /srv/podlab /srv/podlab
ENV HOST=0.0.0.0 PORT=8000 VAR_DIR=/var/lib/podlab PYTHONUNBUFFERED=1 PATH=/srv/podlab/.venv/bin:$PATH
USER podlab
VOLUME /var/lib/podlab
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/readyz')"]
CMD ["sh", "-c", "python manage.py migrate -v0 && exec python manage.py serve"]
