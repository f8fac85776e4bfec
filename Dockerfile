# The page and the command line in one image. Without a GPU: torch comes from PyTorch's CPU index.
FROM python:3.11-slim

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /build

# What changes rarely first. The locked packages are hashed; torch is pinned, its build is not.
COPY requirements/ requirements/
RUN pip install --require-hashes --no-deps -r requirements/lock.txt \
    && pip install --no-deps --index-url "$TORCH_INDEX" -r requirements/torch.txt

COPY pyproject.toml README.md LICENSE ./
COPY models/ models/
COPY pipelines/ pipelines/
COPY indexer/ indexer/
COPY app/ app/
RUN pip install --no-deps --no-build-isolation . && rm -rf /build/*

# /data is the home: catalog.db, pictures, and the index where there is no Qdrant server.
# /cache holds what was downloaded from a model hub, and exports of it.
RUN useradd --create-home --uid 10001 shoplens && install --directory --owner shoplens /data /cache
USER shoplens
WORKDIR /data
ENV SHOPLENS_HOME=/data \
    XDG_CACHE_HOME=/cache
VOLUME ["/data", "/cache"]
EXPOSE 8501

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

CMD ["shoplens", "serve", "--host", "0.0.0.0"]
