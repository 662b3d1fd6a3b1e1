"""The world's dated history, as data: demand trends and pulses, the yen, price floors, rivals, contagion."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from abm.quarters import quarter_number


def _quarter(text: str) -> str:
    try:
        quarter_number(text)
    except ValueError:
        raise PydanticCustomError("quarter", "a quarter such as 1993Q1") from None
    return text


Quarter = Annotated[str, AfterValidator(_quarter)]
Log = Annotated[float, Field(ge=-3, le=3, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=-0.5, le=0.5, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Dated(BaseModel):
    """Data with dates: frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)


class Step(Dated):
    """Something that holds from a date."""

    since: Quarter = Field(alias="from")


class Window(Dated):
    """Something that holds between two dates."""

    first: Quarter = Field(alias="from")
    last: Quarter = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self):
        if quarter_number(self.last) < quarter_number(self.first):
            raise PydanticCustomError("window", "'to' not before 'from'")
        return self

    def covers(self, quarter: int) -> bool:
        """Whether the window contains a quarter (both ends included)."""
        return quarter_number(self.first) <= quarter <= quarter_number(self.last)


class Frontier(Dated):
    """When memory generations appear."""

    first: Quarter
    every: int = Field(ge=1, le=80)


class Trend(Step):
    """Trend growth of demand [1/year]."""

    assembly: Rate
    memory: Rate
    niche: Rate


class Pulse(Window):
    """A dated pulse of memory demand [log points]."""

    memory: Log


class Yen(Step):
    """The dollar cost of yen makers, 1 at the start."""

    index: float = Field(gt=0.1, le=10, allow_inf_nan=False)


class PriceFloor(Window):
    """A floor under the memory price [of reference], and the share of yen makers' expansion that remains."""

    price: float = Field(gt=0, le=3, allow_inf_nan=False)
    expansion: Share


class RivalSites(Step):
    """Rival low-cost sites open by one in so many years."""

    years: float = Field(gt=0, le=100, allow_inf_nan=False)


class EmergingMarkets(Step):
    """Emerging markets grow to `size` [of OECD demand for standard goods] in so many years."""

    years: float = Field(gt=0, le=100, allow_inf_nan=False)
    size: Share


class Slump(Window):
    """A fall of demand in emerging markets [log points]."""

    depth: Log


class Contagion(Window):
    """Added pressure on every currency [vulnerability]."""

    pressure: float = Field(ge=0, le=10, allow_inf_nan=False)


class Event(Dated):
    """A date that figures mark."""

    at: Quarter
    text: str


class History(Dated):
    """A complete dated history of the world."""

    name: str
    title: str = ""
    description: str = ""
    frontier: Frontier
    trend_growth: list[Trend] = Field(min_length=1)
    demand_pulses: list[Pulse] = []
    yen: list[Yen] = []
    price_floors: list[PriceFloor] = []
    rival_sites: RivalSites | None = None
    emerging_markets: EmergingMarkets | None = None
    emerging_slumps: list[Slump] = []
    contagion: list[Contagion] = []
    events: list[Event] = []
