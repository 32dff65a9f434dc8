"""Monte Carlo wavefunctions of any system, called as QuTiP's mcsolve is."""
import numpy as np

from . import _engine
from ._errors import InvalidInput
from ._progress import Watching


class McResult:
    """What `mcsolve` found.

    times; mean and error: {name: array over times}, error the standard error of the mean; expect: the means in the order
    of e_ops; jumps: of every jump operator (mean number a trajectory, its standard error); records: of the first
    keep_records trajectories (times, which operator); trajectories; seconds."""

    def __init__(self, answer, names):
        self.times = answer['times']
        self.mean, self.error = answer['mean'], answer['error']
        self.expect = [self.mean[name] for name in names]
        self.jumps, self.records = answer['jumps'], answer['records']
        self.trajectories, self.seconds = answer['trajectories'], answer['seconds']

    def __repr__(self):
        return f'McResult({", ".join(self.mean)}; {self.trajectories} trajectories)'


def matrix(operator, what):
    """A SciPy sparse matrix of a Qobj, a sparse or a dense matrix."""
    from scipy import sparse
    if hasattr(operator, 'to') and hasattr(getattr(operator, 'data', None), 'as_scipy'):  # QuTiP 5
        operator = operator.to('csr').data.as_scipy()
    elif hasattr(operator, 'isoper') or hasattr(operator, 'isket'):  # QuTiP 4
        operator = operator.data
    try:
        return sparse.csc_matrix(operator, dtype=np.complex128)
    except (TypeError, ValueError):
        raise InvalidInput(f'{what} (a {type(operator).__name__}, and no matrix) give a Qobj, a SciPy sparse matrix or an array') from None


def terms(operators, what):
    """Matrices with their factors: an operator, or [operator, factor] where the factor is a function of time."""
    def is_pair(one):
        return isinstance(one, (list, tuple)) and len(one) == 2 and callable(one[1]) and not hasattr(one[1], 'shape')

    if operators is None:
        return []
    if not isinstance(operators, (list, tuple)) or is_pair(operators):
        operators = [operators]
    return [(matrix(one[0], what), one[1]) if is_pair(one) else (matrix(one, what), None) for one in operators]


def named(e_ops):
    if e_ops is None:
        return []
    if isinstance(e_ops, dict):
        return [(str(name), matrix(op, 'e_ops')) for name, op in e_ops.items()]
    if not isinstance(e_ops, (list, tuple)):
        e_ops = [e_ops]
    return [(str(i), matrix(op, 'e_ops')) for i, op in enumerate(e_ops)]


def mcsolve(H, psi0, tlist, c_ops=(), e_ops=(), *, ntraj=1000, seeds=1, keep_records=0, knots=(), threads=0, progress=None):
    """Monte Carlo wavefunctions: means of e_ops (Hermitian) at the times of tlist, from psi0, on all threads.

    H: an operator, or a list of operators and [operator, f] with a real function f(t); c_ops: jump operators, likewise
    (the rate of one is f(t)^2); e_ops: a list, or {name: operator}; knots: times where an f has a corner or a step;
    ntraj: trajectories; seeds: one number, from which all of them draw; keep_records: of so many the jumps are kept;
    threads: 0 for all there are; progress: True, False, or a function, as of `scan`. Operators are Qobj, SciPy sparse matrices or arrays, psi0 a ket
    of any of these forms. A function of time holds the interpreter: systems without any are the fast ones.

    Raises InvalidInput with everything that does not fit."""
    operators = named(e_ops)
    names = [name for name, _ in operators]
    start = np.asarray(matrix(np.reshape(psi0, (-1, 1)) if isinstance(psi0, (np.ndarray, list)) else psi0, 'psi0')
                       .toarray()).ravel()
    with Watching(progress) as watch:
        answer = _engine.mcsolve(
            terms(H, 'H'), terms(c_ops, 'c_ops'), start, [float(t) for t in tlist], operators, int(ntraj), int(seeds),
            int(threads), int(keep_records), [float(t) for t in knots], watch)
    return McResult(answer, names)
