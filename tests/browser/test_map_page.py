"""The Map page: a place that is clicked is run and opens in Compare; a live map refines; the gap is explained."""

import re

WAIT = 60_000


def test_a_place_is_clicked_run_and_opened_in_compare(visit):
    page = visit("map", ready="#map-figure .heatmaplayer image")
    assert "13,264 runs" in page.locator("#map-side").inner_text()
    page.locator("#map-figure .nsewdrag").click(position={"x": 400, "y": 200})
    page.get_by_text("Run now at this very place").wait_for(timeout=WAIT)
    x, y = (float(part) for part in re.search(r"at=([\d.]+)_([\d.]+)", page.url).groups())
    assert 0 <= x <= 1 and 0 <= y <= 0.8
    shares = [int(part) for part in re.findall(r"(\d+)% (?:\w+-like|hybrid)", page.locator("#map-said").inner_text())]
    assert abs(sum(shares) - 100) <= 2  # each is rounded
    page.get_by_role("link", name="Open in Compare").click()
    page.locator(".seeds", has_text=re.compile("^64 paired seeds$")).wait_for(timeout=WAIT)
    assert "a=base" in page.url and f"a.policy.guarantee={x:g}" in page.url


def test_a_live_map_refines_and_a_link_restores_its_place(visit):
    link = "map?map=live&arm=b&across=policy.guarantee&up=policy.sme_window&at=0.5_0.1"
    page = visit(link, ready="#map-figure .heatmaplayer")
    page.get_by_text("Run now at this very place").wait_for(timeout=WAIT)
    assert page.get_by_label("Sme window", exact=True).last.input_value() == "0.1"
    page.locator("#map-status", has_text=re.compile("^25 points run live")).wait_for(timeout=WAIT)
    finer = re.compile(r"^(2[6-9]|[3-9]\d|\d{3}) points run live")  # a border was found, and followed
    page.locator("#map-status", has_text=finer).wait_for(timeout=WAIT)


def test_the_gap_is_stored_for_the_first_pair_and_live_for_any_other(visit):
    page = visit("map?show=gap", ready="#gap-way .barlayer")
    assert "guarantee explains 97" in page.locator("#gap-line").inner_text()
    link = "map?show=gap&b=korea&b.policy.guarantee=0.1&measure=debt_equity_large-1990"
    page = visit(link, ready="#gap-way .barlayer")
    assert "guarantee explains 100" in page.locator("#gap-line").inner_text()  # the one lever that differs
    done = re.compile("^2 worlds between the columns, 16 paired seeds each$")
    page.locator("#gap-status", has_text=done).wait_for(timeout=WAIT)
    page.get_by_text("Which regime emerges where").click()
    page.locator("#map-figure .heatmaplayer").wait_for(timeout=WAIT, state="attached")


def test_columns_that_are_alike_have_no_gap(visit):
    page = visit("map?show=gap&b=korea", ready="#gap-line:not(:empty)")
    assert "Both columns are the same scenario" in page.locator("#gap-line").inner_text()
