#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""binderctl against service managers of other releases, and against bad ones.

usage: test_binderctl_managers.py BINDER_RUN BINDERCTL CTL_SERVICE CTL_MANAGER_DOUBLE COMPLETION
"""

import subprocess

from ctl_case import CTL, DOUBLE, Case, main


class Managers(Case):
    """With service managers of other releases, and with bad ones."""

    def manager(self, level, mode):
        if not self.session:
            self.own_session(options=['--no-servicemanager'],
                             command=['sh', '-c', 'echo "ready $BINDERD_DIR"; exec cat'])
        process = subprocess.Popen([DOUBLE, str(level), mode], env=self.session.env, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def end():
            process.stdin.close()
            process.wait(60)
            process.stdout.close()
        self.addCleanup(end)
        self.assertEqual(process.stdout.readline(), 'ready\n')
        return process

    def end(self, process):
        process.stdin.close()
        process.wait(60)

    def test_levels(self):
        for level in 0, 28, 29, 30, 31, 33, 34, 35, 36:
            manager = self.manager(level, 'good')
            option = '--api-level=%d' % level
            self.assertEqual(self.good('list', option), 'one\ntwo\n', level)
            self.assertEqual(self.good('check', option, 'two'), 'two: found\n')
            self.assertEqual(self.bad(1, '^$', 'check', option, 'three'), 'three: not found\n')
            self.assertIs(self.json(option, 'ping', 'one')['alive'], True)
            rows = self.json(option, 'list', '-l')
            self.assertEqual([row.get('pid') for row in rows],
                             [4001, 4002] if level >= 31 else [None, None])
            if level >= 30:
                self.assertEqual(self.good('dump', option, '--stability', 'one'),
                                 'system stability\n')
            self.end(manager)

    def test_wrong_level(self):
        self.manager(34, 'good')
        self.bad(1, r'did not answer checkService\(\): BAD_TYPE', '--api-level=29', 'check', 'one')
        self.bad(1, r'did not answer listServices\(\): UNKNOWN_TRANSACTION',
                 '--api-level', '36', 'list')

    def test_notified(self):
        for level in 30, 31, 34, 35, 36:
            manager = self.manager(level, 'notify')
            self.assertEqual(self.good('wait', '--api-level=%d' % level, 'late'), 'late: found\n')
            self.assertEqual(manager.stdout.readline(), 'find late\n')
            self.assertEqual(manager.stdout.readline(), 'notify late\n')
            self.end(manager)

    def test_looked_at(self):
        """A manager that cannot tell is looked at; here, until a time that has come at once."""
        self.manager(28, 'good')
        self.bad(4, 'no service "late" yet', 'wait', '--api-level=28', '-t', '0', 'late')
        self.assertEqual(self.good('wait', '--api-level=28', 'one'), 'one: found\n')

    def test_never_notified(self):
        self.manager(34, 'never')
        self.bad(4, 'no service "late" yet', 'wait', '-T', '20', 'late')

    def test_manager_dies(self):
        manager = self.manager(34, 'never')
        with subprocess.Popen([CTL, 'wait', 'late'], env=self.session.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.assertEqual([manager.stdout.readline() for _ in range(3)],
                             ['find late\n', 'notify late\n', 'find late\n'])
            self.end(manager)
            self.assertEqual(process.wait(60), 3)
            self.assertRegex(process.stderr.read(),
                             'manager of "binder" died|no service manager answers')

    def test_manager_dies_in_call(self):
        for command in (['list'], ['check', 'x'], ['dump'], ['wait', 'x'], ['call', 'x', '1']):
            self.manager(34, 'die')
            self.bad(3, 'no service manager answers', *command)

    def test_refused(self):
        self.manager(34, 'refuse')
        for command in (['list'], ['check', 'x'], ['dump'], ['dump', 'x'], ['wait', 'x'],
                        ['call', 'x', '1']):
            self.assertEqual(self.bad(1, r'the service manager refused \w+\(\): SECURITY \(-1\): '
                                      'Not you', *command), '')
        self.bad(125, 'refused', 'shell', 'x')

    def test_status(self):
        self.manager(34, 'status')
        for command in ['list'], ['check', 'x'], ['dump'], ['wait', 'x']:
            self.bad(1, r'did not answer \w+\(\): PERMISSION_DENIED \(-1\)', *command)

    def test_garbled(self):
        for level in 34, 36, 30:
            manager = self.manager(level, 'garble')
            for command in ['list'], ['check', 'x'], ['dump'], ['wait', 'x'], ['list', '-l']:
                self.bad(1, 'in a form that is not understood', '--api-level=%d' % level, *command)
            self.end(manager)
        self.manager(28, 'garble')
        self.bad(1, 'in a form that is not understood', '--api-level=28', 'check', 'x')
        # Nothing can be read: the end of the list.
        self.assertEqual(self.good('list', '--api-level=28'), '')


if __name__ == '__main__':
    main()
