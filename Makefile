# ShopLens: `make demo` shows it, `make test` proves it. Both set up everything that they need.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DEMO   ?= .shoplens
# On Linux the ordinary torch carries CUDA (about 3 GB more). Without a GPU, `TORCH_INDEX=` and the
# address of PyTorch's CPU index (on pytorch.org, "Get started", CPU) save that.
TORCH_INDEX ?=

.DEFAULT_GOAL := help
.PHONY: help install demo index-demo serve test check unit browser small-model studio lock format clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.ready ## Make the virtual environment with the locked versions

# Locked and hashed packages first, without their own wishes: torch comes after, in its own step,
# since which build of it is right depends on the machine.
$(VENV)/.ready: requirements/lock.txt requirements/torch.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("ShopLens needs Python 3.11 or newer; try: make PYTHON=python3.11 demo" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r requirements/torch.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

demo: install index-demo serve ## Index the demo shop, open the page on http://localhost:8501

index-demo: install
	$(BIN)/shoplens index examples/catalog/feed.xml --home $(DEMO) --models lite

serve: install
	$(BIN)/shoplens serve --home $(DEMO) --examples examples/catalog/queries --open-browser

test: install check browser small-model ## Everything that the tests need, then all of them
	$(BIN)/pytest

check: install ## Format, lint, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: install ## The fast tests only
	$(BIN)/pytest tests/unit tests/contract

browser: install
	$(BIN)/python tests/browser/install_chromium.py

# Where it cannot be had the tests of it are skipped, and say so.
small-model: install
	-$(BIN)/python tests/functional/small_model.py

# Half an hour on two cores; Blender as a module pins an old NumPy, so it has its own environment.
studio: ## Render the demo shop's pictures that are missing (development only)
	test -x .studio-env/bin/python || $(PYTHON) -m venv .studio-env
	.studio-env/bin/python -m pip install --quiet -r requirements/studio.txt
	.studio-env/bin/python examples/render_catalog.py
	.studio-env/bin/python examples/render_queries.py

format: install ## Put the code in its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What torch itself pins, CUDA or not: left to its own step.
TORCH_BRINGS := cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cccl \
  nvidia-cuda-cupti nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft \
  nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 \
  nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx triton

lock: install ## Lock the newest versions that pyproject.toml admits
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --group build --universal --python-version 3.11 \
	  --custom-compile-command "make lock" --generate-hashes --no-emit-package torch --no-emit-package torchvision --no-annotate \
	  --no-emit-index-url --no-emit-find-links --quiet --upgrade \
	  $(foreach name,$(TORCH_BRINGS),--no-emit-package $(name)) \
	  --constraint requirements/torch.txt --output-file requirements/lock.txt

clean: ## Remove the virtual environments and the demo's index
	rm -rf $(VENV) $(DEMO) .studio-env
