"""Deterministic stand-ins, used by tests only; the product holds none."""
