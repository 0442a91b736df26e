#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""binder-run around stand-ins for the broker and the service manager: statuses, signals,
the environment, and that nothing is left however it ends.

usage: test_binder_run.py BINDER_RUN FAKE_DAEMON
"""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

RUN, FAKE = sys.argv[1:3]


def gone(pid):
    """Whether a process has ended; one that nobody has waited for yet has."""
    try:
        with open('/proc/%d/stat' % pid) as f:
            return f.read().rsplit(')', 1)[1].split()[0] in 'ZX'
    except (FileNotFoundError, ProcessLookupError):
        return True


def eventually(condition):
    """What happens in another process, after some finite time."""
    for _ in range(2000):
        if condition():
            return True
        time.sleep(0.005)
    return False


class BinderRun(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        self.runtime = os.path.join(self.home.name, 'runtime')
        os.mkdir(self.runtime, 0o700)
        # Root's programs may turn into other users, who must get there.
        root = os.geteuid() == 0
        self.base, self.mode = ('/run/binder-run', '711') if root else (self.runtime, '700')
        self.log = os.path.join(self.home.name, 'log')
        self.env = dict(os.environ, XDG_RUNTIME_DIR=self.runtime, FAKE_LOG=self.log)
        for name in 'BINDERD_DIR', 'LD_PRELOAD', 'FAKE_MODE':
            self.env.pop(name, None)

    def argv(self, *args):
        return [RUN, '--binderd', FAKE, '--servicemanager', FAKE, *args]

    def call(self, *args, **env):
        return subprocess.run(self.argv('--no-preload', *args), env=dict(self.env, **env),
                              capture_output=True, text=True, timeout=60)

    def start(self, *args, **options):
        return subprocess.Popen(self.argv('--no-preload', *args), env=self.env, text=True,
                                stdout=subprocess.PIPE, **options)

    def daemons(self):
        with open(self.log) as f:
            return [line for line in f.read().splitlines() if not line.endswith(': ended')]

    def daemon_pids(self):
        return [int(line.split()[1]) for line in self.daemons()]

    def directories(self):
        return re.findall(r' in (\S+)$', '\n'.join(self.daemons()), re.M)

    def directories_gone(self):
        return not any(os.path.exists(path) for path in self.directories())

    def assert_clean(self):
        self.assertTrue(self.directories())
        self.assertTrue(self.directories_gone())
        self.assertEqual(os.listdir(self.runtime), [])
        self.assertTrue(all(gone(pid) for pid in self.daemon_pids()))

    def test_statuses(self):
        for command, status in ((['true'], 0), (['sh', '-c', 'exit 7'], 7),
                                (['sh', '-c', 'kill -9 $$'], 137),
                                (['sh', '-c', 'kill -TERM $$'], 143),
                                (['no-such-command'], 127), (['/etc/passwd'], 126),
                                (['--', 'sh', '-c', 'exit 3'], 3)):
            self.assertEqual(self.call(*command).returncode, status, command)
            self.assert_clean()

    def test_usage(self):
        self.assertEqual(self.call().returncode, 125)
        self.assertEqual(self.call('--no-such-option', 'true').returncode, 125)
        self.assertEqual(self.call('--context', 'a/b', 'true').returncode, 125)
        self.assertEqual(self.call('--log-level', 'loud', 'true').returncode, 125)
        self.assertIn('usage:', self.call('--help').stdout)
        self.assertFalse(os.path.exists(self.log))

    def test_command_options_are_its_own(self):
        self.assertEqual(self.call('echo', '--context', '-x').stdout, '--context -x\n')

    def test_arguments(self):
        self.call('--context', 'one', '--context', 'binder', '--context', 'hwbinder',
                  '--context', 'one', '--log-level', 'info', 'true')
        broker, manager = (line.split(': ', 1)[1] for line in self.daemons())
        directory = self.directories()[0]
        self.assertEqual(os.path.dirname(directory), self.base)
        self.assertEqual(broker, '--ready-fd 3 --log-level info --private'
                         ' --context binder --context hwbinder --context vndbinder'
                         ' --context one in %s' % directory)
        self.assertEqual(manager, '--ready-fd 3 --log-level info --policy open --services none'
                         ' binder one in %s' % directory)

    def test_no_servicemanager(self):
        self.assertEqual(self.call('--no-servicemanager', 'true').returncode, 0)
        self.assertEqual(len(self.daemons()), 1)
        self.assert_clean()

    def test_environment(self):
        out = self.call('sh', '-c', 'echo "$BINDERD_DIR $LD_PRELOAD"; ls "$BINDERD_DIR" | wc -l;'
                        'stat -c %a "$BINDERD_DIR"').stdout.splitlines()
        self.assertTrue(out[0].startswith(self.base + '/'))
        self.assertTrue(out[0].endswith(' '))
        self.assertEqual(out[1:], ['2', self.mode])

    def test_preload(self):
        # Any library will do that can be preloaded; the loader warns of one that it cannot find.
        library = os.path.join(self.home.name, 'libpreloaded.so')
        open(library, 'w').close()
        command = 'import os; print(os.environ["LD_PRELOAD"])'
        for old, expected in ((None, library), ('', library), ('other.so', library + ':other.so')):
            env = dict(self.env)
            if old is not None:
                env['LD_PRELOAD'] = old
            out = subprocess.run(self.argv('--preload', library, sys.executable, '-c', command),
                                 env=env, capture_output=True, text=True, timeout=60)
            self.assertEqual(out.stdout, expected + '\n', out.stderr)
        missing = subprocess.run(self.argv('--preload', '/no/such.so', 'true'), env=self.env,
                                 capture_output=True, text=True, timeout=60)
        self.assertEqual(missing.returncode, 125)

    def test_daemon_fails(self):
        for mode in 'fail', 'mute':
            result = self.call('true', FAKE_MODE=mode)
            self.assertEqual(result.returncode, 125)
            self.assertIn('did not start', result.stderr)
            self.assert_clean()

    def test_daemon_deaf(self):
        result = self.call('--no-servicemanager', 'true', FAKE_MODE='deaf')
        self.assertEqual(result.returncode, 0)
        self.assertIn('is killed', result.stderr)
        self.assert_clean()

    def test_daemon_dies_early(self):
        run = self.start('sh', '-c', 'echo; read line; exit 5', stdin=subprocess.PIPE,
                         stderr=subprocess.PIPE)
        run.stdout.readline()
        os.kill(self.daemon_pids()[0], signal.SIGKILL)
        self.assertTrue(eventually(lambda: gone(self.daemon_pids()[0])))
        _, errors = run.communicate('\n', timeout=60)
        self.assertEqual(run.returncode, 5)
        self.assertIn('the broker was killed by signal 9', errors)
        self.assert_clean()

    def test_signals_are_passed_on(self):
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1:
            run = self.start(sys.executable, '-c', 'import signal, sys\n'
                             'signal.pthread_sigmask(signal.SIG_BLOCK, [%d])\n'
                             'print("up", flush=True)\n'
                             'sys.exit(100 + signal.sigwait([%d]))' % (number, number))
            run.stdout.readline()
            run.send_signal(number)
            self.assertEqual(run.wait(60), 100 + number)
            run.stdout.close()
            self.assert_clean()

    def test_killed(self):
        run = self.start('sh', '-c', 'echo $$; exec sleep 1000')
        command = int(run.stdout.readline())
        run.kill()
        run.wait(60)
        run.stdout.close()
        self.assertTrue(eventually(lambda: gone(command)))
        self.assertTrue(eventually(lambda: all(gone(pid) for pid in self.daemon_pids())))
        self.assertTrue(eventually(self.directories_gone))

    def test_ended_while_starting(self):
        # A program that never becomes ready: sleep, with arguments that it does not know.
        script = os.path.join(self.home.name, 'slow')
        with open(script, 'w') as f:
            f.write('#!/bin/sh\necho "pid $$ sid 0: $*" >>"$FAKE_LOG"\nexec sleep 1000\n')
        os.chmod(script, 0o700)
        run = subprocess.Popen([RUN, '--no-preload', '--binderd', script, 'true'], env=self.env)
        self.assertTrue(eventually(lambda: os.path.exists(self.log)))
        run.terminate()
        self.assertEqual(run.wait(60), -signal.SIGTERM)
        self.assertTrue(eventually(lambda: all(gone(pid) for pid in self.daemon_pids())))
        self.assertTrue(eventually(self.directories_gone))

    @unittest.skipIf(os.geteuid() == 0, 'root has a directory of its own')
    def test_directory_of_others(self):
        os.chmod(self.runtime, 0o777)
        out = self.call('sh', '-c', 'echo "$BINDERD_DIR"', HOME=self.home.name).stdout.strip()
        self.assertTrue(out)
        self.assertFalse(out.startswith(self.runtime + '/'))
        self.assertFalse(os.path.exists(out))

    def test_closed_standard_descriptors(self):
        out = subprocess.run(['sh', '-c', '"$@" <&-', 'sh', *self.argv(
            '--no-preload', 'sh', '-c', '[ -e /proc/$$/fd/0 ] || echo closed')],
            env=self.env, capture_output=True, text=True, timeout=60)
        self.assertEqual(out.stdout, 'closed\n', out.stderr)
        self.assert_clean()

    def test_sessions(self):
        out = self.call('sh', '-c', 'ps -o sid= -p $$').stdout.strip()
        sessions = {line.split()[3].rstrip(':') for line in self.daemons()}
        self.assertEqual(len(sessions), 2)
        self.assertNotIn(out, sessions)

    def test_terminal(self):
        """Ctrl-C reaches the command once; Ctrl-Z stops it and fg continues it."""
        pid, terminal = pty.fork()
        if not pid:
            os.environ.update(self.env, PS1='# ')
            os.execvp('bash', ['bash', '--norc', '--noediting', '-i'])
        seen = ''

        def expect(text):
            nonlocal seen
            while text not in seen:
                if not select.select([terminal], [], [], 30)[0]:
                    self.fail('no %r in %r' % (text, seen))
                seen += os.read(terminal, 4096).decode(errors='replace')
            seen = seen.split(text, 1)[1]

        def send(text):
            os.write(terminal, text.encode())

        # Else Ctrl-Z also discards what is typed, and does so when the shell already reads; and
        # what the terminal echoes stands amid what the command prints.
        expect('# ')
        send('stty noflsh -echo\n')
        expect('# ')
        script = os.path.join(self.home.name, 'command')
        with open(script, 'w') as f:
            f.write('import signal, sys\nawaited = [signal.SIGINT, signal.SIGCONT]\n'
                    'signal.pthread_sigmask(signal.SIG_BLOCK, awaited)\n'
                    'print("start" "ed", flush=True)\n'
                    'for _ in awaited:\n'
                    '    print("got", signal.Signals(signal.sigwait(awaited)).name, flush=True)\n'
                    'status = int(sys.stdin.readline())\n'
                    'print("pending", signal.sigpending(), flush=True)\nsys.exit(status)\n')
        send(' '.join(self.argv('--no-preload', sys.executable, script)) + '\n')
        expect('started')
        send('\x03')
        expect('got SIGINT')
        send('\x1a')
        expect('Stopped')
        expect('# ')
        send('fg\n')
        expect('got SIGCONT')
        send('9\n')
        # Each came once.
        expect('pending set()')
        expect('# ')
        send('echo status-$?\n')
        expect('status-9')
        send('exit\n')
        os.waitpid(pid, 0)
        os.close(terminal)
        self.assert_clean()


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
