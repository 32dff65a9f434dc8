#!/usr/bin/env python3
"""The structure of the sources: which layer may include which, and where the test of a file is.
usage: structure_test.py PROJECT"""
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(sys.argv[1])
# A layer includes itself and those before it.
LAYERS = ['numeric', 'model', 'random', 'trajectory', 'wavefunction', 'record', 'estimate', 'exact', 'ensemble', 'study',
          'io', 'cli', 'python']
SOURCES = ('.hpp', '.cpp')
MOST_LINES = 400

# Files without a test of their own name, and where what they do is tested.
TESTED_ELSEWHERE = {
    'ensemble/block': 'two structs: ensemble/part_test, ensemble/simulate_test',
    'ensemble/run_control': 'two structs: ensemble/simulate_test',
    'ensemble/bytes': 'ensemble/stored_sums_test, io/checkpoint_test',
    'estimate/count_filter/count_filter': 'the body of estimate/count_filter',
    'estimate/count_filter/density': 'estimate/count_filter/pairs_test, estimate/count_filter_test',
    'estimate/filter_clock': 'the inside of estimate/likelihood_filter_test and estimate/spin_filter_test',
    'estimate/filter_result': 'what estimate/likelihood_filter_test and estimate/spin_filter_test look at',
    'estimate/spin_rows': 'the inside of estimate/spin_filter_test, against dense matrices',
    'estimate/filter_propagation': 'a step of estimate/filter_rows_test',
    'estimate/filter_walk': 'the inside of estimate/likelihood_filter_test',
    'estimate/joint_climb': 'the inside of estimate/joint_estimate_test',
    'estimate/scaled_inverse': 'the inside of estimate/fisher_matrix_test and estimate/joint_estimate_test',
    'estimate/thetas': 'a type: estimate/likelihood_filter_test',
    'estimate/visit_state': 'a concept: ensemble/state_test',
    'exact/classical_information': 'exact/fisher_information_test, exact/hierarchy_test',
    'exact/local_system': 'the generator of exact/local_equation_test and exact/local_steady_test',
    'io/checkpoint_json': 'io/checkpoint_test',
    'io/checksum': 'io/checkpoint_test: every bit of a file',
    'io/clicks/click_files': 'writes what io/click_file_test reads',
    'io/clicks/formats': 'readers and writers, one a format: io/click_file_test',
    'io/clicks/guarded': 'io/click_file_test: HDF5 files, whole and damaged',
    'io/clicks/npy': 'io/click_file_test',
    'io/clicks/photon_hdf5': 'io/click_file_test',
    'io/clicks/ptu': 'io/click_file_test',
    'io/clicks/text_formats': 'io/click_file_test',
    'io/ensemble_report': 'cli/ensemble_test.py, with every key',
    'io/hdf5': 'io/result_file_test',
    'io/estimate_report': 'cli/estimate_test.py',
    'io/experiment_report': 'cli/local_test.py',
    'io/matrix_json': 'cli/detector_test.py',
    'io/measure_report': 'cli/lock_test.py',
    'io/protocols_report': 'cli/protocols_test.py',
    'io/report_parts': 'numbers and curves as JSON: io/scan_report_test',
    'io/scan_csv': 'io/scan_report_test',
    'io/scan_json': 'io/scan_report_test',
    'io/schedule_report': 'cli/protocols_test.py',
    'io/sensitivity_report': 'cli/sensitivity_test.py, with every key and every way to go on',
    'io/steady_report': 'cli/cli_test.py, with every key',
    'model/direction': 'an enum and its name: study/scan/scan_protocol_test',
    'model/tick_grid': 'a struct: model/checks_test',
    'record/background': 'study/scan/detected_leg_test: counts and times have the same', 
    'record/loop/chunk': 'record/loop_kernel_test, on every target',
    'record/loop/loop_checks': 'record/loop_sampler_test and misuse/record_test: what both samplers of loops refuse',
    'record/loop/loop_image': 'structs: record/loop_kernel_test',
    'record/loop/loop_lanes': 'the inside of record/loop_kernel_test',
    'record/loop_run': 'structs: record/loop_sampler_test, record/loop_kernel_test',
    'numeric/each_width': 'picks the width of vectors: wavefunction/wavefunction_algebra_test runs all',
    'random/purpose': 'an enum: random/stream_test',
    'study/ensemble/compare_ensemble': 'study/ensemble/prepared_ensemble_test, statistical/wavefunction_test',
    'study/ensemble/draws': 'study/ensemble/prepared_ensemble_test, for every model',
    'study/ensemble/ensemble_models': 'study/ensemble/prepared_ensemble_test, for every model',
    'study/ensemble/ensemble_plan': 'a struct: study/ensemble/prepared_ensemble_test',
    'study/ensemble/exact_ensemble': 'study/ensemble/prepared_ensemble_test',
    'study/ensemble/local_ensemble': 'study/ensemble/prepared_ensemble_test',
    'study/ensemble/observables': 'study/ensemble/mcsolve_test',
    'study/ensemble/simulate_trajectories': 'study/ensemble/mcsolve_test',
    'study/estimate/click_model': 'study/estimate/pump_estimate_test',
    'study/estimate/estimate_plan': 'study/estimate/pump_estimate_test',
    'study/estimate/fit_pool': 'study/estimate/pump_estimate_test: p-values of records, and of groups',
    'study/experiment/course_records': 'what detectors see of study/experiment/experiment_test',
    'study/experiment/course': 'study/experiment/experiment_test',
    'study/experiment/experiment_config': 'study/experiment/experiment_test',
    'study/experiment/experiment_plan': 'study/experiment/experiment_test',
    'study/model': 'an enum and its name: study/ensemble/ensemble_config_test',
    'study/protocols/protocols_config': 'study/protocols/protocols_test',
    'study/plan': 'a null pointer: misuse/scan_test and its neighbours, for every study',
    'study/scan/compare_scan': 'study/scan/prepared_scan_test, statistical/scan_test',
    'study/scan/detected_signal': 'statistical/signals_test',
    'study/scan/detector_calibration': 'study/scan/detected_leg_test',
    'study/scan/detector_keys': 'study/scan/scan_config_test',
    'study/homodyne/as_ensemble': 'the body in study/homodyne/homodyne_config: study/homodyne/homodyne_test',
    'study/homodyne/exact_current': 'study/homodyne/homodyne_test, statistical/homodyne_test',
    'study/homodyne/homodyne_config': 'study/homodyne/homodyne_test',
    'study/scan/kept_calibrations': 'cli/resume_test.py: parts are merged with those that were kept',
    'study/scan/kept_record': 'cli/detector_test.py',
    'study/scan/protocol_keys': 'study/scan/scan_config_test',
    'study/scan/scan_block': 'study/scan/prepared_scan_test: what runs a block',
    'study/scan/scan_plan': 'study/scan/prepared_scan_test: what prepare makes',
    'study/scan/scan_result': 'study/scan/prepared_scan_test, io/scan_report_test',
    'study/scan/scan_results': 'study/scan/prepared_scan_test: from sums to results',
    'study/scan/scan_tally': 'study/scan/prepared_scan_test: parts and their sums',
    'study/start_key': 'study/lock/lock_config_test, study/schedule/best_schedule_test, study/measure/measure_test',
    'trajectory/direct/lane_loop': 'trajectory/direct_kernel_test, on every target',
    'trajectory/ladder_setup': 'a struct: trajectory/method_test',
    'trajectory/stream_draws': 'trajectory/ladder_sampler_test, trajectory/spin_sampler_test',
    'trajectory/walk_in_turns': 'trajectory/ladder_sampler_test, trajectory/spin_sampler_test',
    'trajectory/observer': 'estimate/run_observers_test',
    'trajectory/sampler': 'trajectory/method_test',
    'trajectory/sphere/generators': 'trajectory/sphere_kernel_test: lanes and streams',
    'trajectory/sphere/single_atoms': 'trajectory/spin_sphere_kernel_test, and the one of statistical/',
    'trajectory/sphere/window_loop': 'trajectory/sphere_kernel_test, on every target',
    'trajectory/uniformisation/pack_size': 'a constant: trajectory/uniformisation/pack_test',
    'trajectory/uniformisation/segment_loop': 'trajectory/uniformisation_kernel_test, on every target',
    'trajectory/uniformisation/vector_block': 'trajectory/uniformisation_kernel_test, against scalar_block',
    'trajectory/vector_targets': 'trajectory/uniformisation_kernel_test: every target has the same runs',
    'trajectory/window': 'columns that samplers fill: estimate/run_observers_test, misuse/trajectory_test',
    'wavefunction/channel_jump': 'a struct: wavefunction/wavefunction_sampler_test',
    'wavefunction/quadrature_draw': 'wavefunction/diffusive_sampler_test, statistical/wavefunction_test',
}


