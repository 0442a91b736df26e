#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That the layout test fails where it should: each rule against a source that breaks it."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

import csource
import layout
import rules

SPDX = '/* SPDX-License-Identifier: Apache-2.0 */\n'
HEADER = '#pragma once\n' + SPDX


def function(name, lines):
    """A function of so many lines."""
    return 'static int %s(void)\n{\n%s}\n' % (name, '\tx();\n' * (lines - 3))


def quietly(call, *args):
    """(result, what was printed)"""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        result = call(*args)
    return result, out.getvalue()


class Parser(unittest.TestCase):
    def lengths(self, text):
        return [(name, length) for name, _, length in csource.functions(text)]

    def test_nothing(self):
        self.assertEqual(self.lengths(''), [])
        self.assertEqual(self.lengths('int x;\n'), [])

    def test_length(self):
        self.assertEqual(self.lengths(function('f', 100)), [('f', 100)])
        self.assertEqual(self.lengths(function('f', 3) + function('g', 7)), [('f', 3), ('g', 7)])

    def test_first_line(self):
        text = SPDX + '\nint x;\n\n' + function('f', 5)
        self.assertEqual(csource.functions(text), [('f', 5, 5)])

    def test_signature_of_several_lines(self):
        self.assertEqual(self.lengths('static\nint f(int a,\n\tint b)\n{\n}\n'), [('f', 5)])

    def test_callback_parameter(self):
        self.assertEqual(self.lengths('int f(int (*g)(void))\n{\n}\n'), [('f', 3)])

    def test_attributes(self):
        self.assertEqual(self.lengths('__attribute__((unused)) int f(void)\n{\n}\n'), [('f', 3)])
        self.assertEqual(self.lengths('int f(void) __attribute__((unused))\n{\n}\n'), [('f', 3)])

    def test_braces_in_literals_and_comments(self):
        body = 'int f(void)\n{\n\tp("}}{\\"}"); /* }\n} */ c(\'}\'); // }\n}\n'
        self.assertEqual(self.lengths(body), [('f', 5)])

    def test_preprocessor_lines(self):
        self.assertEqual(self.lengths('#define M(x) { \\\n\t{ x\n' + function('f', 4)), [('f', 4)])

    def test_data_is_no_function(self):
        text = ('struct s {\n\tint (*f)(int);\n};\nstatic const int a[] = {\n\t1,\n};\n'
                'static struct s t = {\n\t.f = g(1),\n};\nenum e { A, B };\n')
        self.assertEqual(self.lengths(text), [])

    def test_struct_result(self):
        self.assertEqual(self.lengths('struct s f(void)\n{\n}\n'), [('f', 3)])

    def test_test_macros(self):
        text = 'START_TEST(test_a)\n{\n}\nEND_TEST\n\nSTART_TEST(test_b)\n{\n\tx();\n}\nEND_TEST\n'
        self.assertEqual(self.lengths(text), [('test_a', 3), ('test_b', 4)])

    def test_generating_macros(self):
        text = 'RB_GENERATE(tree, node, entry, compare)\n\n' + function('f', 5)
        self.assertEqual(self.lengths(text), [('f', 5)])

    def test_extern_c(self):
        text = 'extern "C" {\nint g(void);\n' + function('f', 5) + '}\n'
        self.assertEqual(self.lengths(text), [('f', 5)])

    def test_alternatives_of_a_brace(self):
        text = ('#ifdef A\nenum a : int {\n#else\nenum a {\n#endif\n\tB,\n};\n'
                'int f(void)\n{\n#if C\n\treturn 1;\n#else\n\treturn 0;\n#endif\n}\n')
        self.assertEqual(csource.functions(text), [('f', 8, 8)])
        with self.assertRaises(csource.SourceError):
            csource.functions(text + '{')

    def test_open_brackets_are_told(self):
        for text in ('int f(void)\n{\n', 'int f(void)\n{\n}}\n', 'int a[;\n', 'int f(void))\n'):
            with self.assertRaises(csource.SourceError, msg=text):
                csource.functions(text)

    def test_includes(self):
        text = ('#include <a.h>\n  # include "b/c.h"\n/* #include <no.h> */\n'
                '// #include <no.h>\nchar *s = "#include <no.h>";\n')
        self.assertEqual(csource.includes(text), [(1, '<', 'a.h'), (2, '"', 'b/c.h')])

    def test_declarations(self):
        text = HEADER + (
            '#ifdef __cplusplus\nextern "C" {\n#endif\n'
            'struct s { int a; int (*not_this)(void); };\nstruct t;\nenum e { A = (1), B };\n'
            'typedef void (*callback)(int);\ntypedef int (number)(void);\n'
            'int one(int a, callback c);\nvoid *two(void) __attribute__((malloc(free)));\n'
            'extern const int three;\nextern int four[3];\nstruct s five(void);\n'
            'static inline int not_that(void)\n{\n\treturn one(1, 0);\n}\n'
            'int six(void);\n#ifdef __cplusplus\n}\n#endif\n')
        self.assertEqual(csource.declarations(text),
                         {'one', 'two', 'three', 'four', 'five', 'six'})


