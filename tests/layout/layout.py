#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The layout test: what must hold of the sources as such.

    layout.py sources ROOT              sizes, SPDX lines, the include table, no cycles
    layout.py headers ROOT CC [FLAG]... every header compiles alone
    layout.py installed ROOT            every public header is installed
    layout.py readme ROOT CC            the programs in README.md compile
    layout.py driver NM LIBRARY         the driver's objects call nothing but memory functions
    layout.py exports NM ROOT LIBRARY HEADER...
                                        the library exports what the headers declare
    layout.py listed NM LIBRARY MAP COUNT
                                        the library exports what its version script names one by
                                        one, and that is so many
    layout.py tested MAP DIRECTORY...   each name of the version script is named by a test there
    layout.py interposed NM LIBRARY     the preload library exports names of libc alone

Each prints one line per breach and ends with how much it looked at; exit status 1 for
any breach, and for having found nothing to look at.
"""

import concurrent.futures
import ctypes
import os
import re
import shutil
import subprocess
import sys

import csource
import rules

SOURCE_DIRS = ('src', 'include', 'examples', 'tests')
SOURCE_ENDINGS = ('.c', '.h', '.py', '.sh')


class Report:
    def __init__(self):
        self.breaches = 0

    def breach(self, where, what):
        print('%s: %s' % (where, what))
        self.breaches += 1

    def end(self, count, what):
        print('%d %s looked at, %d breaches' % (count, what, self.breaches))
        if count == 0:
            print('nothing found to look at')
        return 1 if self.breaches or count == 0 else 0


def is_source(path):
    name = os.path.basename(path)
    if name.endswith(SOURCE_ENDINGS) or name in ('meson.build', 'meson_options.txt'):
        return True
    if '.' in name.lstrip('.'):
        return False
    with open(path, 'rb') as f:
        return f.read(2) == b'#!'


def source_files(root):
    """The paths, from the root, of all sources: C, scripts and build descriptions."""
    found = [n for n in ('dev', '.ci/run', 'meson.build', 'meson_options.txt', 'docs/meson.build')
             if os.path.isfile(os.path.join(root, n))]
    for top in SOURCE_DIRS:
        for where, dirs, names in os.walk(os.path.join(root, top)):
            dirs[:] = sorted(d for d in dirs if d not in ('__pycache__', 'subprojects'))
            for name in sorted(names):
                path = os.path.join(where, name)
                if os.path.isfile(path) and is_source(path):
                    found.append(os.path.relpath(path, root))
    return found


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8') as f:
        return f.read()


def component_of(path):
    matches = [c for c in rules.COMPONENTS if path.startswith(c)]
    return max(matches, key=len) if matches else None


def check_text(report, path, text):
    """What holds for every source, in whatever language."""
    lines = text.count('\n')
    if lines > rules.MAX_FILE_LINES:
        report.breach(path, '%d lines, more than %d' % (lines, rules.MAX_FILE_LINES))
    if 'SPDX-License-Identifier: Apache-2.0' not in '\n'.join(text.split('\n')[:3]):
        report.breach(path, 'no SPDX line in the first three')


def check_c(report, path, text):
    if path.endswith('.h') and not text.startswith('#pragma once\n'):
        report.breach(path, 'does not begin with #pragma once')
    try:
        for name, line, length in csource.functions(text):
            if length > rules.MAX_FUNCTION_LINES:
                report.breach('%s:%d' % (path, line), '%s() has %d lines, more than %d'
                              % (name, length, rules.MAX_FUNCTION_LINES))
    except csource.SourceError as e:
        report.breach(path, str(e))


def resolve(path, kind, name, known):
    """The file of the project that an #include names, or None for the system's."""
    if kind == '<':
        target = 'include/' + name
        return target if target in known else None
    for target in ('src/' + name, name, os.path.join(os.path.dirname(path), name)):
        target = os.path.normpath(target)
        if target in known:
            return target
    return None


def allowed_library(component, name):
    for prefix, users in rules.LIBRARIES.items():
        if name.startswith(prefix):
            return component in users
    return True


def allowed_public(rule, name):
    public = rule['public']
    return name in public if isinstance(public, list) else public


def check_include(report, path, include, known):
    """One #include of a component's file against the table."""
    line, kind, name = include
    where = '%s:%d' % (path, line)
    component = component_of(path)
    rule = rules.COMPONENTS[component]

    if name.endswith('.c'):
        report.breach(where, 'includes a .c file')
    if kind == '<' and name.startswith('binderd/'):
        if not allowed_public(rule, name[len('binderd/'):]):
            report.breach(where, '%s may not include <%s>' % (component, name))
        elif resolve(path, kind, name, known) is None:
            report.breach(where, 'there is no <%s>' % name)
    elif kind == '<':
        if not allowed_library(component, name):
            report.breach(where, '%s may not include <%s>' % (component, name))
    elif component == 'examples/':
        beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
        if not beside.startswith('examples/'):
            report.breach(where, '%s may not include "%s"' % (component, name))
        elif beside not in known:
            report.breach(where, 'there is no "%s" beside it' % name)
    elif 'src/' + name not in known:
        report.breach(where, '"%s" is no path from src/' % name)
    elif not name.startswith(tuple(rule['local'])):
        report.breach(where, '%s may not include "%s"' % (component, name))


