"""Tests of trajectories against the master equation: `.p_value`, and whether it `.agrees`."""
from ._verbs import functions_of

globals().update(functions_of('compare'))
__all__ = sorted(functions_of('compare'))
