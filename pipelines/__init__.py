"""Photos to answers: perceive, search, rank, and the one place that wires them (build.py)."""
