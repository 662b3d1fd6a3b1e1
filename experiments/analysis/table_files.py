"""The tables of a paper's appendix: each as CSV, LaTeX and Stata."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.sweep.files import write_whole


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> list[str]:
    """Write each table as NAME.csv, NAME.tex (booktabs) and NAME.dta; returns the files' names."""
    names = []
    for name, table in tables.items():
        writers = {
            "csv": lambda file, table=table: table.to_csv(file, index=False),
            "tex": lambda file, table=table: file.write_text(latex(table), encoding="utf-8"),
            "dta": lambda file, table=table: _for_stata(table).to_stata(file, write_index=False, version=118),
        }
        for kind, writer in writers.items():
            write_whole(folder / f"{name}.{kind}", writer)
            names.append(f"{name}.{kind}")
    return names


def _for_stata(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as Stata takes it: missing for infinite, names of at most 32 letters, digits and underscores."""
    return table.replace([np.inf, -np.inf], np.nan).rename(columns=lambda name: re.sub(r"\W", "_", str(name))[-32:])


def latex(table: pd.DataFrame) -> str:
    """Return a table in LaTeX with the rules of booktabs, numbers to three figures, every special sign escaped."""
    numbers = [name for name in table if pd.api.types.is_numeric_dtype(table[name])]
    align = "".join("r" if name in numbers else "l" for name in table)
    lines = [f"\\begin{{tabular}}{{{align}}}", "\\toprule", " & ".join(map(_escaped, table)) + r" \\", "\\midrule"]
    for row in table.itertuples(index=False):
        cells = [f"{v:.3g}" if isinstance(v, float) else _escaped(v) for v in row]
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}", ""])


def _escaped(value: object) -> str:
    text = str(value)
    for sign in "&%$#_{}":
        text = text.replace(sign, f"\\{sign}")
    return text