def files():
    for top in ('include', 'engine', 'tools/cli', 'tools/python'):
        for path in sorted((ROOT / top).rglob('*')):
            if path.suffix in SOURCES:
                yield path


def subject(path):
    """trajectory/ladder_sampler of include/dickejump/trajectory/ladder_sampler.hpp and engine/trajectory/….cpp"""
    for top in ('include/dickejump', 'engine', 'tools'):
        if path.is_relative_to(ROOT / top):
            return path.relative_to(ROOT / top).with_suffix('').as_posix()
    return None


def included(path):
    """The headers of the project that a file includes."""
    for name in re.findall(r'^\s*#include "([^"]+)"', path.read_text(), re.M):
        for top in ('include', 'engine', 'tools', 'tools/python'):
            if (ROOT / top / name).is_file():
                yield ROOT / top / name


def layer(path):
    return subject(path).split('/')[0]


def order(problems):
    for path in files():
        if subject(path) == 'dickejump':
            continue
        for other in included(path):
            if layer(other) not in LAYERS:
                problems.append(f'{path} includes {other} (of no layer): add the layer to {Path(__file__).name}')
            elif LAYERS.index(layer(other)) > LAYERS.index(layer(path)):
                problems.append(f'{path} includes {other}: {layer(path)} comes before {layer(other)}')


