"""The Compare page in a real browser: it answers a lever, tells a world's lever from policy, and a link restores it."""

import re
import urllib.request

WAIT = 60_000


def whole(page):
    """Wait for the last refinement and return the verdict."""
    page.locator(".seeds", has_text=re.compile("^64 paired seeds$")).wait_for(timeout=WAIT)
    return page.locator("#compare-verdict").inner_text()


def moved(page, name, key):
    """Press a key on a lever and return the verdict that follows."""
    page.get_by_role("slider", name=name).press(key)
    page.locator(".seeds", has_text=re.compile("refining|…")).wait_for(timeout=WAIT)
    return whole(page)


def test_a_lever_moves_the_answer_and_a_link_restores_it(visit):
    page = visit()
    before = whole(page)
    after = moved(page, "Guarantee, column A", "Home")
    assert "a.policy.guarantee=0" in page.url and after != before
    row = page.locator("[id='row-policy.guarantee']")
    assert "differs" in row.get_attribute("class") and "0" in row.locator("output").first.inner_text()
    again = visit(page.url.split("/lab/")[1])
    assert whole(again) == after
    assert again.get_by_role("slider", name="Guarantee, column A").get_attribute("aria-valuenow") == "0"


def test_a_lever_of_the_world_changes_both_columns_and_says_so(visit):
    page = visit("?show=crisis")
    whole(page)
    page.get_by_text("Gifts and blows from abroad").click()
    page.get_by_role("switch", name="Contagion, both columns").focus()
    page.keyboard.press("Space")
    page.get_by_text("The world itself is changed, in both columns: contagion off").wait_for(timeout=WAIT)
    assert "w.mechanisms.contagion=false" in page.url
    titles = whole(page)
    assert titles.count("(1 change)") == 2


def test_a_preset_brings_its_own_levers(visit):
    page = visit("?a.policy.guarantee=0.5")
    whole(page)
    page.get_by_role("textbox", name="A", exact=True).or_(page.get_by_label("A", exact=True)).first.click()
    page.get_by_role("option", name="Taiwan-like", exact=True).first.click()
    page.get_by_text("Both columns are the same scenario").wait_for(timeout=WAIT)
    assert "a.policy" not in page.url and "a=taiwan" in page.url
    assert page.locator(".lever.differs").count() == 0


def test_what_a_link_may_not_ask_is_said_and_left_out(visit):
    page = visit("?a.policy.guarantee=7&a=../../etc/passwd&b.policy.nonsense=1")
    notice = page.locator("#notice").inner_text()
    assert "expected a number from 0 to 1 [probability]" in notice
    assert "no such preset" in notice and "no such lever" in notice
    whole(page)
    assert "guarantee" not in page.url


def test_security_headers_are_sent(address):
    with urllib.request.urlopen(address) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "SAMEORIGIN"
    rules = headers["Content-Security-Policy"]
    scripts = rules.split("script-src")[1].split(";")[0]
    assert "default-src 'self'" in rules and "unsafe" not in scripts