def check_cycles(report, graph):
    """No file includes itself by way of others."""
    state = {}

    def visit(path, trail):
        state[path] = 'open'
        for target in graph[path]:
            if state.get(target) == 'open':
                cycle = trail[trail.index(target):] if target in trail else [path]
                report.breach(target, 'included in a circle: ' + ' -> '.join(cycle + [target]))
            elif target not in state:
                visit(target, trail + [target])
        state[path] = 'done'

    for path in sorted(graph):
        if path not in state:
            visit(path, [path])


def closure(graph, path):
    seen, todo = set(), [path]
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo.extend(graph[at])
    return seen


def check_driver_headers(report, graph, system):
    """What the driver's files include, directly or not, of the system."""
    for path in sorted(p for p in graph if p.startswith('src/driver/')):
        for via in sorted(closure(graph, path)):
            for line, name in system[via]:
                fits = name in rules.DRIVER_HEADERS and (
                    name not in rules.DRIVER_HEADERS_BY_UAPI_ALONE
                    or via == 'include/binderd/uapi.h')
                if not fits:
                    report.breach('%s:%d' % (via, line), 'the driver has no use for <%s>%s'
                                  % (name, '' if via == path else ', included by ' + path))


def check_sources(root, files=None, reader=None):
    """All that can be said from the texts alone. @files and @reader stand in for the tree."""
    report = Report()
    files = source_files(root) if files is None else files
    known = set(files)
    graph, system = {}, {}

    for path in files:
        text = reader(path) if reader else read(root, path)
        check_text(report, path, text)
        if not path.endswith(('.c', '.h')):
            continue
        check_c(report, path, text)
        found = csource.includes(text)
        targets = [(i, resolve(path, i[1], i[2], known)) for i in found]
        graph[path] = [t for _, t in targets if t]
        system[path] = [(i[0], i[2]) for i, t in targets if not t and i[1] == '<']
        if component_of(path):
            for include in found:
                check_include(report, path, include, known)
        elif path.startswith('src/'):
            report.breach(path, 'belongs to no component of the include table')

    check_cycles(report, graph)
    check_driver_headers(report, graph, system)
    return report.end(len(files), 'files')


