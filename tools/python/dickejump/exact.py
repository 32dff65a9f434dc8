"""What the master equation gives, without runs."""
from ._verbs import functions_of

globals().update(functions_of('exact'))
__all__ = sorted(functions_of('exact'))
