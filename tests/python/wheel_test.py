"""pip makes a wheel of the build that is there, without the network, and it works in a venv.
usage: wheel_test.py TOOLS_PYTHON BUILD"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

source, build = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    python = f'{folder}/venv/bin/python'
    environment = {key: value for key, value in os.environ.items() if key != 'PYTHONPATH'} | {'DICKEJUMP_BUILD': build}

    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
        if done.returncode:
            sys.exit(f'{" ".join(command)}: {done.stdout}{done.stderr}')
        return done.stdout

    run('/usr/bin/python3', '-m', 'venv', '--system-site-packages', f'{folder}/venv')
    run(python, '-m', 'pip', 'install', '--no-build-isolation', '--no-index', '--no-deps', source)
    said = run(python, '-c', 'import dickejump as dj; print(dj.__file__); print(abs(dj.exact.steady(atoms=10, pump=1.0).jz) < 1e-9)')
    file, works = said.split()
    installed = Path(file).parent
    if not file.startswith(folder) or works != 'True':
        sys.exit(said)
    missing = {'py.typed', '__init__.pyi', 'dickejump.mplstyle'} - {path.name for path in installed.iterdir()}
    if missing:
        sys.exit(f'the wheel lacks {missing}')
    if any(Path(source).glob('*.egg-info')) or (Path(source) / 'build').exists():
        sys.exit(f'pip left files in {source}')
