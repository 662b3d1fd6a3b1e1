"""The order of events in a quarter, and nothing else.

PHASES is the schedule: a name, and a step that is compiled. The teaching driver walks the list from Python,
with hooks between phases; `quarter` is the same list compiled into one call. A test holds the two bit-equal.
"""

from abm import accounts as books
from abm.behaviour.capabilities import assess_firms, pool_knowledge
from abm.behaviour.distress import cover_shortfalls, resolve_failures
from abm.behaviour.entry import enter
from abm.behaviour.integration import integrate
from abm.behaviour.investment import invest, receive_capacity
from abm.behaviour.learning import learn
from abm.behaviour.planning import plan_investment
from abm.behaviour.production import sell
from abm.behaviour.research import do_research, set_research
from abm.behaviour.results import account_for_quarter, sum_up
from abm.behaviour.strategy import rate_options
from abm.compiled import rule
from abm.markets.affiliates import run_affiliates
from abm.markets.credit import amortise, clear_credit, pay_interest
from abm.markets.currency import move_currency
from abm.markets.engineers import hire_engineers
from abm.markets.home import clear_assembly, clear_unrelated
from abm.markets.households import earn_and_spend, move_wage
from abm.markets.land import buy_land, move_land_price
from abm.markets.memory import clear_memory, order_incumbents
from abm.markets.niche import clear_niche, launch_products
from abm.markets.oem import review_suppliers
from abm.markets.technology import advance_generations
from abm.markets.world import move_world
from abm.policy.government import govern, manage_reserves, pay_public_interest, recapitalise, spend


@rule
def start_quarter(w):
    """Open the books and clear the quarter's counts."""
    e = w.economy[0]
    books.open_books(w)
    e.entries, e.bankruptcies, e.closures, e.large_bankruptcies, e.rescues = 0, 0, 0, 0, 0
    e.rescued = 0.0


@rule
def end_quarter(w):
    """Move on to the next quarter; writes economy.quarter."""
    w.economy[0].quarter += 1


@rule
def set_the_stage(w):
    """The world moves, the state decides, firms see where they stand."""
    start_quarter(w)
    move_world(w)
    govern(w)
    integrate(w)
    pool_knowledge(w)
    assess_firms(w)


@rule
def plan(w):
    """Firms rate their options and plan."""
    rate_options(w)
    plan_investment(w)


@rule
def ration_credit(w):
    """Loans are repaid and made."""
    amortise(w)
    clear_credit(w)


@rule
def build_up(w):
    """Firms and incumbents order; what was ordered arrives; spare cash buys land."""
    invest(w)
    receive_capacity(w)
    order_incumbents(w)
    buy_land(w)


@rule
def trade(w):
    """The markets for goods clear and everything sold is booked."""
    advance_generations(w)
    clear_memory(w)
    run_affiliates(w)
    review_suppliers(w)
    clear_assembly(w)
    launch_products(w)
    clear_niche(w)
    clear_unrelated(w)
    sell(w)


@rule
def research_and_learn(w):
    """R&D is set, engineers are hired, firms learn."""
    set_research(w)
    hire_engineers(w)
    do_research(w)
    learn(w)


@rule
def settle_accounts(w):
    """Interest, tax and dividends are paid; foreign lenders renew or run; who cannot pay is rescued or closed."""
    pay_interest(w)
    account_for_quarter(w)
    move_currency(w)
    cover_shortfalls(w)
    resolve_failures(w)


@rule
def close_economy(w):
    """Households, state and bank close their quarter; prices of land and labour move; firms enter."""
    spend(w)
    pay_public_interest(w)
    recapitalise(w)
    earn_and_spend(w)
    move_land_price(w)
    enter(w)
    sum_up(w)
    move_wage(w)
    manage_reserves(w)


@rule
def check_books(w):
    """Audit the quarter."""
    books.audit(w)


PHASES = (
    ("stage", set_the_stage),
    ("plan", plan),
    ("credit", ration_credit),
    ("investment", build_up),
    ("trade", trade),
    ("research", research_and_learn),
    ("settlement", settle_accounts),
    ("closing", close_economy),
    ("audit", check_books),
)


@rule
def quarter(w):
    """Run all phases of one quarter, compiled; end_quarter() is left to the driver, which measures first."""
    set_the_stage(w)
    plan(w)
    ration_credit(w)
    build_up(w)
    trade(w)
    research_and_learn(w)
    settle_accounts(w)
    close_economy(w)
    check_books(w)
