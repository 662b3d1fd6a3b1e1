"""Make the first picture before anybody asks: the default pair, all stages, so that it opens at once."""

from dashboards.service import Service, Ticket
from dashboards.settings import settings
from dashboards.view import read_view


def warm(service: Service) -> None:
    """Run the default pair at every seed of the last stage (this compiles the model, too)."""
    view, _ = read_view("")
    count = settings().stages[-1]
    service.ensemble(Ticket("warm", "warm", 0), view.scenarios(), view.seeds(count), patience=600)
