"""Pixels or text in, plain values out: the models that ShopLens sees and reads with."""

import os

# ONNX Runtime (since 1.29) tells its maker which models run here, and keeps an id of the machine in
# the user's cache; the hub's client tells who downloads. Each asks once, when it is loaded.
for _switch in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ.setdefault(_switch, "1")
