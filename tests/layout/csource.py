# SPDX-License-Identifier: Apache-2.0
"""Reading C sources as far as the layout test needs it: text without comments, the
includes, the functions with their lengths, the declarations of a header.

It is no C parser. It knows comments, literals, preprocessor lines and brackets, and it
says so (SourceError) when the brackets of a file do not close, instead of passing it.
"""

import re


class SourceError(Exception):
    """A file that cannot be read as C by the means here."""


_TOKEN = re.compile(
    r'//(?:\\\n|[^\n])*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL)


def _blank(text):
    """The same number of lines, and nothing on them."""
    return re.sub(r'[^\n]', ' ', text)


def without_comments(text):
    """The text with comments blanked and literals kept."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith('/') else m[0], text)


def without_literals(text):
    """The text with comments blanked and literals emptied."""
    def replace(m):
        if m[0].startswith('/'):
            return _blank(m[0])
        return m[0][0] + _blank(m[0][1:-1]) + m[0][-1]
    return _TOKEN.sub(replace, text)


def code(text):
    """The text without comments, the insides of literals and preprocessor lines."""
    return re.sub(r'^[ \t]*#(?:\\\n|[^\n])*', lambda m: _blank(m[0]), without_literals(text),
                  flags=re.MULTILINE)


def includes(text):
    """(line, '<' or '"', name) of each #include."""
    found = []
    for number, line in enumerate(without_comments(text).split('\n'), 1):
        m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if m:
            found.append((number, m[1], m[2]))
    return found


def _first_alternatives(text):
    """The text with the inside of each #else and #elif blanked."""
    lines, depth, skipped = [], 0, 0
    for line in text.split('\n'):
        m = re.match(r'\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b', line)
        word = m[1] if m else ''
        if word.startswith('if'):
            depth += 1
        elif word in ('elif', 'else') and not skipped:
            skipped = depth
        elif word == 'endif':
            skipped = 0 if skipped == depth else skipped
            depth -= 1
        lines.append(_blank(line) if skipped and not word else line)
    return '\n'.join(lines)


def _readable(text):
    """code(), and where an #else opens the same brace again, without it."""
    whole = code(text)
    try:
        for _ in _top_level(whole):
            pass
    except SourceError:
        return code(_first_alternatives(text))
    return whole


_EXTERN_C = re.compile(r'extern\s*"[^"]*"\s*$')


def _top_level(text):
    """Yields (head, open, close) for each {...} at the outermost level and for each ';'
    there, with open None: head is the text since the one before.
    The braces of extern "C" do not count as a level."""
    depth = round_depth = 0
    start = opened = 0
    transparent = 0
    for at, c in enumerate(text):
        if c in '([':
            round_depth += 1
        elif c in ')]':
            round_depth -= 1
            if round_depth < 0:
                raise SourceError('line %d: closing bracket too many' % line_of(text, at))
        elif c == '{':
            if depth == 0 and _EXTERN_C.search(text[start:at]):
                transparent += 1
                start = at + 1
                continue
            if depth == 0:
                opened = at
            depth += 1
        elif c == '}':
            if depth == 0 and transparent:
                transparent -= 1
                start = at + 1
                continue
            depth -= 1
            if depth < 0:
                raise SourceError('line %d: closing brace too many' % line_of(text, at))
            if depth == 0 and round_depth == 0:
                yield text[start:opened], opened, at
                if _is_body(text[start:opened]):
                    start = at + 1
        elif c == ';' and depth == 0 and round_depth == 0:
            yield text[start:at], None, at
            start = at + 1
    if depth or round_depth or transparent:
        raise SourceError('brackets do not close')


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


def _is_body(head):
    """Whether the braces after @head are a function's: its parameters stand before them."""
    head = head.strip()
    return head.endswith(')') and not re.search(r'(^|[^=!<>])=([^=]|$)', head)


def _name(head):
    """The name that the first top-level parentheses of @head belong to."""
    for m in re.finditer(r'([A-Za-z_]\w*)\s*\(', head):
        if m[1] not in ('__attribute__', '_Alignas', '__typeof__', 'typeof', '_Static_assert'):
            return m[1]
    return None


_MACRO_LINE = re.compile(r'\s*[A-Z][A-Z0-9_]*(\([^()]*\))?[ \t]*\n')


def _without_macro_lines(head):
    """What is left of @head after lines like END_TEST or RB_GENERATE(...), which end in no ';'."""
    m = _MACRO_LINE.match(head)
    while m and head[m.end():].strip():
        head = head[m.end():]
        m = _MACRO_LINE.match(head)
    return head.lstrip()


def functions(text):
    """(name, first line, number of lines) of each function defined in the text."""
    text = _readable(text)
    found = []
    for head, opened, closed in _top_level(text):
        if opened is None or not _is_body(head):
            continue
        head = _without_macro_lines(head)
        name = _name(head)
        if name.isupper():
            name = re.search(r'\(\s*(\w*)', head)[1] or name
        first = line_of(text, opened - len(head))
        found.append((name, first, line_of(text, closed) - first + 1))
    return found


def declarations(text):
    """The names of the functions and variables that a header declares for linking."""
    names = set()
    for head, opened, _ in _top_level(_readable(text)):
        words = head.split()
        if opened is not None or not words or words[0] in ('typedef', 'static', '_Static_assert'):
            continue
        head = re.sub(r'__attribute__\s*\(\(.*\)\)', '', head, flags=re.DOTALL)
        # What a struct or enum holds is no declaration: nothing but its name is left of it.
        head = re.sub(r'\{.*\}', '', head, flags=re.DOTALL)
        if '(' in head:
            names.add(_name(head))
        elif words[0] == 'extern':
            names.add(re.search(r'(\w+)\s*(\[[^]]*\]\s*)*$', head)[1])
    return names
