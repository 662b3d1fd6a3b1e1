"""The command `claims` from end to end; and what bad input gets."""

import pandas as pd
import pytest

from abm.compiled import COMPILED
from abm.measurement.manifest import read_manifest
from experiments.claim_data import load_claims
from experiments.cli import main

TWO = ("high_debt_not_necessary", "circle_1_credit_to_leverage")


@pytest.mark.skipif(not COMPILED, reason="runs of the model are slow uncompiled")
def test_two_claims_from_end_to_end(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["claims", "--only", ",".join(TWO), "--runs", "2", "--seed", "3", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {"claims.csv", "report.html", "manifest.json"}
    table = pd.read_csv(out / "claims.csv", keep_default_na=False)
    assert set(table["id"]) == set(TWO) and len(table) == sum(len(c.measures) for c in load_claims() if c.id in TWO)
    assert table["effect"].between(table["low"], table["high"]).all()
    assert all(f"{verdict:13}  {name}" in said for name, verdict in zip(table["id"], table["verdict"], strict=True))
    manifest = read_manifest(out)
    assert len(manifest["scenarios"]) == 3 and manifest["seeds"] == [3, 4] and len(manifest["fingerprints"]) == 6
    page = (out / "report.html").read_text()
    assert page.count("<article") == 2 and "http" not in page
    assert main(["reproduce", str(out)]) == 0
    assert "Equal: 6 of 6" in capsys.readouterr().out


@pytest.mark.skipif(not COMPILED, reason="runs of the model are slow uncompiled")
def test_strict_fails_on_a_red_claim_without_a_remark(tmp_path, monkeypatch, capsys):
    (claim,) = (c for c in load_claims() if c.id == TWO[1])
    turned = [measure.model_copy(update={"expect": "higher"}) for measure in claim.measures]
    for remark, status in (("", 1), ("Turned round.", 0)):
        red = claim.model_copy(update={"measures": tuple(turned), "remark": remark})
        monkeypatch.setattr("experiments.claim_data.load_claims", lambda _, red=red: [red])
        assert main(["claims", "--runs", "2", "--strict", "--out", str(tmp_path / "out"), "--force"]) == status
        said = capsys.readouterr()
        assert "contradicted" in said.out and (TWO[1] in said.err) == bool(status)


def test_an_unknown_claim_is_named_before_anything_is_run(tmp_path, capsys):
    assert main(["claims", "--only", "high_debt_not_necesary", "--out", str(tmp_path / "out")]) == 2
    message = capsys.readouterr().err
    assert "did you mean 'high_debt_not_necessary'" in message and not (tmp_path / "out").exists()
