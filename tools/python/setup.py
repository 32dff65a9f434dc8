"""The wheel: the package with the engine of a build that is there, or of one that is made for it.

DICKEJUMP_BUILD names the build folder (default: build/release of the project, if it has the module for this Python).
"""
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

PROJECT = Path(__file__).resolve().parents[2]
if not (PROJECT / 'CMakeLists.txt').exists():
    sys.exit(f'{PROJECT} (not the project: the engine is built from its sources) run pip on tools/python in its place')
MODULE = Path('python') / 'dickejump' / f'_engine{sysconfig.get_config_var("EXT_SUFFIX")}'


class BuildEngine(build_ext):
    def build_extension(self, extension):
        target = Path(self.get_ext_fullpath(extension.name)).resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self.built(), target)

    def built(self):
        """The module of the build that is there; else it is made."""
        asked = os.environ.get('DICKEJUMP_BUILD')
        there = Path(asked) if asked else PROJECT / 'build' / 'release'
        if (there / MODULE).exists():
            return there / MODULE
        if asked:
            sys.exit(f'DICKEJUMP_BUILD = {asked} (it has no {MODULE}) build the target dickejump_python there')
        here = PROJECT / 'build' / 'wheel' / sysconfig.get_platform()
        generator = ['-G', 'Ninja'] if shutil.which('ninja') else []
        subprocess.run(['cmake', '-S', PROJECT, '-B', here, *generator, '-DCMAKE_BUILD_TYPE=Release', '-DDICKEJUMP_PYTHON=ON',
                        '-DDICKEJUMP_BUILD_TESTS=OFF', '-DDICKEJUMP_BUILD_BENCH=OFF', f'-DPython_EXECUTABLE={sys.executable}'],
                       check=True)
        subprocess.run(['cmake', '--build', here, '--target', 'dickejump_python', '--parallel'], check=True)
        return here / MODULE


# What setuptools writes goes beside the other builds, not among the sources.
scratch = PROJECT / 'build' / 'wheel'
scratch.mkdir(parents=True, exist_ok=True)
version = re.search(r'project\(dickejump VERSION ([\d.]+)', (PROJECT / 'CMakeLists.txt').read_text())[1]
setup(version=version, packages=['dickejump'], package_data={'dickejump': ['*.pyi', 'py.typed', '*.mplstyle']},
      ext_modules=[Extension('dickejump._engine', [])], cmdclass={'build_ext': BuildEngine},
      options={'build': {'build_base': str(scratch / 'setuptools')}, 'egg_info': {'egg_base': str(scratch)}})
