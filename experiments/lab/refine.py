"""Adaptive refinement: which cells of a grid are halved, told from the points that are known, and nothing else.

A lattice has `size` steps along each axis. Coarse cells are halved where points in them (corners, and those that finer
neighbours put on their sides) belong to different classes, down to cells of one step. The result is a function of the
known points alone, so that a map that was killed is refined again to the same cells.
"""

import itertools
from dataclasses import dataclass

import numpy as np

Node = tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """A cube of the lattice: its lowest corner and the length of its edge, in steps."""

    corner: Node
    edge: int

    @property
    def corners(self) -> list[Node]:
        """Its corners; the last axis varies fastest."""
        return list(itertools.product(*((low, low + self.edge) for low in self.corner)))

    @property
    def halves(self) -> list["Cell"]:
        """The cells that it is halved into."""
        half = self.edge // 2
        return [Cell(node, half) for node in itertools.product(*((low, low + half) for low in self.corner))]


def refined(cells: int, depth: int, axes: int, known: dict[Node, object]) -> tuple[list[Cell], list[Node]]:
    """Return the leaves of the refinement, and the nodes that must be known before it can go on, in order.

    cells: coarse cells along an axis; depth: times they may be halved; known: the class of each known node.
    """
    edge = 2**depth
    waiting = [Cell(tuple(edge * k for k in place), edge) for place in itertools.product(range(cells), repeat=axes)]
    nodes = np.array(list(known), int).reshape(len(known), axes)
    classes = _numbered(known)
    leaves, needed = [], {}
    while waiting:
        cell = waiting.pop()
        missing = [node for node in cell.corners if node not in known]
        if not missing and cell.edge > 1 and _differ(cell, nodes, classes):
            waiting += cell.halves
        else:
            leaves.append(cell)
            needed |= dict.fromkeys(missing)
    return sorted(leaves, key=lambda cell: cell.corner), sorted(needed)


def _numbered(known: dict) -> np.ndarray:
    """Return a number for the class of each known node."""
    numbers = {kind: k for k, kind in enumerate(dict.fromkeys(known.values()))}
    return np.array([numbers[kind] for kind in known.values()], int)


def _differ(cell: Cell, nodes: np.ndarray, classes: np.ndarray) -> bool:
    """Return whether known nodes in a cell, its sides included, belong to different classes."""
    low = np.array(cell.corner)
    inside = ((nodes >= low) & (nodes <= low + cell.edge)).all(axis=1)
    found = classes[inside]
    return bool((found != found[0]).any())


def interpolated(leaves: list[Cell], size: int, values: dict[Node, float]) -> np.ndarray:
    """Return values at every node of the lattice [size + 1, ...]: as known, else linear between a leaf's corners."""
    axes = len(leaves[0].corner)
    volume = np.full((size + 1,) * axes, np.nan)
    for cell in leaves:
        corners = np.array([values[node] for node in cell.corners], float).reshape((2,) * axes)
        for axis in range(axes):
            share = np.linspace(0.0, 1.0, cell.edge + 1).reshape([-1 if a == axis else 1 for a in range(axes)])
            first, second = (np.take(corners, [k], axis=axis) for k in (0, 1))
            corners = first * (1.0 - share) + second * share
        volume[tuple(slice(low, low + cell.edge + 1) for low in cell.corner)] = corners
    for node, value in values.items():
        volume[node] = value
    return volume
