"""Response surfaces of an emulator: a Gaussian process, and boosted trees, from scikit-learn, kept as plain arrays.

A surface is fitted to the means of points in the unit cube [point, factor], predicts such means with a standard error,
and says what it would have predicted at each of its own points without that point. `arrays` holds all it knows, numbers
only, and `restored` makes it again: nothing is ever pickled.
"""

import contextlib
import functools
import warnings
from collections.abc import Iterator

import numpy as np

FITTED = 400  # points on which the hyperparameters of a process are fitted, at most; all points are then conditioned on
DIGITS = 6  # of hyperparameters in logs: rounded, so that the last bits of an optimiser decide nothing
STARTS = (1.0, 0.3)  # length scales, in widths of a factor's range, from which the likelihood is climbed
LENGTHS, NOISE, HEIGHT = (0.05, 50.0), (1e-6, 4.0), (1e-2, 1e3)  # bounds, of length scales and of variances
PARTS = 5  # that points are cut into: each is told from the others
TREES = {"n_estimators": 300, "learning_rate": 0.05, "max_depth": 4, "subsample": 0.7, "min_samples_leaf": 5,
         "random_state": 0}  # fmt: skip
IDLE = 1e-12  # variance below which values are taken as equal


class Process:
    """A Gaussian process: Matern 5/2, a length scale for each factor, and noise for what luck leaves in the means."""

    kind = "gaussian_process"

    def __init__(self, x: np.ndarray, y: np.ndarray, theta: np.ndarray):
        from sklearn.gaussian_process import GaussianProcessRegressor

        self.x, self.y, self.theta = x, y, theta
        self.middle, self.scale = float(y.mean()), float(y.std()) or 1.0
        kernel = _kernel(x.shape[1]).clone_with_theta(theta)
        with one_thread():
            self.model = GaussianProcessRegressor(kernel, alpha=1e-10, optimizer=None)
            self.model.fit(x, (y - self.middle) / self.scale)

    @classmethod
    def fitted(cls, x: np.ndarray, y: np.ndarray, like: "Process | None" = None) -> "Process":
        """Return a process whose hyperparameters are the likeliest; the climb starts from those of `like`, if given."""
        some = np.random.default_rng(0).permutation(len(x))[:FITTED]
        middle, scale = y.mean(), y.std() or 1.0
        starts = [like.theta] if like else [_kernel(x.shape[1], length).theta for length in STARTS]
        climbed = [_climb(x[some], (y[some] - middle) / scale, start) for start in starts]
        return cls(x, y, np.round(max(climbed, key=lambda found: found[0])[1], DIGITS))

    def predict(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return means [point] and standard errors [point], those of a mean over as many seeds as it was fitted to."""
        mean, error = self.model.predict(x, return_std=True)
        return self.middle + self.scale * mean, self.scale * error

    def without_each(self) -> tuple[np.ndarray, np.ndarray]:
        """Return means and standard errors at its own points, each as told by the others but for a fifth of them.

        A fifth is left out at a time, as in the check, with the hyperparameters kept: in closed form (Rasmussen &
        Williams 2006, 5.4.2, for blocks).
        """
        from scipy.linalg import cho_solve

        mean, error = np.empty(len(self.x)), np.empty(len(self.x))
        with one_thread():
            inverse = cho_solve((self.model.L_, True), np.eye(len(self.x)))
            for rows in parts_of(len(self.x), PARTS):
                block = np.linalg.inv(inverse[np.ix_(rows, rows)])
                mean[rows] = self.y[rows] - self.scale * (block @ self.model.alpha_.ravel()[rows])
                error[rows] = self.scale * np.sqrt(np.diag(block))
        return mean, error

    def arrays(self) -> dict[str, np.ndarray]:
        """Return its points, their values and its hyperparameters."""
        return {"x": self.x, "y": self.y, "theta": self.theta}

    @classmethod
    def restored(cls, arrays: dict[str, np.ndarray]) -> "Process":
        """Return the process of such arrays."""
        return cls(arrays["x"], arrays["y"], arrays["theta"])

    @property
    def lengths(self) -> np.ndarray:
        """Length scale of each factor, in widths of its range."""
        return np.exp(self.theta[1:-1])


def _kernel(factors: int, length: float = 1.0):
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    shape = Matern(np.full(factors, length), LENGTHS, nu=2.5)
    return ConstantKernel(1.0, HEIGHT) * shape + WhiteKernel(0.1, NOISE)


def _climb(x: np.ndarray, y: np.ndarray, start: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the likelihood reached from a start, and where."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor

    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # an idle factor's length scale runs into its bound
        kernel = _kernel(x.shape[1]).clone_with_theta(start)
        model = GaussianProcessRegressor(kernel, alpha=1e-10).fit(x, y)
    return model.log_marginal_likelihood_value_, model.kernel_.theta


class Trees:
    """Boosted regression trees (Friedman 2002). Their standard error is the same everywhere: that of cross-fitting."""

    kind = "boosted_trees"
    SHAPE = ("feature", "threshold", "left", "right", "value")

    def __init__(self, base: float, error: float, nodes: dict[str, np.ndarray]):
        self.base, self.error, self.nodes = base, error, nodes
        self.crossed: np.ndarray | None = None
        self.x: np.ndarray | None = None

    @classmethod
    def fitted(cls, x: np.ndarray, y: np.ndarray, like: "Trees | None" = None) -> "Trees":
        """Return the trees of some points, cross-fitted for their error."""
        found = cls(*_grown(x, y))
        crossed = np.empty(len(y))
        for rows in parts_of(len(y), PARTS):
            rest = np.setdiff1d(np.arange(len(y)), rows)
            base, _, nodes = _grown(x[rest], y[rest])
            crossed[rows] = cls(base, 0.0, nodes).predict(x[rows])[0]
        found.crossed, found.x = crossed, x
        found.error = float(np.sqrt(np.mean((y - crossed) ** 2)))
        return found

    def predict(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return means [point] and standard errors [point]."""
        n = self.nodes
        trees = np.arange(len(n["feature"]))
        rows = np.arange(len(x))[:, None]
        here = np.zeros((len(x), len(trees)), np.int64)
        x = x.astype(np.float32)  # as scikit-learn compares it
        for _ in range(TREES["max_depth"]):
            feature = n["feature"][trees, here]
            below = x[rows, np.maximum(feature, 0)] <= n["threshold"][trees, here]
            step = np.where(below, n["left"][trees, here], n["right"][trees, here])
            here = np.where(feature < 0, here, step)
        total = self.base + n["value"][trees, here].sum(axis=1)
        return total, np.full(len(x), self.error)

    def without_each(self) -> tuple[np.ndarray, np.ndarray]:
        """Return means at its own points, cross-fitted, and standard errors; only of trees that were just fitted."""
        return self.crossed, np.full(len(self.crossed), self.error)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return its trees [tree, node]: factor (-1 at a leaf), threshold, the nodes that follow, value at a leaf."""
        return {"base": np.array([self.base, self.error])} | self.nodes

    @classmethod
    def restored(cls, arrays: dict[str, np.ndarray]) -> "Trees":
        """Return the trees of such arrays."""
        base, error = arrays["base"].tolist()
        return cls(base, error, {name: arrays[name] for name in cls.SHAPE})


def _grown(x: np.ndarray, y: np.ndarray) -> tuple[float, float, dict[str, np.ndarray]]:
    """Return base, no error yet, and nodes of boosted trees."""
    from sklearn.ensemble import GradientBoostingRegressor

    model = GradientBoostingRegressor(**TREES).fit(x, y)
    trees = [stage[0].tree_ for stage in model.estimators_]
    most = max(tree.node_count for tree in trees)

    def padded(columns: list[np.ndarray], kind: type) -> np.ndarray:
        return np.array([np.pad(column, (0, most - len(column))) for column in columns], kind)

    nodes = {
        "feature": padded([tree.feature for tree in trees], np.int64),
        "threshold": padded([tree.threshold for tree in trees], float),
        "left": padded([tree.children_left for tree in trees], np.int64),
        "right": padded([tree.children_right for tree in trees], np.int64),
        "value": padded([tree.value[:, 0, 0] for tree in trees], float) * TREES["learning_rate"],
    }
    nodes["feature"] = np.where(nodes["left"] > 0, nodes["feature"], -1)
    return float(y.mean()), 0.0, nodes


KINDS = {surface.kind: surface for surface in (Process, Trees)}


def parts_of(count: int, parts: int) -> Iterator[np.ndarray]:
    """Yield the rows of each of some parts of a shuffled sample; the shuffle is always the same."""
    order = np.random.default_rng(1).permutation(count)
    for k in range(parts):
        yield np.sort(order[k::parts])


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Keep linear algebra to one thread, so that the number of cores decides no bit."""
    with _controller().limit(limits=1, user_api="blas"):
        yield


@functools.cache
def _controller():
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
