"""The dashboard's engine room: who is served, in which order, who is overtaken, and what is shared."""

import threading
import time
from concurrent import futures

import pytest

pytest.importorskip("dash", reason="the dashboard is not installed")

from dashboards.service import Busy, Service, Stale, Ticket  # noqa: E402
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


@pytest.fixture
def gated():
    """A service of one thread whose runs wait at a gate; `made` lists those that were made, in order."""
    service, gate, made = Service(workers=1, queue=3), threading.Event(), []

    def ask(session, serial, keys, rank=1, patience=20):
        def make(key):
            gate.wait(20)
            made.append(key)
            return key, 8

        wanted = {key: (lambda key=key: make(key)) for key in keys}
        return service._ask(Ticket(session, "page", serial), wanted, service.indicators, rank, patience)

    yield ask, gate, made, service
    gate.set()
    service.close()


def later(call):
    """Start a call on a thread; return a function that waits for it and gives its result, or raises what it raised."""
    with_result = futures.ThreadPoolExecutor(1)
    future = with_result.submit(call)
    time.sleep(0.15)  # it is at its place in the queue
    return lambda: future.result(timeout=20)


def test_a_newer_request_makes_an_older_one_stale_and_its_runs_are_never_made(gated):
    ask, gate, made, _ = gated
    running = later(lambda: ask("other", 1, ["x"]))  # keeps the thread busy
    old = later(lambda: ask("ann", 1, ["old"]))
    new = later(lambda: ask("ann", 2, ["new"]))
    with pytest.raises(Stale):
        old()
    gate.set()
    assert new() == {"new": "new"} and running() == {"x": "x"} and made == ["x", "new"]
    with pytest.raises(Stale):
        ask("ann", 1, ["late"])


def test_sessions_do_not_overtake_each_other_and_share_what_they_both_want(gated):
    ask, gate, made, _ = gated
    ann = later(lambda: ask("ann", 9, ["both", "hers"]))
    bob = later(lambda: ask("bob", 1, ["both"]))
    gate.set()
    assert ann() == {"both": "both", "hers": "hers"} and bob() == {"both": "both"}
    assert sorted(made) == ["both", "hers"]  # made once


def test_short_requests_go_first(gated):
    ask, gate, made, _ = gated
    running = later(lambda: ask("x", 1, ["first"]))
    long = later(lambda: ask("ann", 1, ["long"], rank=64))
    short = later(lambda: ask("bob", 1, ["short"], rank=4))
    gate.set()
    assert running() and long() and short() and made == ["first", "short", "long"]


def test_a_full_queue_and_lost_patience_say_busy_and_leave_the_rest_alone(gated):
    ask, gate, made, service = gated
    running = later(lambda: ask("x", 1, ["running"]))
    waiting = later(lambda: ask("ann", 1, ["a", "b"]))
    with pytest.raises(Busy, match="2 runs wait"):
        ask("bob", 1, ["c", "d"])
    with pytest.raises(Busy):
        ask("cat", 1, ["e"], patience=0.05)
    gate.set()
    assert running() and waiting() == {"a": "a", "b": "b"}
    assert service.waiting() == 0 and "c" not in made


def test_a_run_that_fails_is_reported_to_who_waits_and_the_thread_lives_on():
    service = Service(workers=1)
    try:
        ticket = Ticket("ann", "page", 1)
        with pytest.raises(ZeroDivisionError):
            service._ask(ticket, {"bad": lambda: 1 / 0}, service.indicators, 1, 20)
        assert service._ask(ticket, {"good": lambda: (1, 8)}, service.indicators, 1, 20) == {"good": 1}
    finally:
        service.close()


def test_the_store_forgets_the_least_recently_used_first():
    store = Store(30)
    for key in "abc":
        store.put(key, key, 10)
    store.get("a")
    store.put("d", "d", 10)
    assert store.get("b") is None and [store.get(key) for key in "acd"] == ["a", "c", "d"] and store.held == 30