class Sources(unittest.TestCase):
    def check(self, files):
        return quietly(layout.check_sources, '', list(files), files.__getitem__)

    def passes(self, files):
        result, said = self.check(files)
        self.assertEqual((result, said.count(' 0 breaches')), (0, 1), said)

    def fails(self, files, text, count=1):
        result, said = self.check(files)
        self.assertEqual(result, 1, said)
        self.assertIn(text, said)
        self.assertIn(' %d breaches' % count, said)

    def include(self, path, *names):
        """A file including @names, beside files that may be included."""
        files = {p: HEADER for p in (
            'include/binderd/uapi.h', 'include/binderd/device.h', 'src/util/u.h', 'src/wire/w.h',
            'src/driver/d.h', 'src/broker/b.h', 'src/lib/device/l.h', 'src/lib/classic/c.h',
            'src/preload/p.h', 'src/svcmgr/s.h', 'src/tools/t.h', 'examples/e.h')}
        start = HEADER if path.endswith('.h') else SPDX
        files[path] = start + ''.join('#include %s\n' % n for n in names)
        return files

    def test_nothing_is_a_failure(self):
        result, said = self.check({})
        self.assertEqual(result, 1)
        self.assertIn('nothing found', said)

    def test_good(self):
        self.passes({'src/util/a.c': SPDX + function('f', rules.MAX_FUNCTION_LINES)})

    def test_long_function(self):
        self.fails({'src/util/a.c': SPDX + function('f', rules.MAX_FUNCTION_LINES + 1)},
                   'src/util/a.c:2: f() has 101 lines')

    def test_long_file(self):
        self.passes({'tests/a.py': '# ' + SPDX + '\n' * (rules.MAX_FILE_LINES - 1)})
        self.fails({'tests/a.py': '# ' + SPDX + '\n' * rules.MAX_FILE_LINES}, '1001 lines')

    def test_spdx(self):
        self.fails({'src/util/a.c': 'int x;\n'}, 'no SPDX line')
        self.fails({'src/util/a.c': '\n\n\n' + SPDX}, 'no SPDX line')

    def test_pragma(self):
        self.fails({'src/util/a.h': SPDX}, '#pragma once')

    def test_unreadable(self):
        self.fails({'src/util/a.c': SPDX + 'int f(void)\n{\n'}, 'do not close')

    def test_unknown_component(self):
        self.fails({'src/new/a.c': SPDX}, 'no component')

    def test_table_allows(self):
        for path, names in (
                ('src/util/a.c', ['<sys/queue.h>', '"util/u.h"']),
                ('src/wire/a.c', ['"wire/w.h"', '"util/u.h"', '<sys/socket.h>']),
                ('src/driver/a.c', ['"driver/d.h"', '"util/u.h"', '<binderd/uapi.h>',
                                    '<string.h>', '<sys/tree.h>']),
                ('src/broker/a.c', ['"broker/b.h"', '"driver/d.h"', '"wire/w.h"', '"util/u.h"',
                                    '<event2/event.h>', '<systemd/sd-daemon.h>']),
                ('src/lib/classic/a.c', ['"lib/device/l.h"', '"wire/w.h"', '"util/u.h"',
                                         '<binderd/device.h>']),
                ('src/preload/a.c', ['"preload/p.h"', '"lib/device/l.h"', '"util/u.h"']),
                ('src/svcmgr/a.c', ['"svcmgr/s.h"', '"util/u.h"', '<binderd/device.h>']),
                ('src/tools/a.c', ['"tools/t.h"', '"wire/w.h"', '"util/u.h"']),
                ('examples/a.c', ['"e.h"', '<binderd/device.h>', '<stdio.h>']),
                ('tests/unit/a.c', ['<check.h>', '"driver/d.h"', '"broker/b.h"'])):
            self.passes(self.include(path, *names))

    def test_table_forbids(self):
        for path, name in (
                ('src/util/a.c', '"wire/w.h"'), ('src/util/a.c', '<binderd/uapi.h>'),
                ('src/util/a.c', '<event2/event.h>'), ('src/wire/a.c', '"driver/d.h"'),
                ('src/wire/a.c', '<binderd/device.h>'), ('src/driver/a.c', '"wire/w.h"'),
                ('src/driver/a.c', '"broker/b.h"'), ('src/driver/a.c', '<binderd/device.h>'),
                ('src/broker/a.c', '"lib/device/l.h"'), ('src/broker/a.c', '<binderd/device.h>'),
                ('src/lib/device/a.c', '"driver/d.h"'), ('src/lib/device/a.c', '<event2/event.h>'),
                ('src/preload/a.c', '"lib/classic/c.h"'), ('src/preload/a.c', '"wire/w.h"'),
                ('src/svcmgr/a.c', '"lib/device/l.h"'), ('src/svcmgr/a.c', '"wire/w.h"'),
                ('src/tools/a.c', '"lib/device/l.h"'), ('src/tools/a.c', '"driver/d.h"'),
                ('src/tools/a.c', '<event2/event.h>'), ('src/tools/a.c', '<systemd/sd-bus.h>'),
                ('src/util/a.c', '<check.h>'), ('include/binderd/a.h', '<event2/event.h>')):
            self.fails(self.include(path, name), 'may not include')

    def test_unknown_files(self):
        self.fails(self.include('src/util/a.c', '"u.h"'), 'no path from src/')
        self.fails(self.include('src/util/a.c', '"util/none.h"'), 'no path from src/')
        self.fails(self.include('src/lib/a.c', '<binderd/none.h>'), 'there is no')

    def test_example_includes_source(self):
        self.fails(self.include('examples/a.c', '"../src/util/u.h"'), 'may not include')
        self.fails(self.include('examples/a.c', '"none.h"'), 'there is no')

    def test_c_file(self):
        files = self.include('src/util/a.c', '"util/b.c"')
        files['src/util/b.c'] = SPDX
        self.fails(files, 'includes a .c file')

    def test_cycles(self):
        a, b, c = ('src/util/%s.h' % n for n in 'abc')
        self.fails({a: HEADER + '#include "util/a.h"\n'}, 'in a circle')
        self.fails({a: HEADER + '#include "util/b.h"\n', b: HEADER + '#include "util/c.h"\n',
                    c: HEADER + '#include "util/a.h"\n'}, 'util/a.h -> src/util/b.h -> src/util/c.h')
        self.passes({a: HEADER + '#include "util/b.h"\n#include "util/c.h"\n',
                     b: HEADER + '#include "util/c.h"\n', c: HEADER})

    def test_driver_system_headers(self):
        for name in ('unistd.h', 'time.h', 'stdio.h', 'sys/socket.h', 'sys/mman.h', 'pthread.h',
                     'fcntl.h', 'sys/ioctl.h'):
            self.fails(self.include('src/driver/a.c', '<%s>' % name), 'has no use for')
        self.fails(self.include('src/driver/a.c', '<event2/event.h>'), 'may not include', 2)

    def test_driver_system_headers_by_others(self):
        files = self.include('src/driver/a.c', '"util/u.h"')
        files['src/util/u.h'] += '#include <unistd.h>\n'
        self.fails(files, '<unistd.h>, included by src/driver/a.c')
        files = self.include('src/driver/a.c', '<binderd/uapi.h>')
        files['include/binderd/uapi.h'] += '#include <sys/ioctl.h>\n'
        self.passes(files)


