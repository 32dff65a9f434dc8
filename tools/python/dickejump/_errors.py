"""What goes wrong, as exceptions."""


class InvalidInput(ValueError):
    """Keywords or files that cannot be: `problems` has every mistake, each with its reason and what to do."""

    def __init__(self, problems):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__('\n'.join(self.problems))

    def __reduce__(self):
        return type(self), (self.problems,)


class OutputError(OSError):
    """A file or folder that cannot be written."""


class TimeLimit(TimeoutError):
    """A time limit that was over before there was any result."""


class DickejumpWarning(UserWarning):
    """A result that is not quite what it looks like, and why."""
