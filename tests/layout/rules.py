# SPDX-License-Identifier: Apache-2.0
"""The rules that the layout test enforces, as tables. docs/ARCHITECTURE.md gives the reasons."""

MAX_FUNCTION_LINES = 100
MAX_FILE_LINES = 1000

# Who may include whom. A component is the longest of these that a file's path begins with.
# local: what "..." may name, by its beginning (paths from src/). public: whether the
# public headers, <binderd/...>, may be named; a list names the only ones.
COMPONENTS = {
    'include/': dict(local=[], public=True),
    'src/util/': dict(local=['util/'], public=False),
    'src/wire/': dict(local=['wire/', 'util/'], public=False),
    'src/driver/': dict(local=['driver/', 'util/'], public=['uapi.h']),
    'src/broker/': dict(local=['broker/', 'driver/', 'wire/', 'util/'], public=['uapi.h']),
    'src/lib/': dict(local=['lib/', 'wire/', 'util/'], public=True),
    'src/preload/': dict(local=['preload/', 'lib/device/', 'util/'], public=True),
    'src/svcmgr/': dict(local=['svcmgr/', 'util/'], public=True),
    'src/tools/': dict(local=['tools/', 'wire/', 'util/'], public=True),
    'examples/': dict(local=['examples/'], public=True),
}

# Libraries that are for some components alone. tests/ may include anything.
LIBRARIES = {
    'event2/': ['src/broker/'],
    'event.h': [],
    'systemd/': ['src/broker/', 'src/svcmgr/'],
    'jansson.h': ['src/tools/'],
    'check.h': [],
    'gtest/': [],
}

# Headers that are C++ alone: what code from the AIDL compiler includes, and the tests of that.
CXX_HEADERS = tuple('include/android/' + name for name in (
    'binder_auto_utils.h', 'binder_enums.h', 'binder_interface_utils.h',
    'binder_internal_logging.h', 'binder_parcel_arrays.h', 'binder_parcel_types.h',
    'binder_parcel_utils.h', 'binder_parcelable_utils.h', 'binder_to_string.h',
    'persistable_bundle_aidl.h')) + ('tests/ndk/cpp/',)

# These include what the AIDL compiler makes while the tests are built: they are compiled there.
HEADERS_OF_GENERATED = {'tests/ndk/aidl/client.h', 'tests/ndk/aidl/service.h'}

# The driver makes no system call and has no clock, so it has no use for any header but these.
# The rule holds for what it includes by way of other headers of the project, too.
DRIVER_HEADERS = {
    'assert.h', 'endian.h', 'errno.h', 'inttypes.h', 'limits.h', 'stdalign.h', 'stdarg.h',
    'stdbool.h', 'stddef.h', 'stdint.h', 'stdlib.h', 'string.h', 'sys/queue.h', 'sys/tree.h',
    'sys/types.h',
    # the UAPI's own: the system's header and what it is made of
    'linux/android/binder.h', 'linux/ioctl.h', 'linux/types.h', 'sys/ioctl.h',
}
# What <binderd/uapi.h> needs for the names of the requests, and the driver must not use.
DRIVER_HEADERS_BY_UAPI_ALONE = {'sys/ioctl.h'}

# The only symbols that the driver's objects may leave for others to define.
DRIVER_SYMBOLS = {
    'abort', 'calloc', 'free', 'malloc', 'realloc', 'reallocarray', 'bsearch', 'qsort',
    'memchr', 'memcmp', 'memcpy', 'memmove', 'memset',
    'strcmp', 'strdup', 'strlen', 'strncmp', 'strndup', 'strnlen',
    '__assert_fail',
    # src/util/alloc.h, and src/util/pages.h, which computes alone
    'alloc_array', 'alloc_zeroed',
    'pages_add', 'pages_age', 'pages_free', 'pages_init', 'pages_next', 'pages_present',
    'pages_remove', 'pages_use',
    # compilers
    '_GLOBAL_OFFSET_TABLE_', '__stack_chk_fail', '__memcpy_chk', '__memmove_chk', '__memset_chk',
}
DRIVER_SYMBOL_PREFIXES = ('__asan_', '__ubsan_', '__sanitizer_', '__lsan_', '__tsan_',
                          '__gcov_', '__llvm_', '__sancov_')
