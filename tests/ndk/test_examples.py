#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The NDK's examples: that the lines which their sources and their page give for running
them work, and what they print.

usage: test_examples.py BINDER_RUN SERVICEMANAGER SOURCES PROGRAMS LIBRARY COMPILER
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

RUN, MANAGER, SOURCES, PROGRAMS, LIBRARY = (os.path.abspath(a) for a in sys.argv[1:6])
COMPILER = sys.argv[6].split()
ARGS = RUN, MANAGER, SOURCES, PROGRAMS, LIBRARY, sys.argv[6]
ROOT = os.path.normpath(os.path.join(SOURCES, '..', '..'))


def program(name):
    return os.path.join(PROGRAMS, name)


def read(name):
    with open(os.path.join(SOURCES, name), encoding='utf-8') as f:
        return f.read()


def run_lines(text):
    return re.findall(r'^(?: \*\t|    )\./dev run -- (.*)$', text, re.MULTILINE)


def run(*command):
    """A command with a binder of its own. What it has started has ended with the binder."""
    return subprocess.run([RUN, *command], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, cwd=ROOT, check=False)


def run_line(line):
    """A line of the documentation, with the programs where they are."""
    return run('--', 'sh', '-c', line.replace('cd build/examples/ndk', 'cd ' + PROGRAMS))


def line_of(name):
    return run_lines(read(name))[0]


class Documentation(unittest.TestCase):
    def test_each_source_has_its_line(self):
        page = run_lines(read('README.md'))
        sources = [n for n in sorted(os.listdir(SOURCES)) if n.endswith('.c')]
        self.assertEqual(len(sources), 8)
        for name in sources:
            lines = run_lines(read(name))
            self.assertEqual(len(lines), 1, name)
            self.assertIn(name[:-len('.c')], lines[0])
            self.assertIn(lines[0], page)

    def test_compile_as_the_page_says(self):
        self.assertIn('cc -std=c11 calculator-service.c', read('README.md'))
        for name in os.listdir(SOURCES):
            if name.endswith('.c'):
                subprocess.run([*COMPILER, '-std=c11', '-Wall', '-Wextra', '-Werror',
                                '-fsyntax-only', '-I' + os.path.join(ROOT, 'include'),
                                os.path.join(SOURCES, name)], check=True)

    def test_only_public_headers(self):
        for name in os.listdir(SOURCES):
            for header in re.findall(r'#include "(.*)"', read(name)):
                self.assertIn(header, os.listdir(SOURCES))


class Readme(unittest.TestCase):
    """The first programs that anybody sees: README.md's two for the NDK."""

    def build(self, directory, name, text):
        libraries = os.path.dirname(LIBRARY), os.path.dirname(os.path.dirname(LIBRARY))
        source = os.path.join(directory, name + '.c')
        with open(source, 'w', encoding='utf-8') as f:
            f.write(text)
        subprocess.run([*COMPILER, '-std=c11', '-Wall', '-Wextra', '-Werror',
                        '-I' + os.path.join(ROOT, 'include'), source, LIBRARY,
                        *('-Wl,-rpath,' + d for d in libraries),
                        '-o', os.path.join(directory, name)], check=True)

    def test_programs(self):
        with open(os.path.join(ROOT, 'README.md'), encoding='utf-8') as f:
            programs = re.findall(r'^```c\n(#include <android/.*?)^```$', f.read(),
                                  re.DOTALL | re.MULTILINE)
        self.assertEqual(len(programs), 2)
        with tempfile.TemporaryDirectory() as directory:
            for name, text in zip(('service', 'client'), programs):
                self.assertLessEqual(text.count('\n'), 30, name)
                self.build(directory, name, text)
            done = run('--', 'sh', '-c', 'cd "$0"; ./service & ./client', directory)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(done.stdout, '42\n')


class Calculator(unittest.TestCase):
    def test_line(self):
        done = run_line(line_of('calculator-client.c'))
        self.assertEqual(done.returncode, 0, done)
        for said in ('40 + 2 = 42', '1 / 4 = 0.25', 'division by zero', 'a result is 42',
                     'a result is 0.25', 'listens'):
            self.assertIn(said, done.stdout)


