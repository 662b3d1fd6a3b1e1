"""Sweeps: a plan, its points, a folder of results that survives, on threads, processes or a cluster."""
