"""What a browser may send, whatever it is: links are read or refused, callbacks fail with a message, exports answer."""

import json

import pytest

pytest.importorskip("dash", reason="the dashboard is not installed")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from abm.runs import SEED_MAX  # noqa: E402
from abm.scenario import presets  # noqa: E402
from dashboards.app import make_app  # noqa: E402
from dashboards.levers import all_levers  # noqa: E402
from dashboards.server import protect  # noqa: E402
from dashboards.service import Service  # noqa: E402
from dashboards.view import read_view  # noqa: E402

OTHER_KEYS = ("a", "b", "seed", "show", "at", "x")
KEYS = st.sampled_from([*(f"{arm}.{key}" for arm in "abw" for key in all_levers()), *OTHER_KEYS])
VALUES = st.one_of(st.text(max_size=30), st.floats().map(str), st.sampled_from([*presets(), "true", "1993Q1"]))


@pytest.fixture(scope="module")
def client():
    service = Service(workers=1)
    app = make_app(service, "/")
    protect(app)
    yield app.server.test_client()
    service.close()


@given(st.lists(st.tuples(KEYS, VALUES), max_size=8))
def test_any_link_is_read_or_refused_in_words_and_what_is_read_comes_back(pairs):
    from urllib.parse import urlencode

    view, problems = read_view(urlencode(pairs))
    assert all(isinstance(problem, str) and problem for problem in problems)
    assert 0 <= view.seed <= SEED_MAX and set(view.presets.values()) <= set(presets())
    for arm in "ab":
        view.scenario(arm)  # whatever was taken is a scenario
    again, left = read_view(view.query())
    assert not left and again == view


@given(st.text(max_size=200))
def test_any_text_is_a_link(text):
    read_view(text)


def post(client, output, inputs, state=()):
    body = {"output": output, "outputs": {"id": output.split(".")[0], "property": output.split(".")[1]},
            "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
            "state": [{"id": i, "property": p, "value": v} for i, p, v in state],
            "changedPropIds": [f"{inputs[0][0]}.{inputs[0][1]}"]}  # fmt: skip
    return client.post("/_dash-update-component", data=json.dumps(body), content_type="application/json")


def test_a_callback_that_fails_says_so_on_the_page(client):
    answer = post(client, "map-body.children", [("map-open", "data", {"no": "query"})])
    assert answer.status_code in (200, 204)
    said = json.loads(answer.data)["sideUpdate"]["notice"]["children"]
    assert "KeyError" in said and "The page goes on working" in said


def test_no_path_opens_a_file(client):
    for path in ("/assets/../app.py", "/export/../../etc/passwd", "/assets/%2e%2e/cli.py"):
        content = client.get(path).data
        assert b"import " not in content and b"root:" not in content
    assert client.get("/export/scenario.yaml?a=../../etc/passwd").status_code == 400


def test_exports_refuse_what_is_wrong_in_words(client):
    answer = client.get("/export/scenario.yaml?a.policy.guarantee=9")
    assert answer.status_code == 400 and b"expected a number from 0 to 1" in answer.data
    answer = client.get("/export/compare.html?b=korea")
    assert answer.status_code == 400 and b"no lever to move" in answer.data
    good = client.get("/export/scenario.yaml?a.policy.guarantee=0.5")
    assert good.status_code == 200 and b"guarantee: 0.5" in good.data
    assert "attachment" in good.headers["Content-Disposition"]
    assert "script-src 'self'" in good.headers["Content-Security-Policy"]