def circles(problems):
    """Folders that include each other, below the level of layers: study/scan and study/ensemble, say."""
    needs = defaultdict(set)
    for path in files():
        folder = subject(path).rpartition('/')[0]
        for other in included(path):
            if (target := subject(other).rpartition('/')[0]) != folder and folder:
                needs[folder].add(target)
    state = {}

    def visit(folder, trail):
        if state.get(folder) == 'done':
            return
        if folder in trail:
            problems.append('folders include each other in a circle: ' + ' -> '.join([*trail[trail.index(folder):], folder]))
            return
        for other in sorted(needs[folder]):
            # A folder and those inside it are one room.
            if not other.startswith(folder + '/') and not folder.startswith(other + '/'):
                visit(other, [*trail, folder])
        state[folder] = 'done'

    for folder in sorted(needs):
        visit(folder, [])


def sizes(problems):
    for top in ('include', 'engine', 'tools', 'tests', 'experiments'):
        for path in sorted((ROOT / top).rglob('*')):
            if path.suffix in (*SOURCES, '.py') and (lines := path.read_text().count('\n')) > MOST_LINES:
                problems.append(f'{path} has {lines} lines, more than {MOST_LINES}: cut it where one idea ends')


def umbrella(problems):
    text = (ROOT / 'include/dickejump/dickejump.hpp').read_text()
    for path in sorted((ROOT / 'include').rglob('*.hpp')):
        name = path.relative_to(ROOT / 'include').as_posix()
        if name != 'dickejump/dickejump.hpp' and f'"{name}"' not in text:
            problems.append(f'dickejump.hpp lacks {name}')


def tests(problems):
    # Vector code (…-inl.hpp) is included once for every target: it has the name of what it is about.
    subjects = {subject(path).removesuffix('-inl') for path in files() if layer(path) not in ('cli', 'python')} - {'dickejump'}
    for stem in sorted(subjects):
        has = (ROOT / 'tests' / f'{stem}_test.cpp').is_file()
        if not has and stem not in TESTED_ELSEWHERE:
            problems.append(f'{stem} has no test: write tests/{stem}_test.cpp, or say here where it is tested')
        if has and stem in TESTED_ELSEWHERE:
            problems.append(f'{stem} has a test of its own: strike it off the list here')
    for stem in sorted(TESTED_ELSEWHERE.keys() - subjects):
        problems.append(f'{stem} is no more: strike it off the list here')


def main():
    problems = []
    for check in (order, circles, sizes, umbrella, tests):
        check(problems)
    for problem in problems:
        print(problem.replace(f'{ROOT}/', ''))
    print(f'{len(problems)} problems in {sum(1 for _ in files())} files')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
