"""Runs experiments/*.toml, compares, and rewrites the table, the findings and the pictures. See tools/experiments."""
import argparse
import importlib.util
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

os.environ['SOURCE_DATE_EPOCH'] = '0'  # no dates in the pictures
import matplotlib

matplotlib.use('Agg')
logging.getLogger('fontTools').setLevel(logging.ERROR)
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / 'experiments'
sys.path.insert(0, str(Path(__file__).resolve().parent))
from experiment import Results

#: The order of table and findings.
ORDER = ['transition', 'gap', 'freezing', 'width', 'collapse', 'spectrum', 'crb', 'sensitivity', 'total',
         'total_sensitivity', 'protocols', 'app_b', 'finite_detuning', 'snapshot', 'estimators', 'side_rate', 'unknowns', 'variance',
         'crossings']
MOST_SIGMAS = 5.0
HEADER = ['experiment', 'quantity', 'paper', 'exact', 'Monte Carlo ± error', 'sigmas', 'verdict on the paper']


def names():
    found = {path.stem for path in HERE.glob('*.toml') if path.with_suffix('.py').exists()}
    return [name for name in ORDER if name in found] + sorted(found - set(ORDER))


def analysis(name):
    """experiments/NAME.py: TITLE, rows(results), draw(results) -> figure or {name: figure}, finding(results); QUICK = False
    leaves it out of --quick, QUICK_FLAGS are its own there."""
    spec = importlib.util.spec_from_file_location(f'experiment_{name}', HERE / f'{name}.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def quick_flags(name):
    """Fewer runs: flags for what the file has."""
    content = tomllib.loads((HERE / f'{name}.toml').read_text())
    runs = content.get('run', [content])
    verbs = {run['verb'] for run in runs}
    compared = any('protocol' in run for run in runs)
    flags = []
    if compared:
        flags += ['--trajectories', '24']
    elif verbs & {'scan', 'ensemble', 'sensitivity'}:
        flags += ['--trajectories', '300']
    if 'steady' in verbs:
        flags += ['--shots', '20000']
    if 'sensitivity' in verbs and not compared:
        flags += ['--atoms', '100,300,1000', '--rates', '16']
    return flags


def simulate(program, name, folder, flags):
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    command = [program, 'run', HERE / f'{name}.toml', '--out', folder, *flags]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f'{name}: dickejump run exited {done.returncode}\n{done.stderr.strip()[-2000:]}')


def failures(name, rows, reference):
    """What makes the command fail: Monte Carlo against exact, exact against the reference."""
    for row in rows:
        if row.sigmas is not None and not abs(row.sigmas) <= MOST_SIGMAS:
            yield f'{name}: {row.quantity}: Monte Carlo is {row.sigmas:+.1f} standard errors from the exact value'
        if row.exact is None:
            continue
        stored = reference.get(name, {}).get(row.quantity)
        if stored is None:
            yield f'{name}: {row.quantity}: no reference value (check it, then tools/experiments --accept)'
        elif not abs(row.exact - stored) <= row.tolerance * max(abs(stored), 1e-9):
            yield f'{name}: {row.quantity}: exact {row.exact!r}, reference {stored!r} (tolerance {row.tolerance:g} relative)'


def between(text, marker, content):
    """`text` with what stands between the comments `marker: begin` and `marker: end` replaced."""
    begin, end = f'<!-- {marker}: begin -->\n', f'<!-- {marker}: end -->'
    assert begin in text and end in text, f'experiments/README.md has lost its marker {marker}'
    head, rest = text.split(begin, 1)
    return head + begin + content + end + rest.split(end, 1)[1]


def part(text, marker):
    begin, end = f'<!-- {marker}: begin -->\n', f'<!-- {marker}: end -->'
    return text.split(begin, 1)[1].split(end, 1)[0] if begin in text else ''


def rewrite(done):
    """The generated parts of experiments/README.md; experiments that did not run keep theirs."""
    readme = HERE / 'README.md'
    text = readme.read_text()
    old = {}
    for line in part(text, 'table').splitlines()[2:]:
        if found := re.match(r'\| \[(\w+)\]', line):
            old.setdefault(found[1], []).append(line)
    table = '| ' + ' | '.join(HEADER) + ' |\n' + '|---' * len(HEADER) + '|\n'
    findings = ''
    for name in names():
        if name in done:
            rows, section = done[name]
            lines = ['| ' + ' | '.join([f'[{name}](#{name})', *row.cells()]) + ' |' for row in rows]
        else:
            lines, section = old.get(name, []), part(part(text, 'findings'), name)
        table += ''.join(line + '\n' for line in lines)
        findings += f'<!-- {name}: begin -->\n{section}<!-- {name}: end -->\n'
    readme.write_text(between(between(text, 'table', table), 'findings', findings))