def compile_alone(root, command, path):
    flags = ['-I' + os.path.join(root, 'include')]
    if not path.startswith('include/'):
        flags.append('-I' + os.path.join(root, 'src'))
    if path.startswith('tests/'):
        flags += ['-iquote' + os.path.join(root, d) for d in ('tests', 'tests/unit')]
    run = subprocess.run(command + flags + ['-include', os.path.join(root, path), '/dev/null'],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return run.stdout if run.returncode else None


def compile_commands(cc, flags, path):
    """How a header has to compile: as the project does, and a public one as others do."""
    warnings = ['-Wall', '-Wextra', '-Werror', '-fsyntax-only']
    if path.startswith(rules.CXX_HEADERS):
        return [[cxx] + warnings + ['-Wshadow', '-std=' + std, '-x', 'c++']
                for cxx in cxx_compilers() for std in ('c++17', 'c++20')]
    commands = [cc + warnings + ['-std=gnu17', '-D_GNU_SOURCE', '-Wno-unused-function']
                + flags + ['-x', 'c']]
    if path.startswith('include/'):
        commands.append(cc + warnings + ['-std=c11', '-x', 'c'])
        commands += [[cxx] + warnings + ['-std=c++17', '-x', 'c++'] for cxx in cxx_compilers()]
    return commands


def cxx_compilers():
    """The C++ compilers that there are: the project needs none, its users may."""
    path = os.environ.get('PATH', '')
    return [name for name in ('c++', 'clang++') if shutil.which(name, path=path)]


def check_headers(root, cc, flags):
    report = Report()
    headers = [f for f in source_files(root)
               if f.endswith('.h') and f not in rules.HEADERS_OF_GENERATED]
    jobs = [(h, c) for h in headers for c in compile_commands(cc.split(), flags, h)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for (header, command), said in zip(jobs, pool.map(
                lambda job: compile_alone(root, job[1], job[0]), jobs)):
            if said is not None:
                report.breach(header, 'does not compile alone (%s):\n%s'
                              % (' '.join(command), said))
    return report.end(len(headers), 'headers')


def check_installed(root):
    report = Report()
    headers = [f for f in source_files(root) if f.startswith('include/') and f.endswith('.h')]
    named = set(re.findall(r"'([^']+\.h)'", read(root, 'include/meson.build')))
    for header in headers:
        if header[len('include/'):] not in named:
            report.breach(header, 'is not in include/meson.build, so it is not installed')
    return report.end(len(headers), 'public headers')


def readme_programs(text):
    """(line, program) of each C block; one that has no main() is the inside of one."""
    for m in re.finditer(r'^```c\n(.*?)^```$', text, re.DOTALL | re.MULTILINE):
        line = csource.line_of(text, m.start())
        if 'int main(' in m[1]:
            yield line, m[1]
        else:
            yield line, ('#include <stdio.h>\n#include <binderd/binder_io.h>\n'
                         'int main(void)\n{\n%s\treturn 0;\n}\n' % m[1])


def check_readme(root, cc):
    report = Report()
    programs = list(readme_programs(read(root, 'README.md')))
    command = cc.split() + ['-Wall', '-Werror', '-fsyntax-only', '-std=gnu17',
                            '-I' + os.path.join(root, 'include'), '-x', 'c', '-']
    for line, program in programs:
        run = subprocess.run(command, input=program, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, check=False)
        if run.returncode:
            report.breach('README.md:%d' % line, 'does not compile:\n' + run.stdout)
    return report.end(len(programs), 'programs')


def nm(tool, *args):
    """The lines that nm prints, in words."""
    run = subprocess.run(tool.split() + list(args), stdout=subprocess.PIPE, text=True, check=True)
    return [line.split() for line in run.stdout.split('\n') if line.strip()]


def check_driver(tool, library):
    report = Report()
    defined = {w[-1] for w in nm(tool, '--defined-only', library) if len(w) == 3}
    objects = 0
    where = library
    for words in nm(tool, '--undefined-only', library):
        if len(words) == 1 and words[0].endswith(':'):
            where = words[0][:-1]
            objects += 1
        elif words[0] in 'Uwv':
            symbol = words[-1].split('@')[0]
            if (symbol not in defined and symbol not in rules.DRIVER_SYMBOLS
                    and not symbol.startswith(rules.DRIVER_SYMBOL_PREFIXES)):
                report.breach(where, 'calls %s' % symbol)
    return report.end(objects, 'objects')


def exported(tool, library):
    """The dynamic symbols that a library defines, versions' own names left out."""
    return {w[-1].split('@')[0] for w in nm(tool, '-D', '--defined-only', library)
            if len(w) == 3 and w[1] in 'TDBRVWi'}


def check_exports(tool, root, library, headers):
    report = Report()
    declared = set()
    for header in headers:
        declared |= csource.declarations(read(root, header))
    exports = exported(tool, library)
    name = os.path.basename(library)
    for symbol in sorted(exports - declared):
        report.breach(name, 'exports %s, which no public header declares' % symbol)
    for symbol in sorted(declared - exports):
        report.breach(name, 'does not export %s, which a public header declares' % symbol)
    return report.end(len(declared), 'declarations')


def script_symbols(script):
    """The names that a version script lists."""
    with open(script, encoding='utf-8') as f:
        return re.findall(r'^\s*(\w+);$', csource.without_comments(f.read()), re.MULTILINE)


def check_listed(tool, library, script, count):
    report = Report()
    listed = script_symbols(script)
    exports = exported(tool, library)
    name = os.path.basename(library)
    for symbol in sorted(exports - set(listed)):
        report.breach(name, 'exports %s, which is not listed' % symbol)
    for symbol in sorted(set(listed) - exports):
        report.breach(name, 'does not export %s, which is listed' % symbol)
    if len(listed) != count:
        report.breach(script, 'lists %d symbols, not %d' % (len(listed), count))
    return report.end(len(listed), 'symbols')


def check_tested(script, directories):
    report = Report()
    listed = script_symbols(script)
    named = set()
    for directory in directories:
        for path in sorted(os.listdir(directory)):
            if path.endswith('.c'):
                with open(os.path.join(directory, path), encoding='utf-8') as f:
                    named.update(re.findall(r'\w+', csource.code(f.read())))
    for symbol in sorted(set(listed) - named):
        report.breach(script, 'names %s, which no test has' % symbol)
    return report.end(len(listed), 'symbols')


def check_interposed(tool, library):
    report = Report()
    libc = ctypes.CDLL(None)
    exports = exported(tool, library)
    for symbol in sorted(exports):
        if not hasattr(libc, symbol):
            report.breach(os.path.basename(library), 'exports %s, which libc does not' % symbol)
    return report.end(len(exports), 'symbols')


def main(argv):
    if argv[1:2] == ['sources'] and len(argv) == 3:
        return check_sources(argv[2])
    if argv[1:2] == ['headers'] and len(argv) >= 4:
        return check_headers(argv[2], argv[3], argv[4:])
    if argv[1:2] == ['installed'] and len(argv) == 3:
        return check_installed(argv[2])
    if argv[1:2] == ['readme'] and len(argv) == 4:
        return check_readme(argv[2], argv[3])
    if argv[1:2] == ['driver'] and len(argv) == 4:
        return check_driver(argv[2], argv[3])
    if argv[1:2] == ['exports'] and len(argv) >= 6:
        return check_exports(argv[2], argv[3], argv[4], argv[5:])
    if argv[1:2] == ['listed'] and len(argv) == 6:
        return check_listed(argv[2], argv[3], argv[4], int(argv[5]))
    if argv[1:2] == ['tested'] and len(argv) >= 4:
        return check_tested(argv[2], argv[3:])
    if argv[1:2] == ['interposed'] and len(argv) == 4:
        return check_interposed(argv[2], argv[3])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main(sys.argv))
