"""A bounded memory for results of models: the same photo and box never run a model twice."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Least-recently-used memory, safe to share between threads. Never touches the disk."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._capacity:
                self._values.popitem(last=False)

    def get_or(self, key: Key, make: Callable[[], Value]) -> Value:
        """The remembered value, or a new one; two threads may both make it, the last one stays."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value