class Files(unittest.TestCase):
    def serve(self, client):
        return run('--', 'sh', '-c', '%s "$0" & %s' % (program('files-service'), client), SOURCES)

    def test_line(self):
        done = run_line(line_of('files-client.c'))
        self.assertEqual(done.returncode, 0, done)
        with open('/etc/hosts', encoding='utf-8') as f:
            self.assertIn(f.read(), done.stdout)

    def test_list(self):
        done = self.serve(program('files-client'))
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(done.stdout.split(), sorted(os.listdir(SOURCES)))

    def test_what_is_not_there(self):
        done = self.serve(program('files-client') + ' nobody')
        self.assertEqual(done.returncode, 1, done)
        self.assertIn('No such file', done.stderr)

    def test_way_out(self):
        for name in ('../meson.build', '/etc/passwd', '..', '.'):
            done = self.serve(program('files-client') + ' ' + name)
            self.assertEqual(done.returncode, 1, done)
            self.assertIn('Permission denied', done.stderr)


class Inside:
    """Steps for a process that has a binder. What is printed is looked at by the test."""

    @staticmethod
    def ask_lazy():
        done = subprocess.run([program('lazy-client')], capture_output=True, text=True, check=True)
        print(done.stdout, end='')
        return int(re.search(r'process (\d+) counts 1, 2', done.stdout)[1])

    @staticmethod
    def lazy(directory):
        """The client waits for the manager, too, so nothing has to be waited for here."""
        with subprocess.Popen([MANAGER, '--services', directory, '--lazy-interval', '20']) as manager:
            first = Inside.ask_lazy()
            while os.path.exists('/proc/%d' % first):
                time.sleep(0.005)
            second = Inside.ask_lazy()
            while os.path.exists('/proc/%d' % second):
                time.sleep(0.005)
            manager.terminate()
        return 0 if first != second else 1

    @staticmethod
    def guest(name):
        return subprocess.Popen([program('chat-client'), name], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)

    @staticmethod
    def hear(guest, expected):
        line = guest.stdout.readline()
        if line != expected + '\n':
            raise ValueError('%r, not %r' % (line, expected))

    @staticmethod
    def chat():
        with subprocess.Popen([program('chat-room')], stdout=subprocess.DEVNULL) as room, \
                Inside.guest('anna') as anna:
            Inside.hear(anna, 'anna: (has come)')
            with Inside.guest('bob') as bob:
                Inside.hear(anna, 'bob: (has come)')
                Inside.hear(bob, 'bob: (has come)')
                for guest, name in (bob, 'bob'), (anna, 'anna'):
                    guest.stdin.write('hello\n')
                    guest.stdin.flush()
                    Inside.hear(anna, name + ': hello')
                    Inside.hear(bob, name + ': hello')
                bob.kill()
            Inside.hear(anna, 'bob: (has left)')
            room.kill()
            Inside.hear(anna, 'The room is gone.')
            return 0 if anna.wait() == 1 else 1


class Lazy(unittest.TestCase):
    def test_line(self):
        done = run_line(line_of('lazy-client.c'))
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('counts 1, 2', done.stdout)
        self.assertIn('not used any more: it ends', done.stdout)

    def test_started_when_asked_for(self):
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, 'lazy.service'), 'w', encoding='utf-8') as f:
                f.write('[binderd.example.ICounter/default]\ncommand = %s\n'
                        % program('lazy-service'))
            done = run('--no-servicemanager', '--', sys.executable, __file__, *ARGS,
                       'lazy', directory)
        self.assertEqual(done.returncode, 0, done)


class Chat(unittest.TestCase):
    def test_line(self):
        done = run_line(line_of('chat-client.c'))
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('me: hello', done.stdout)

    def test_death(self):
        done = run('--', sys.executable, __file__, *ARGS, 'chat')
        self.assertEqual(done.returncode, 0, done)


if __name__ == '__main__':
    if len(sys.argv) > 7:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        sys.exit(getattr(Inside, sys.argv[7])(*sys.argv[8:]))
    unittest.main(argv=sys.argv[:1], verbosity=2)
