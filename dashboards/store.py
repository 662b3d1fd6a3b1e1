"""What has been computed and may be asked for again: a cache bounded by bytes, shared by all sessions."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class Store:
    """Values by key, least recently used first to go. Keys are contents (digest, seed), never sessions."""

    def __init__(self, limit: int):
        """Return an empty store that holds at most `limit` bytes."""
        self.limit = limit
        self.held = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any | None:
        """Return the value of a key, or None."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of `size` bytes, dropping the least recently used ones for it."""
        with self._lock:
            if key in self._values:
                self.held -= self._values.pop(key)[1]
            self._values[key] = (value, size)
            self.held += size
            while self.held > self.limit and len(self._values) > 1:
                self.held -= self._values.popitem(last=False)[1][1]

    def __len__(self) -> int:
        return len(self._values)
