"""Where the milliseconds of a search went."""

import time


class Stopwatch:
    """Times consecutive stages: `lap(name)` ends the stage that ran since the last lap."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._laps: list[tuple[str, float]] = []

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps.append((name, (now - self._last) * 1000.0))
        self._last = now

    @property
    def laps(self) -> tuple[tuple[str, float], ...]:
        """(stage, milliseconds) in the order in which the stages ran."""
        return tuple(self._laps)