class Built(unittest.TestCase):
    """The rules for compiled things, with the compiler and nm of the machine."""

    cc, nm = 'cc', 'nm'

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.root = self.dir.name

    def tearDown(self):
        self.dir.cleanup()

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        return path

    def run_cc(self, *args):
        subprocess.run(self.cc.split() + list(args), check=True)

    def headers(self):
        return quietly(layout.check_headers, self.root, self.cc, [])

    def test_header_alone(self):
        self.write('src/util/a.h', HEADER + '#include <stddef.h>\nsize_t a(void);\n')
        self.assertEqual(self.headers()[0], 0)
        self.write('src/util/b.h', HEADER + 'size_t b(void);\n')
        result, said = self.headers()
        self.assertEqual(result, 1)
        self.assertIn('src/util/b.h: does not compile alone', said)
        self.assertNotIn('src/util/a.h: does not compile alone', said)

    def test_public_header_is_plain_c(self):
        self.write('include/binderd/a.h', HEADER + '#define A(x) ({ x; })\nint a(int b);\n')
        self.assertEqual(self.headers()[0], 0)
        self.write('include/binderd/a.h', HEADER + 'int a(int typeof);\n')
        self.assertEqual(self.headers()[0], 1)

    def test_cxx_header(self):
        name = rules.CXX_HEADERS[0]
        self.write(name, HEADER + 'namespace a { int b(int c); }\n')
        self.assertEqual(self.headers()[0], 0)
        self.write(name, HEADER + 'namespace a { inline int b(int c) { return 0; } }\n')
        self.assertEqual(self.headers()[0], 1 if layout.cxx_compilers() else 0)
        self.write('include/binderd/a.h', HEADER + 'namespace a { int b(int c); }\n')
        self.assertEqual(self.headers()[0], 1)

    def test_installed(self):
        self.write('include/binderd/a.h', HEADER + 'int a(void);\n')
        self.write('include/meson.build', "install_headers('binderd/a.h')\n")
        self.assertEqual(quietly(layout.check_installed, self.root)[0], 0)
        self.write('include/binderd/b.h', HEADER + 'int b(void);\n')
        result, said = quietly(layout.check_installed, self.root)
        self.assertEqual(result, 1)
        self.assertIn('include/binderd/b.h: is not in', said)

    def test_readme(self):
        def readme(*blocks):
            self.write('README.md', 'Text\n' + ''.join('\n```c\n%s```\n' % b for b in blocks))
            self.write('include/binderd/binder_io.h', HEADER + 'int one(void);\n')
            return quietly(layout.check_readme, self.root, self.cc)
        self.assertEqual(readme()[0], 1)
        self.assertEqual(readme('int main(void)\n{\n}\n', '\tputs("");\n\tone();\n')[0], 0)
        result, said = readme('int main(void)\n{\n}\n', '\ttwo();\n')
        self.assertEqual(result, 1)
        self.assertIn('README.md:9: does not compile', said)

    def archive(self, text):
        source = self.write('d.c', text)
        self.run_cc('-c', '-O1', '-o', source + '.o', source)
        library = os.path.join(self.root, 'd.a')
        subprocess.run(['ar', 'rcs', library, source + '.o'], check=True)
        return library

    def test_driver_calls(self):
        good = self.archive('#include <stdlib.h>\nvoid g(void);\nvoid g(void) { }\n'
                            'void *f(void);\nvoid *f(void) { g(); return malloc(3); }\n')
        self.assertEqual(quietly(layout.check_driver, self.nm, good)[0], 0)
        for call in ('write(1, "", 0)', 'time(0)', 'puts("")'):
            bad = self.archive('#include <stdio.h>\n#include <time.h>\n#include <unistd.h>\n'
                               'long f(void);\nlong f(void) { return %s; }\n' % call)
            result, said = quietly(layout.check_driver, self.nm, bad)
            self.assertEqual(result, 1)
            self.assertIn('calls ' + call.split('(', maxsplit=1)[0], said)

    def test_driver_empty_library(self):
        library = os.path.join(self.root, 'empty.a')
        subprocess.run(['ar', 'rcs', library], check=True)
        self.assertEqual(quietly(layout.check_driver, self.nm, library)[0], 1)

    def test_interposed(self):
        library = os.path.join(self.root, 'libb.so')
        for text, status in (('int open(void) { return 1; }', 0), ('int opend(void) { return 1; }', 1),
                             ('static int a;', 1)):
            source = self.write('b.c', text + '\n')
            self.run_cc('-w', '-fno-builtin', '-shared', '-fPIC', '-o', library, source)
            result, said = quietly(layout.check_interposed, self.nm, library)
            self.assertEqual(result, status, said)

    def exports(self, header, source):
        self.write('a.h', HEADER + header)
        source = self.write('a.c', source)
        library = os.path.join(self.root, 'liba.so')
        self.run_cc('-shared', '-fPIC', '-o', library, source)
        return quietly(layout.check_exports, self.nm, self.root, library, ['a.h'])

    def test_exports(self):
        self.assertEqual(self.exports('int a(void);\n', 'int a(void) { return 1; }\n')[0], 0)
        result, said = self.exports('int a(void);\n', 'int a(void) { return 1; } int b = 1;\n')
        self.assertEqual(result, 1)
        self.assertIn('exports b', said)
        result, said = self.exports('int a(void);\nint b(void);\n', 'int a(void) { return 1; }\n')
        self.assertEqual(result, 1)
        self.assertIn('does not export b', said)

    def test_listed(self):
        library = os.path.join(self.root, 'libc.so')
        source = self.write('c.c', 'int a(void) { return 1; }\nint b(void) { return 1; }\n')
        self.run_cc('-shared', '-fPIC', '-o', library, source)
        for listed, count, said in (('ab', 2, '2 symbols'), ('a', 1, 'exports b'),
                                    ('abc', 3, 'does not export c'), ('ab', 3, 'not 3')):
            script = self.write('c.map', 'V {\nglobal:\n%slocal:\n\t*;\n};\n'
                                % ''.join('\t%s;\n' % name for name in listed))
            result, out = quietly(layout.check_listed, self.nm, library, script, count)
            self.assertIn(said, out)
            self.assertEqual(result, 0 if said == '2 symbols' else 1)

    def test_tested(self):
        script = self.write('c.map', 'V {\nglobal:\n\ta;\n\tb;\nlocal:\n\t*;\n};\n')
        self.write('tests/a.c', 'void t(void) { a(); }\n/* b */\n')
        tests = [os.path.join(self.root, 'tests')]
        result, said = quietly(layout.check_tested, script, tests)
        self.assertIn('names b, which no test has', said)
        self.assertEqual(result, 1)
        self.write('tests/b.c', 'void u(void) { b(); }\n')
        self.assertEqual(quietly(layout.check_tested, script, tests)[0], 0)


if __name__ == '__main__':
    if len(sys.argv) == 3:
        Built.cc, Built.nm = sys.argv[1:3]
        del sys.argv[1:]
    unittest.main()