def section(name, module, results, figures):
    pictures = ''.join(f'![{module.TITLE}](figures/{figure}.png)\n\n' for figure in figures)
    return f'### {name}\n\n**{module.TITLE}.** {module.finding(results).strip()}\n\n{pictures}'


def draw(module, name, results, folder):
    figures = module.draw(results)
    if not isinstance(figures, dict):
        figures = {name: figures}
    folder.mkdir(parents=True, exist_ok=True)
    for stem, figure in figures.items():
        figure.savefig(folder / f'{stem}.png', metadata={'Software': None})
        figure.savefig(folder / f'{stem}.pdf', metadata={'CreationDate': None, 'Creator': None, 'Producer': None})
        plt.close(figure)
    return list(figures)


def main():
    parser = argparse.ArgumentParser(prog='tools/experiments', description=__doc__)
    parser.add_argument('--program', required=True, help=argparse.SUPPRESS)
    parser.add_argument('names', nargs='*', metavar='NAME', help='experiments to run (default: all)')
    parser.add_argument('--quick', action='store_true', help='fewer runs, only checks, nothing in the tree changes')
    parser.add_argument('--redraw', action='store_true', help='use the results that are there')
    parser.add_argument('--accept', action='store_true', help='store exact values as experiments/reference.json')
    args = parser.parse_intermixed_args()
    program = Path(args.program).resolve()
    if unknown := set(args.names) - set(names()):
        parser.error(f'no experiment {", ".join(sorted(unknown))}; there are {", ".join(names())}')
    chosen = [name for name in names() if not args.names or name in args.names]
    if args.quick and (args.redraw or args.accept):
        parser.error('--quick neither keeps results nor writes references')

    stored = HERE / 'reference.json'
    reference = json.loads(stored.read_text()) if stored.exists() else {}
    plt.style.use(ROOT / 'tools' / 'python' / 'dickejump' / 'dickejump.mplstyle')
    if args.quick:
        plt.rcParams['savefig.dpi'] = 40
    temporary = Path(tempfile.mkdtemp()) if args.quick else None
    base = temporary or ROOT / 'results'
    done, wrong, worst = {}, [], 0.0
    try:
        for i, name in enumerate(chosen):
            begun = time.monotonic()
            print(f'[{i + 1}/{len(chosen)}] {name} ..', end='', file=sys.stderr, flush=True)
            folder, module = base / name, analysis(name)
            if args.quick and not getattr(module, 'QUICK', True):
                print(' not in the quick run', file=sys.stderr)
                continue
            if not args.redraw:
                simulate(program, name, folder, getattr(module, 'QUICK_FLAGS', quick_flags(name)) if args.quick else [])
            results = Results(folder)
            rows = module.rows(results)
            if args.accept:
                reference[name] = {row.quantity: row.exact for row in rows if row.exact is not None}
            wrong += failures(name, rows, reference)
            figures = draw(module, name, results, temporary or HERE / 'figures')
            done[name] = rows, section(name, module, results, figures)
            sigmas = [abs(row.sigmas) for row in rows if row.sigmas is not None]
            worst = max([worst, *sigmas])
            print(f' {len(rows)} rows, {len(sigmas)} of Monte Carlo, {time.monotonic() - begun:.1f} s', file=sys.stderr)
        if args.accept:
            stored.write_text(json.dumps({name: reference[name] for name in names() if name in reference},
                                         indent=1, ensure_ascii=False) + '\n')
        if not args.quick:
            rewrite(done)
    except RuntimeError as error:
        print(f'\n{error}', file=sys.stderr)
        return 1
    finally:
        if temporary:
            shutil.rmtree(temporary)
    for line in wrong:
        print(f'FAILED {line}', file=sys.stderr)
    print(f'{len(done)} experiments, {sum(len(rows) for rows, _ in done.values())} rows; Monte Carlo at most '
          f'{worst:.1f} standard errors from exact' + ('' if not wrong else f'; {len(wrong)} FAILED'))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
