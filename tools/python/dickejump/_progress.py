"""How far a run is, for terminals and notebooks."""
import sys


def in_notebook():
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and 'zmqshell' in type(shell).__module__


class Bar:
    """tqdm where it is installed, else a line on stderr."""

    def __init__(self):
        self.bar, self.phase, self.drawn = None, None, False

    def __call__(self, done, wanted, unit, phase, seconds, fraction):
        try:
            from tqdm.auto import tqdm
        except ImportError:
            print(f'\r\033[K{phase + ": " if phase else ""}{100 * fraction:3.0f} %  {done}/{wanted} {unit}', end='',
                  file=sys.stderr, flush=True)
            self.drawn = True
            return
        if self.bar is None or phase != self.phase:
            self.close()
            self.phase, self.bar = phase, tqdm(total=wanted, unit=f' {unit}', desc=phase or None, leave=False)
        self.bar.update(done - self.bar.n)

    def close(self):
        if self.bar is not None:
            self.bar.close()
        elif self.drawn:
            print('\r\033[K', end='', file=sys.stderr, flush=True)
        self.bar, self.drawn = None, False


class Watching:
    """The progress that was asked for: None (a bar in terminals and notebooks), True, False or a function
    of done, wanted, unit, phase, seconds, fraction."""

    def __init__(self, asked):
        if asked is None:
            asked = in_notebook() or (sys.stderr is not None and sys.stderr.isatty())
        self.bar = Bar() if asked is True else None
        self.call = self.bar or (asked if callable(asked) else None)

    def __enter__(self):
        return self.call

    def __exit__(self, *error):
        if self.bar:
            self.bar.close()
