#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""binderctl against services that run: every subcommand, for people and as JSON.

usage: test_binderctl.py BINDER_RUN BINDERCTL CTL_SERVICE CTL_MANAGER_DOUBLE COMPLETION
"""

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import tempfile

from ctl_case import COMPLETION, CTL, ENOUGH, NAMES, SERVICE, Case, Session, main


class Binderctl(Case):
    """With the project's service manager."""

    @classmethod
    def setUpClass(cls):
        cls.shared = Session()

    @classmethod
    def tearDownClass(cls):
        cls.shared.end()

    def setUp(self):
        self.session = self.shared

    # list, check, ping

    def test_list(self):
        self.assertEqual(self.good('list').split('\n'), NAMES + [''])
        self.assertEqual(self.json('list'), [{'name': name} for name in NAMES])
        self.assertEqual(self.good('list', '--json'), self.good('--json', 'list'))

    def test_list_priority(self):
        self.assertEqual(self.good('list', '--priority', 'CRITICAL'), 'test.shell\n')
        self.assertEqual(self.good('list', '--priority', 'normal'), 'test.hang\n')
        self.bad(2, 'no such priority', 'list', '--priority', 'URGENT')

    def test_list_long(self):
        lines = self.good('list', '-l').splitlines()
        self.assertEqual(lines[0].split(), ['NAME', 'PID', 'PROCESS', 'INTERFACE'])
        rows = {line.split()[0]: line.split()[1:] for line in lines[1:]}
        self.assertEqual(list(rows), NAMES)
        self.assertEqual(rows['test.echo'][1:], ['ctl-service', 'test.IEcho'])
        self.assertEqual(rows['test.mute'][2], '-')
        self.assertEqual(rows['manager'][1:], ['servicemanager', 'android.os.IServiceManager'])
        # Columns: each cell begins, or for numbers ends, below its heading.
        for line in lines[1:]:
            self.assertEqual(line.index(' ctl-service' if 'test.' in line else ' servicem'),
                             lines[0].index(' PROCESS'))
            self.assertRegex(line[:lines[0].index(' PROCESS')], r'^\S+ +\d+ $')

    def test_list_long_json(self):
        rows = {row['name']: row for row in self.json('list', '-l')}
        self.assertEqual(list(rows), NAMES)
        echo = rows['test.echo']
        self.assertEqual((echo['interface'], echo['process']), ('test.IEcho', 'ctl-service'))
        self.assertEqual(os.path.basename(os.readlink('/proc/%d/exe' % echo['pid'])),
                         os.path.basename(SERVICE))
        self.assertNotIn('interface', rows['test.mute'])

    def test_check(self):
        self.assertEqual(self.good('check', 'test.echo'), 'test.echo: found\n')
        self.assertEqual(self.bad(1, '^$', 'check', 'nobody'), 'nobody: not found\n')
        self.assertEqual(self.json('check', 'test.echo'), {'name': 'test.echo', 'found': True})
        self.bad(1, r'it cannot be sent: Invalid or incomplete', 'check', b'\xff')
        out = self.bad(1, '^$', '--json', 'check', 'nobody')
        self.assertEqual(json.loads(out), {'name': 'nobody', 'found': False})

    def test_ping(self):
        self.assertRegex(self.good('ping', 'test.echo'), r'^test\.echo: alive \(\d+ us\)\n$')
        self.assertRegex(self.good('ping'), r'^service manager: alive ')
        self.assertIs(self.json('ping', 'test.echo')['alive'], True)
        self.bad(1, 'no service "nobody"', 'ping', 'nobody')

    def test_ping_stuck(self):
        self.own_session()
        self.bad(4, '^$', 'dump', '-T', ENOUGH, 'test.hang')
        self.assertEqual(self.bad(4, '^$', 'ping', '-T', '50', 'test.hang'),
                         'test.hang: no answer in time\n')
        out = json.loads(self.bad(4, '^$', '--json', 'ping', '-T', '50', 'test.hang'))
        self.assertEqual(out, {'name': 'test.hang', 'alive': False, 'error': 'no answer in time'})
        # What is stuck keeps nobody from the others.
        rows = {row['name']: row for row in self.json('list', '-l')}
        self.assertNotIn('interface', rows['test.hang'])
        self.assertEqual(rows['test.shell']['interface'], 'test.IShell')

    # call

    def test_call_values(self):
        out = self.good('call', 'test.echo', '1', 'i32', '-5', 'i64', '0x1234567890abcdef',
                        'f', '1.5', 'd', '-2', 's16', 'aé€😀', 'null')
        self.assertEqual(out, '''Result: Parcel(
  0x00000000: 00000000 fffffffb 90abcdef 12345678 '............xV4.'
  0x00000010: 3fc00000 00000000 c0000000 00000005 '...?............'
  0x00000020: 00e90061 d83d20ac 0000de00 73622a85 'a.... =......*bs'
  0x00000030: 00000000 00000000 00000000 00000000 '................'
  0x00000040: 00000000 00000000                   '........        ')
''')

    def test_call_short(self):
        self.assertEqual(self.good('call', 'test.echo', '1'),
                         "Result: Parcel(00000000    '....')\n")
        self.assertEqual(self.good('call', 'test.echo', '1', 'i32', '1'),
                         "Result: Parcel(00000000 00000001   '........')\n")
        self.assertEqual(self.good('call', 'test.echo', '0x5f504e47'), 'Result: Parcel(NULL)\n')

    def test_call_json(self):
        out = self.json('call', 'test.echo', '1', 'i32', '7')
        self.assertEqual(out, {'service': 'test.echo', 'code': 1, 'status': 0, 'status_name': 'OK',
                               'reply': {'size': 8, 'data': '0000000007000000', 'objects': []}})

    def test_call_objects(self):
        out = self.good('call', 'test.echo', '5')
        self.assertRegex(out, r'\n  Object #0 @ 0x4: handle \d+ test\.IInner, stability system\n'
                         r'  Object #1 @ 0x20: fd \d+ -> /dev/null\)\n$')
        objects = self.json('call', 'test.echo', '5')['reply']['objects']
        self.assertEqual([(o['type'], o['offset']) for o in objects], [('handle', 4), ('fd', 32)])
        self.assertEqual((objects[0]['interface'], objects[0]['stability']),
                         ('test.IInner', 'system'))
        self.assertEqual(objects[1]['file'], '/dev/null')

    def test_call_descriptors(self):
        with tempfile.NamedTemporaryFile('w+') as file:
            file.write('in the file')
            file.flush()
            for value in (['fd', file.name], ['nfd', str(os.dup(file.fileno()))]):
                file.seek(0)
                fds = [int(value[1])] if value[0] == 'nfd' else []
                out = json.loads(self.good('--json', 'call', 'test.echo', '4', *value,
                                           pass_fds=fds))
                self.assertIn('in the file', bytes.fromhex(out['reply']['data'])
                              .decode('utf-16-le', 'replace'), value)
                for fd in fds:
                    os.close(fd)
        self.bad(1, 'no-such-file: No such file', 'call', 'test.echo', '4', 'fd', 'no-such-file')
        self.bad(1, '99: Bad file descriptor', 'call', 'test.echo', '4', 'nfd', '99')

    def test_call_exceptions(self):
        for code, name in ((-1, 'SECURITY'), (-3, 'ILLEGAL_ARGUMENT'), (-5, 'ILLEGAL_STATE'),
                           (-7, 'UNSUPPORTED_OPERATION')):
            out = self.bad(1, '^$', 'call', 'test.echo', '2', 'i32', str(code), 's16', 'not so')
            self.assertEqual(out.splitlines()[-1], 'Exception: %s (%d): not so' % (name, code))
        out = self.bad(1, '^$', 'call', 'test.echo', '2', 'i32', '-8', 's16', 'mine')
        self.assertEqual(out.splitlines()[-1], 'Exception: SERVICE_SPECIFIC (-8), 42: mine')
        out = self.bad(1, '^$', '--json', 'call', 'test.echo', '2', 'i32', '-8', 's16', 'mine')
        self.assertEqual(json.loads(out)['exception'], {
            'code': -8, 'name': 'SERVICE_SPECIFIC', 'message': 'mine', 'service_specific': 42})

    def test_call_control_characters(self):
        out = self.bad(1, '^$', 'call', 'test.echo', '2', 'i32', '-1', 's16', 'a\033[2J\nb\\')
        self.assertEqual(out.splitlines()[-1], 'Exception: SECURITY (-1): a\\x1b[2J\\x0ab\\x5c')

    def test_call_statuses(self):
        for status, name in ((-74, 'UNKNOWN_TRANSACTION (-74)'), (-22, 'BAD_VALUE (-22)'),
                             (-1234, 'status -1234')):
            out = self.bad(1, '^$', 'call', 'test.echo', '3', 'i32', str(status))
            self.assertEqual(out, 'Result: Parcel(Error: %s)\n' % name)
        out = json.loads(self.bad(1, '^$', '--json', 'call', 'test.echo', '3', 'i32', '-22'))
        self.assertEqual(out, {'service': 'test.echo', 'code': 3, 'status': -22,
                               'status_name': 'BAD_VALUE'})
        out = self.bad(1, '^$', 'call', '--interface', 'wrong.IOne', 'test.echo', '1')
        self.assertEqual(out, 'Result: Parcel(Error: BAD_TYPE (-2147483647))\n')

    def test_call_tokens(self):
        self.bad(1, 'does not tell its interface', 'call', 'test.mute', '1')
        self.assertIn('UNKNOWN_TRANSACTION',
                      self.bad(1, '^$', 'call', '--interface', 'x.Y', 'test.mute', '1'))
        self.assertEqual(self.good('call', '--no-token', 'test.echo', '10', 'i32', '3'),
                         "Result: Parcel(00000003    '....')\n")

    def test_call_oneway(self):
        self.own_session('one')
        self.assertEqual(self.good('call', '--oneway', 'one', '6'), '')
        self.assertEqual(self.json('call', '--oneway', 'one', '6')['status'], 0)
        # Oneways come in the order of sending, and a call may overtake them.
        while '00000002' not in self.good('call', 'one', '7'):
            pass

    def test_call_dead(self):
        self.own_session()
        out = self.bad(1, '^$', 'call', 'test.dies', '1')
        self.assertEqual(out, 'Result: Parcel(Error: DEAD_OBJECT (-32): the process that had the '
                         'object has died)\n')

    def test_call_large(self):
        out = self.bad(1, '^$', 'call', 'test.echo', '1', 's16', 'x' * 100000)
        self.assertIn('FAILED_TRANSACTION (-2147483646): the driver refused the call: No space', out)

    def test_call_usage(self):
        for args, pattern in (
                (['test.echo'], 'a NAME and a CODE'), (['test.echo', 'x'], 'number of 32 bits'),
                (['test.echo', '-1'], 'number of 32 bits'),
                (['test.echo', '4294967296'], 'number of 32 bits'),
                (['test.echo', '1', 'i32'], 'i32 wants a value'),
                (['test.echo', '1', 'i32', '1x'], 'i32 wants an integer of 32 bits, not 1x'),
                (['test.echo', '1', 'i32', '4294967296'], 'i32 wants'),
                (['test.echo', '1', 'i32', ''], 'i32 wants'),
                (['test.echo', '1', 'i64', '99999999999999999999'], 'i64 wants'),
                (['test.echo', '1', 'f', 'much'], 'f wants a number'),
                (['test.echo', '1', 'd', '1e999'], 'd wants a number'),
                (['test.echo', '1', 'null', '3'], 'no type 3'),
                (['test.echo', '1', 'nfd', '-1'], 'nfd wants'),
                (['test.echo', '1', 's16', b'\xff'], 's16 wants text in UTF-8'),
                (['--frob', 'test.echo', '1'], 'no such option as --frob')):
            self.assertEqual(self.bad(2, pattern, 'call', *args), '')

    # dump

    def test_dump_one(self):
        self.assertEqual(self.good('dump', 'test.echo', '-a', 'b c', '--json'),
                         'dump of test.echo -a b c --json\n')
        out = self.json('dump', 'test.echo', 'x')
        self.assertEqual((out['service'], out['output'], out['timed_out']),
                         ('test.echo', 'dump of test.echo x\n', False))
        self.assertGreaterEqual(out['seconds'], 0)

    def test_dump_bytes(self):
        out = self.ctl('dump', 'test.echo', '--bytes', text=False)
        self.assertEqual(out.stdout, b'dump of test.echo --bytes\xff\x01\n')
        out = self.json('dump', 'test.echo', '--bytes')
        self.assertEqual(bytes.fromhex(out['output_hex']), b'dump of test.echo --bytes\xff\x01\n')
        self.assertNotIn('output', out)

    def test_dump_fails(self):
        out = self.bad(1, r'error while dumping test\.echo: INVALID_OPERATION \(-38\)',
                       'dump', 'test.echo', '--fail')
        self.assertEqual(out, 'dump of test.echo --fail\n')
        self.bad(1, 'UNKNOWN_TRANSACTION', 'dump', 'test.mute')
        self.bad(1, 'no service "nobody"', 'dump', 'nobody')
        out = json.loads(self.bad(1, 'INVALID', '--json', 'dump', 'test.echo', '--fail'))
        self.assertEqual(out['error'], 'INVALID_OPERATION (-38)')

    def test_dump_dies(self):
        self.own_session()
        self.assertEqual(self.bad(1, 'DEAD_OBJECT', 'dump', 'test.dies'), 'before the end\n')

    def test_dump_hangs(self):
        self.own_session()
        self.assertEqual(self.bad(4, '^$', 'dump', '-T', ENOUGH, 'test.hang'),
                         "before the hang\n\n*** SERVICE 'test.hang' DUMP TIMEOUT (%sms) EXPIRED "
                         '***\n\n' % ENOUGH)
        out = json.loads(self.bad(4, '^$', '--json', 'dump', '-t', '0.05', 'test.hang'))
        self.assertIs(out['timed_out'], True)

    def test_dump_without_end(self):
        out = subprocess.run([CTL, 'dump', '-T', '20', 'test.echo', '--flood'], timeout=60,
                             env=self.session.env, stdout=subprocess.DEVNULL)
        self.assertEqual(out.returncode, 4)
        # It is told that nobody reads on, and answers again.
        self.assertIn('alive', self.good('ping', 'test.echo'))

    def test_reader_goes_away(self):
        with subprocess.Popen([CTL, 'dump', 'test.echo', '--flood'], env=self.session.env,
                              stdout=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.read(8), b'dump of ')
            process.stdout.close()
            self.assertEqual(process.wait(60), -signal.SIGPIPE)

    def test_dump_all(self):
        self.own_session()
        result = self.ctl('dump', '-T', ENOUGH, '--skip', 'test.mute,manager')
        self.assertEqual(result.returncode, 0)
        out = result.stdout
        self.assertTrue(out.startswith('Currently running services:\n' + ''.join(
            '  %s%s\n' % (name, ' (skipped)' if name in ('test.mute', 'manager') else '')
            for name in NAMES) + '-' * 79 + '\nDUMP OF SERVICE test.dies:\n'), out)
        self.assertEqual(re.findall(r'^DUMP OF SERVICE (.*):$', out, re.M),
                         ['test.dies', 'test.echo', 'test.hang', 'test.shell'])
        self.assertIn('DUMP OF SERVICE test.echo:\ndump of test.echo -a\n', out)
        self.assertIn("before the hang\n\n*** SERVICE 'test.hang' DUMP TIMEOUT (%sms) EXPIRED" %
                      ENOUGH, out)
        self.assertIn('DUMP OF SERVICE test.shell:\ndump of test.shell -a\n', out)
        self.assertEqual(len(re.findall(
            r'^--------- \d+\.\d{3}s was the duration of dumpsys \S+, ending at: '
            r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$', out, re.M)), 4)
        self.assertRegex(result.stderr, 'error while dumping test.dies: DEAD_OBJECT')

    def test_dump_all_json(self):
        self.own_session()
        result = self.ctl('--json', 'dump', '-T', ENOUGH, '--skip', 'manager')
        self.assertEqual(result.returncode, 0)
        rows = {row['service']: row for row in json.loads(result.stdout)}
        self.assertEqual(list(rows), NAMES)
        self.assertIs(rows['manager']['skipped'], True)
        self.assertEqual(rows['test.echo']['output'], 'dump of test.echo -a\n')
        self.assertIs(rows['test.hang']['timed_out'], True)
        self.assertEqual(rows['test.hang']['output'], 'before the hang\n')
        self.assertRegex(rows['test.dies']['error'], 'DEAD_OBJECT')

    def test_dump_priority(self):
        out = self.good('dump', '--priority', 'HIGH')
        self.assertIn('DUMP OF SERVICE HIGH test.shell:\ndump of test.shell --dump-priority HIGH\n',
                      out)
        self.assertEqual(len(re.findall('DUMP OF', out)), 1)
        out = self.good('dump', '--proto')
        self.assertIn('DUMP OF SERVICE test.shell:\ndump of test.shell -a --proto\n', out)
        self.bad(2, 'no such priority', 'dump', '--priority', 'x')

    def test_dump_list(self):
        self.assertEqual(self.good('dump', '-l'), 'Currently running services:\n'
                         + ''.join('  %s\n' % name for name in NAMES))
        self.assertEqual([row['service'] for row in self.json('dump', '-l')], NAMES)

    def test_dump_facts(self):
        pid = {row['name']: row['pid'] for row in self.json('list', '-l')}['test.echo']
        self.assertEqual(self.good('dump', '--pid', 'test.echo'), '%d\n' % pid)
        self.assertEqual(self.good('dump', '--stability', 'test.echo'), 'system stability\n')
        self.assertEqual(self.good('dump', '--pid', '--stability', '--dump', 'test.echo', 'x'),
                         '%d\nsystem stability\ndump of test.echo x\n' % pid)
        self.assertEqual(self.json('dump', '--pid', '--stability', 'test.echo'),
                         {'service': 'test.echo', 'pid': pid, 'stability': 'system'})

    def test_dump_usage(self):
        for args in (['-t', 'x'], ['-t', '-1'], ['-T', 'nan'], ['-t'], ['-x']):
            self.bad(2, '--help tells more', 'dump', *args)

    # shell

    def test_shell_results(self):
        for result, status in ((0, 0), (7, 7), (255, 255), (-1, 255), (256, 0), (-38, 218)):
            self.assertEqual(self.ctl('shell', 'test.shell', 'exit', str(result)).returncode, status)
        result = self.ctl('shell', 'test.shell')
        self.assertEqual((result.returncode, result.stdout), (0, 'usage\n'))
        result = self.ctl('shell', 'test.shell', '--help', '-x', 'three')
        self.assertEqual((result.returncode, result.stdout), (3, 'usage\n'))

    def test_shell_streams(self):
        self.assertEqual(self.good('shell', 'test.shell', 'cat', input='some input\n'),
                         'some input\n')
        result = self.ctl('shell', 'test.shell', 'err', 'told')
        self.assertEqual((result.stdout, result.stderr), ('', 'told'))

    def test_shell_closed_streams(self):
        out = subprocess.run(['sh', '-c', 'exec "$@" <&-', 'sh', CTL, 'shell', 'test.shell', 'cat'],
                             env=self.session.env, capture_output=True, text=True, timeout=60)
        self.assertEqual((out.returncode, out.stdout, out.stderr), (0, '', ''))

    def test_shell_files(self):
        with tempfile.TemporaryDirectory() as where:
            self.good('shell', 'test.shell', 'open', 'file', 'w', 'written', cwd=where)
            with open(os.path.join(where, 'file')) as file:
                self.assertEqual(file.read(), 'written')
            self.assertEqual(self.good('shell', 'test.shell', 'open', 'file', 'r', cwd=where),
                             'written')
            self.bad(1, 'cannot open none for the service: No such file.*\nno file',
                     'shell', 'test.shell', 'open', 'none', 'r', cwd=where)
            self.bad(1, 'in a way that there is none of\nno file',
                     'shell', 'test.shell', 'open', 'file', 'x', cwd=where)
            self.bad(1, '^no file\n$', 'shell', '--no-files', 'test.shell', 'open', 'file', 'r',
                     cwd=where)

    def test_shell_late_result(self):
        with subprocess.Popen([CTL, 'shell', 'test.shell', 'later'], env=self.session.env,
                              stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(process.stdout.readline(), 'replied\n')
            self.good('call', 'test.shell', '1', 'i32', '9')
            self.assertEqual(process.wait(60), 9)

    def test_shell_no_result(self):
        self.own_session()
        pid = {row['name']: row['pid'] for row in self.json('list', '-l')}['test.shell']
        with subprocess.Popen([CTL, 'shell', 'test.shell', 'later'], env=self.session.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), 'replied\n')
            os.kill(pid, 9)
            self.assertEqual(process.wait(60), 125)
            self.assertRegex(process.stderr.read(), 'died without a result|DEAD_OBJECT')

    def test_shell_failures(self):
        self.bad(125, r'test\.shell failed: INVALID_OPERATION \(-38\)', 'shell', 'test.shell',
                 'refuse')
        self.bad(125, 'UNKNOWN_TRANSACTION', 'shell', 'test.mute', 'x')
        self.bad(125, 'no service "nobody"', 'shell', 'nobody', 'x')
        self.bad(2, 'no JSON', '--json', 'shell', 'test.shell')
        self.bad(2, 'a NAME is expected', 'shell')

    def test_shell_wait(self):
        self.assertEqual(self.ctl('shell', '-w', 'test.shell', 'exit', '3').returncode, 3)

    # wait

    def test_wait_present(self):
        self.assertEqual(self.good('wait', 'test.echo'), 'test.echo: found\n')
        self.assertEqual(self.good('wait', '-t', '0', 'test.echo'), 'test.echo: found\n')
        self.assertEqual(self.json('wait', 'test.echo'), {'name': 'test.echo', 'found': True})

    def test_wait_timeout(self):
        self.bad(4, 'no service "nobody" yet', 'wait', '-t', '0.05', 'nobody')
        out = json.loads(self.bad(4, 'yet', '--json', 'wait', '-T', '10', '--no-start', 'nobody'))
        self.assertEqual(out, {'name': 'nobody', 'found': False})
        self.bad(2, 'no time', 'wait', '-t', 'soon', 'nobody')
        self.bad(2, 'exactly one NAME', 'wait')

    def test_wait_comes(self):
        with subprocess.Popen([CTL, 'wait', 'comes.late'], env=self.session.env,
                              stdout=subprocess.PIPE, text=True) as process:
            service = subprocess.Popen([SERVICE, 'comes.late'], env=self.session.env, text=True,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.assertEqual(process.stdout.readline(), 'comes.late: found\n')
            self.assertEqual(process.wait(60), 0)
            service.stdin.close()
            service.wait(60)
            service.stdout.close()

    # connections, options, output

    def test_no_broker(self):
        for args in (['list'], ['check', 'x'], ['ping'], ['wait', 'x'], ['call', 'x', '1'],
                     ['dump'], ['dump', 'x']):
            self.bad(3, 'cannot open the binder context "binder": No such file or directory.*'
                     'no broker runs', *args, env={'BINDERD_DIR': '/nonexistent'})
        self.bad(125, 'no broker runs', 'shell', 'x', env={'BINDERD_DIR': '/nonexistent'})
        self.bad(3, 'context "other"', '--context', 'other', 'list')

    def test_no_permission(self):
        with tempfile.TemporaryDirectory() as where:
            os.chmod(where, 0o777)
            self.bad(3, 'not to be trusted', 'list', env={'BINDERD_DIR': where})

    def test_no_manager(self):
        self.own_session(options=['--no-servicemanager'],
                         command=['sh', '-c', 'echo "ready $BINDERD_DIR"; exec cat'])
        for args in (['list'], ['list', '--api-level', '28'], ['check', 'x'], ['ping'],
                     ['wait', 'x'], ['call', 'x', '1'], ['dump'], ['dump', 'x']):
            self.assertEqual(self.bad(3, 'no service manager answers in the context "binder"',
                                      *args), '')
        self.bad(125, 'no service manager', 'shell', 'x')

    def test_context(self):
        self.own_session('one', options=['--context', 'other'])
        self.assertEqual(self.good('--context', 'other', 'list'), 'manager\n')
        self.assertEqual(self.good('list', '--context', '/dev/binder'), 'manager\none\n')
        self.bad(3, 'no service manager', '--context', 'vndbinder', 'list')

    def test_usage(self):
        self.assertRegex(self.good('--help'), '^usage: binderctl')
        self.assertRegex(self.good('--version'), r'^binderctl \d')
        for command in 'list', 'check', 'ping', 'wait', 'call', 'dump', 'shell':
            self.assertTrue(self.good(command, '--help').startswith(
                'usage: binderctl ' + command), command)
            self.bad(2, '%s: there is no such option as --frob' % command, command, '--frob')
            self.bad(2, 'there is no option -Z', command, '-Z')
        self.bad(2, '^usage:')
        self.bad(2, 'no command frob', 'frob')
        self.bad(2, 'wants an argument', '--context')
        self.bad(2, 'is not good for', '--api-level', '-1', 'list')
        self.bad(2, 'is not good for', '--api-level=x', 'list')
        self.bad(2, 'is not good for', '--color', 'blue', 'list')
        self.bad(2, 'not expected', 'list', 'x')

    def terminal(self, *args, **env):
        """What is printed when standard output is a terminal."""
        pid, terminal = pty.fork()
        if not pid:
            os.environ.clear()
            os.environ.update(self.session.env, **env)
            os.execv(CTL, [CTL, *args])
        seen = b''
        try:
            while chunk := os.read(terminal, 4096):
                seen += chunk
        except OSError:
            pass
        os.close(terminal)
        os.waitpid(pid, 0)
        return seen.decode()

    def test_color(self):
        colored = '\033[32mfound\033[0m'
        self.assertIn(colored, self.terminal('check', 'test.echo'))
        self.assertNotIn('\033', self.terminal('check', 'test.echo', NO_COLOR='1'))
        self.assertNotIn('\033', self.terminal('check', 'test.echo', TERM='dumb'))
        self.assertIn(colored, self.terminal('--color', 'always', 'check', 'test.echo', NO_COLOR='1'))
        self.assertNotIn('\033', self.terminal('--color', 'never', 'check', 'test.echo'))
        self.assertNotIn('\033', self.good('check', 'test.echo'))
        self.assertIn(colored, self.good('check', '--color=always', 'test.echo'))
        self.assertIn('\033[1mNAME', self.terminal('list', '-l'))

    def test_full_output(self):
        with open('/dev/full', 'w') as full:
            result = subprocess.run([CTL, 'list'], env=self.session.env, stdout=full,
                                    stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(result.returncode, 1)
        self.assertIn('cannot write: No space left', result.stderr)

    # completion

    def complete(self, *words):
        script = 'source %s; COMP_WORDS=(binderctl %s); COMP_CWORD=%d; _binderctl; ' \
            'printf "%%s\\n" "${COMPREPLY[@]}"' % (
                shlex.quote(COMPLETION), ' '.join(map(shlex.quote, words)), len(words))
        env = dict(self.session.env, PATH=os.path.dirname(CTL) + ':' + os.environ['PATH'])
        out = subprocess.run(['bash', '--norc', '-c', script], env=env, capture_output=True,
                             text=True, timeout=60)
        self.assertEqual(out.stderr, '')
        return out.stdout.split()

    def test_completion(self):
        self.assertEqual(self.complete('c'), ['check', 'call'])
        self.assertEqual(sorted(self.complete('')),
                         ['call', 'check', 'dump', 'list', 'ping', 'shell', 'wait'])
        self.assertIn('--context', self.complete('--c'))
        self.assertEqual(self.complete('check', 'test.'), NAMES[1:])
        self.assertEqual(self.complete('--json', 'dump', '-t', '5', 'test.e'), ['test.echo'])
        self.assertEqual(self.complete('dump', '--sk'), ['--skip'])
        self.assertEqual(self.complete('dump', '--priority', 'C'), ['CRITICAL'])
        self.assertEqual(sorted(self.complete('call', 'test.echo', '1', '')),
                         sorted(['i32', 'i64', 'f', 'd', 's16', 'null', 'fd', 'nfd']))
        self.assertEqual(self.complete('call', 'test.echo', '1', 'i32', ''), [])
        self.assertEqual(self.complete('call', 'test.echo', '1', 'null', 's'), ['s16'])
        self.assertEqual(self.complete('check', 'test.echo', ''), [])
        self.assertEqual(self.complete('--color', 'a'), ['auto', 'always'])

    def test_completion_of_equals(self):
        """Bash makes a word of each =."""
        self.assertEqual(self.complete('--color', '=', 'n'), ['never'])
        self.assertEqual(self.complete('--color', '='), ['auto', 'always', 'never'])
        self.assertEqual(self.complete('dump', '--priority', '=', 'H'), ['HIGH'])
        self.assertEqual(self.complete('--context', '=', 'binder', 'check', 'test.e'), ['test.echo'])
        self.assertEqual(self.complete('--context', '=', 'other', 'check', 'test.e'), [])


if __name__ == '__main__':
    main()
