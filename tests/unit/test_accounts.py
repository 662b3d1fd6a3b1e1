"""The books of a two-firm economy, worked by hand."""

import numpy as np
import pytest

from abm import accounts as books
from abm.accounts import BANK, GOVERNMENT, HOUSEHOLDS, WORLD
from abm.state import CLIENT, CURB, ECONOMY, FIRM, FOREIGN, INCUMBENT, MARKET, World


@pytest.fixture
def world():
    w = World(
        np.zeros(2, FIRM), np.zeros(0, INCUMBENT), np.zeros(0, CLIENT), np.zeros(1, ECONOMY), np.zeros(1), np.zeros(1),
        np.zeros(1), np.zeros((books.FLOWS, 5, 5)), np.zeros((1, 4)),
    )  # fmt: skip
    e = w.economy
    e["firms_opened"], e["exchange_rate"] = 2, 1.0
    e["household_deposits"], e["reserves"], e["foreign_debt"] = 100.0, 30.0, 10.0
    w.firms["deposits"] = [10.0, 5.0]
    w.firms["loans"][:, MARKET] = [20.0, 0.0]
    e["government_debt"] = 110.0  # bank: 20 loans + 110 claims = 115 deposits + 15 capital
    e["bank_capital"] = 15.0
    books.open_books(w)
    return w


def test_a_quarter_worked_by_hand(world):
    w, e = world, world.economy
    books.pay(w, books.EXPORTS, WORLD, 0, 8.0)  # firm 0 exports for 8
    books.pay(w, books.WAGES, 0, HOUSEHOLDS, 5.0)
    books.pay(w, books.LOAN_INTEREST, 0, BANK, 0.5)
    books.pay(w, books.SPENDING, GOVERNMENT, HOUSEHOLDS, 2.0)
    books.lend(w, FOREIGN, 1, 4.0)
    books.lend(w, CURB, 1, 3.0)
    books.pay(w, books.EQUIPMENT, 1, WORLD, 6.0)
    books.set_exchange_rate(w, 1.5)
    books.repay(w, CURB, 1, 1.0)
    books.write_off(w, MARKET, 0, 2.0)
    books.borrow_abroad(w, 4.0)
    books.audit(w)
    assert e["residual"][0] <= 1e-15
    # By hand: firm 0 has 10 + 8 - 5 - 0.5; firm 1 has 5 + 4 + 3 - 6 - 1.
    assert w.firms["deposits"].tolist() == [12.5, 5.0]
    assert w.firms["loans"].tolist() == [[0, 18, 0, 0], [0, 0, 2, 4]]
    assert e["household_deposits"][0] == 100 + 5 + 2 - 3 + 1
    assert e["reserves"][0] == 30 + 8 + 4 - 6 + 4
    assert e["foreign_debt"][0] == 14
    assert e["government_debt"][0] == 110 + 8 + 2 + 4 - 6
    assert e["bank_capital"][0] == 15 + 0.5 - 2
    # The dollar rises by half: firms owe 4 x 0.5 more, the state gains (36 - 10) x 0.5, the world the reverse.
    assert e["revaluation"][0].tolist() == [0, -2.0, 0, 13.0, -11.0]
    flows = w.flows
    assert flows[books.EXPORTS, books.S_WORLD, books.S_FIRMS] == 8.0
    assert flows[books.WRITE_OFF_MARKET, books.S_BANK, books.S_FIRMS] == 2.0
    assert flows[: books.FIRST_SWAP].sum() == 8 + 5 + 0.5 + 2 + 6 + 2
    assert sum(books.sector_worth(w, s)[0] for s in range(5)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "spoil,where",
    [
        (lambda w: w.firms["deposits"].__iadd__(np.array([1.0, 0.0])), {1, 2, 20, 100}),
        (lambda w: w.economy["household_deposits"].__iadd__(1.0), {0, 2, 20}),
        (lambda w: w.economy["reserves"].__iadd__(1.0), {3, 4}),
        (lambda w: w.economy["bank_capital"].__iadd__(1.0), {20}),
        (lambda w: w.firms["loans"][:, CURB].__iadd__(np.array([0.0, 1.0])), {0, 1, 12, 101}),
        (lambda w: w.firms["loans"][:, FOREIGN].__iadd__(np.array([0.0, 1.0])), {1, 4, 13, 101}),
        (lambda w: w.firms["deposits"].__iadd__(np.array([np.nan, 0.0])), {0, 1, 2, 20, 100}),
    ],
)
def test_money_from_nowhere_is_found(world, spoil, where):
    spoil(world)
    books.audit(world)
    assert not world.economy["residual"][0] <= 1e-3
    assert world.economy["residual_where"][0] in where
