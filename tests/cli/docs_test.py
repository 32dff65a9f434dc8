#!/usr/bin/env python3
"""Every block of shell commands in the documentation runs, and its links lead somewhere. usage: docs_test.py PROGRAM"""
import os
import re
import subprocess
from pathlib import Path

from command_line import PROGRAM, CommandLine, main

DOCS = Path(__file__).resolve().parents[2] / 'tools' / 'docs'
LAYERS = ('model', 'random', 'trajectory', 'wavefunction', 'record', 'estimate', 'exact', 'ensemble', 'study', 'io')
MADE = {'reference.md', 'changelog.md', 'python_reference.md', *(f'cpp/{layer}.md' for layer in LAYERS)}  # by the build


class Documentation(CommandLine):
    def test_every_command_works(self):
        os.symlink(PROGRAM, self.folder / 'dickejump')
        blocks = 0
        for page in sorted(DOCS.rglob('*.md')):
            folder = self.folder / page.relative_to(DOCS).as_posix().replace('/', '-')
            folder.mkdir()
            for block in re.findall(r'^```sh\n(.*?)^```', page.read_text(), re.M | re.S):
                with self.subTest(page=page.name, block=block):
                    done = subprocess.run(['bash', '-euo', 'pipefail', '-c', block], cwd=folder, capture_output=True, text=True,
                                          env=dict(os.environ, PATH=f'{self.folder}:{os.environ["PATH"]}'), timeout=300)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertNotIn('error:', done.stderr)
                    blocks += 1
        self.assertGreater(blocks, 10)

    def test_links_and_pages_lead_somewhere(self):
        for page in sorted(DOCS.rglob('*.md')):
            text = page.read_text()
            for link in re.findall(r'\]\(([^)#:]+)(?:#[^)]*)?\)', text):
                with self.subTest(page=page.name, link=link):
                    there = page.parent / link
                    if link.startswith('figures/'):
                        there = DOCS.parents[1] / 'experiments' / link
                    self.assertTrue(link in MADE or there.is_file())
            for tree in re.findall(r'^```\{toctree\}\n(.*?)^```', text, re.M | re.S):
                for name in tree.split('\n\n', 1)[1].split():
                    self.assertTrue(f'{name}.md' in MADE or (page.parent / f'{name}.md').is_file(), name)


if __name__ == '__main__':
    main()
