#!/usr/bin/env python3
"""Job arrays and MPI jobs under SLURM end in the bytes of one run: a cluster of one node, started and stopped here.
usage: slurm_test.py PROGRAM FOLDER_OF_BATCH_FILES
Skipped (77) where slurm, munge or the rights to start them are not there."""
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM, BATCH = (os.path.abspath(argument) for argument in sys.argv[1:3])
del sys.argv[1:3]
TOOLS = ('munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'scontrol')
os.environ['PATH'] += ':/usr/sbin:/sbin'


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Cluster:
    """Daemons with files, sockets and ports of their own, so that a SLURM of this machine is left alone."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix='dickejump-slurm-'))
        self.daemons = []
        host, cores = socket.gethostname(), os.cpu_count()
        key = self.folder / 'munge.key'
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        for name in ('spool', 'state', 'munge'):
            (self.folder / name).mkdir(mode=0o755)
        self.folder.chmod(0o755)
        self.conf = self.folder / 'slurm.conf'
        self.conf.write_text(f'''ClusterName=dickejump
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={self.folder}/munge/socket
CryptoType=crypto/munge
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd.pid
SlurmctldLogFile={self.folder}/slurmctld.log
SlurmdLogFile={self.folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
KillWait=5
JobRequeue=1
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} SocketsPerBoard=1 CoresPerSocket={cores} ThreadsPerCore=1 RealMemory=256
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
''')
        (self.folder / 'cgroup.conf').write_text('CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n')
        self.environment = dict(os.environ, SLURM_CONF=str(self.conf), OMPI_ALLOW_RUN_AS_ROOT='1',
                                OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1', OMPI_MCA_btl_vader_single_copy_mechanism='none')

    def start(self):
        self.daemon('munged', '-F', '--force', f'--key-file={self.folder}/munge.key', f'--socket={self.folder}/munge/socket',
                    f'--pid-file={self.folder}/munge/pid', f'--log-file={self.folder}/munge/log', f'--seed-file={self.folder}/munge/seed')
        self.wait(lambda: (self.folder / 'munge/socket').exists(), 'munged')
        self.daemon('slurmctld', '-D', '-f', str(self.conf))
        self.daemon('slurmd', '-D', '-f', str(self.conf))
        self.wait(lambda: 'idle' in self.run('sinfo', '-h', '-o', '%T').stdout, 'an idle node')

    def daemon(self, *command):
        with open(self.folder / f'{command[0]}.out', 'w') as log:
            self.daemons.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def wait(self, condition, what, seconds=120):
        deadline = time.time() + seconds
        while not condition():
            if time.time() > deadline:
                logs = '\n'.join(f'{log.name}: {log.read_text(errors="replace")[-600:]}'
                                 for log in [*self.folder.glob('*.log'), *self.folder.glob('*.out')])
                raise RuntimeError(f'no {what} after {seconds} s\n{logs}')
            time.sleep(0.1)

    def stop(self):
        self.run('scancel', '--user=root')
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def strip(value):
    if isinstance(value, dict):
        return {k: strip(v) for k, v in value.items() if k not in ('seconds', 'threads', 'provenance')}
    return [strip(v) for v in value] if isinstance(value, list) else value


class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = CLUSTER
        cls.folder = cls.cluster.folder
        cls.environment = dict(cls.cluster.environment, DICKEJUMP=PROGRAM)
        scan = ['scan', '--atoms', '60', '--rate', '4', '--half-width', '12', '--seed', '9', '--method', 'exact', '--trajectories', '30000']
        cls.file = cls.folder / 'scan.toml'
        cls.file.write_text(subprocess.run([PROGRAM, *scan, '--dump-config'], capture_output=True, text=True, check=True).stdout)
        subprocess.run([PROGRAM, *scan, '--out', cls.folder / 'whole'], check=True, capture_output=True)
        cls.whole = cls.summary(cls.folder / 'whole')

    @staticmethod
    def summary(folder):
        return strip(json.loads((Path(folder) / 'summary.json').read_text()))

    def submit(self, *arguments):
        done = subprocess.run(['sbatch', '--parsable', '--chdir', str(self.folder), *map(str, arguments)], env=self.environment,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def until_gone(self, job):
        self.cluster.wait(lambda: not self.cluster.run('squeue', '-h', '-j', job).stdout.strip(), f'end of job {job}', 300)

    def log(self):
        return '\n'.join(f'{p.name}: {p.read_text(errors="replace")[-800:]}' for p in self.folder.glob('slurm-*.out'))

    def test_an_array_of_parts_merges_to_the_bytes_of_one_run(self):
        self.until_gone(self.submit('--array=1-3', f'{BATCH}/array.sbatch', self.file, self.folder / 'array'))
        parts = [self.folder / f'array/part-{k}' for k in (2, 3, 1)]
        merged = subprocess.run([PROGRAM, 'merge', *parts, '--out', self.folder / 'merged'], capture_output=True, text=True)
        self.assertEqual(merged.returncode, 0, merged.stderr + self.log())
        self.assertEqual(self.summary(self.folder / 'merged'), self.whole)

    def test_a_job_over_ranks_gives_the_bytes_of_one_run(self):
        version = subprocess.run([PROGRAM, '--version'], capture_output=True, text=True).stdout
        if 'MPI: ' not in version or not shutil.which('mpirun'): self.skipTest('built without MPI, or no mpirun')
        self.environment['LAUNCH'] = 'mpirun --oversubscribe'
        self.until_gone(self.submit('--ntasks=2', f'{BATCH}/mpi.sbatch', self.file, self.folder / 'ranks'))
        self.assertTrue((self.folder / 'ranks/summary.json').exists(), self.log())
        self.assertEqual(self.summary(self.folder / 'ranks'), self.whole)

    def test_a_job_that_is_requeued_or_cancelled_loses_nothing(self):
        long = self.folder / 'long.toml'
        long.write_text(self.file.read_text().replace('trajectories = 30000', 'trajectories = 400000'))
        part = self.folder / 'again/part-1'
        job = self.submit('--array=1-1', f'{BATCH}/array.sbatch', long, self.folder / 'again')
        self.cluster.wait(lambda: (part / 'checkpoint').exists(), 'checkpoint')
        self.cluster.run('scontrol', 'requeue', f'{job}_1')
        # SLURM holds a requeued job back for two minutes: it is cancelled then, and submitted once more.
        self.cluster.wait(lambda: self.cluster.run('squeue', '-h', '-j', job, '-o', '%T').stdout.strip() != 'RUNNING', 'requeue')
        self.cluster.run('scancel', job)
        self.until_gone(job)
        left = self.cluster.run('pgrep', '-f', f'{PROGRAM} .*{part}').stdout
        self.assertEqual(left, '', 'a program outlived its job')
        self.until_gone(self.submit('--array=1-1', f'{BATCH}/array.sbatch', long, self.folder / 'again'))
        seen = json.loads(subprocess.run([PROGRAM, 'inspect', part, '--json'], capture_output=True, text=True, check=True).stdout)
        self.assertTrue(seen['complete'], self.log())
        subprocess.run([PROGRAM, 'run', long, '--out', self.folder / 'long'], check=True, capture_output=True)
        self.assertEqual(self.summary(part), self.summary(self.folder / 'long'))


if __name__ == '__main__':
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        print('skipped: ' + (f'{", ".join(missing)} not installed: tools/setup --with-cluster' if missing else 'daemons are started by root only'))
        sys.exit(77)
    CLUSTER = Cluster()
    try:
        try:
            CLUSTER.start()
        except RuntimeError as error:  # a container without the rights or control groups that daemons need
            print(f'skipped: no SLURM could be started here: {error}')
            sys.exit(77)
        unittest.main(verbosity=2)
    finally:
        CLUSTER.stop()
