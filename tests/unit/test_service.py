"""The dashboard's engine room: requests that look alike do not take each other's runs away."""

import pytest

pytest.importorskip("dash", reason="the dashboard is not installed")

from dashboards.service import Service, Ticket  # noqa: E402
from dashboards.store import Store  # noqa: E402


def test_two_requests_that_say_the_same_wait_each_for_itself():
    """As two downloads of the same view do: the first to leave must not cancel the run that the other waits for."""
    service = Service(workers=1)
    try:
        first, second = Ticket("export", "view", 0), Ticket("export", "view", 0)
        with service._change:  # the worker cannot take the run while the queue is held
            (job,) = service._enqueue(first, {"run": lambda: (1.0, 8)}, Store(1024), 1)
            service._enqueue(second, {"run": lambda: (2.0, 8)}, Store(1024), 1)
            job.waiting.discard(first)
            assert job.waiting == {second}
    finally:
        service.close()
