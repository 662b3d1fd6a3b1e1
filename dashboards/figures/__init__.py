"""Figures draw: from the numbers of a table to a plain Plotly figure. Nothing here computes."""
