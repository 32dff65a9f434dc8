"""What the tests of the package share: the command line's answer to the same keywords."""
import json
import os
import subprocess


def command_line(verb, **keywords):
    """The JSON that the program prints."""
    arguments = [word for key, value in keywords.items() for word in (f'--{key.replace("_", "-")}', str(value))]
    done = subprocess.run([os.environ['DICKEJUMP_PROGRAM'], *verb.split(' '), *arguments, '--json'], capture_output=True,
                          text=True, check=True)
    return done.stdout.rstrip('\n')


def without_clock(value):
    """JSON without what two runs of the same may differ in."""
    if isinstance(value, str):
        return without_clock(json.loads(value))
    if isinstance(value, dict):
        return {key: without_clock(inner) if isinstance(inner, (dict, list)) else inner for key, inner in value.items()
                if key not in ('seconds', 'threads', 'provenance')}
    return [without_clock(one) if isinstance(one, (dict, list)) else one for one in value]
