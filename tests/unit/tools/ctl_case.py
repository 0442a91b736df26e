# SPDX-License-Identifier: Apache-2.0
"""What the tests of binderctl share: sessions, and calling it.

usage of each: BINDER_RUN BINDERCTL CTL_SERVICE CTL_MANAGER_DOUBLE COMPLETION
"""

import json
import os
import subprocess
import sys
import unittest

RUN, CTL, SERVICE, DOUBLE, COMPLETION = map(os.path.abspath, sys.argv[1:6])
# Milliseconds in which a service on a busy machine has begun to do what it is asked for.
ENOUGH = '3000'
NAMES = ['manager', 'test.dies', 'test.echo', 'test.hang', 'test.mute', 'test.shell']


class Session:
    """A binder with the test's services, or with those that are named."""

    def __init__(self, *names, options=(), command=None):
        env = dict(os.environ)
        for name in 'BINDERD_DIR', 'LD_PRELOAD', 'NO_COLOR':
            env.pop(name, None)
        command = command or [SERVICE, *names]
        self.process = subprocess.Popen([RUN, '--no-preload', *options, '--', *command], env=env,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().split()
        if not line or line[0] != 'ready':
            raise RuntimeError('the services did not start')
        self.env = dict(env, BINDERD_DIR=line[1], TERM='xterm')

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


class Case(unittest.TestCase):
    session = None

    def own_session(self, *names, **options):
        """For tests that leave a service stuck or dead."""
        self.session = Session(*names, **options)
        self.addCleanup(self.session.end)

    def ctl(self, *args, **options):
        if options.setdefault('text', True):
            options['errors'] = 'replace'
        env = dict(self.session.env, **options.pop('env', {}))
        return subprocess.run([CTL, *args], env=env, capture_output=True, timeout=60, **options)

    def good(self, *args, **options):
        result = self.ctl(*args, **options)
        self.assertEqual((result.returncode, result.stderr), (0, ''), args)
        return result.stdout

    def bad(self, status, pattern, *args, **options):
        result = self.ctl(*args, **options)
        self.assertEqual(result.returncode, status, (args, result))
        self.assertRegex(result.stderr, pattern)
        return result.stdout

    def json(self, *args):
        return json.loads(self.good('--json', *args))


def main():
    unittest.main(argv=sys.argv[:1] + sys.argv[6:])
