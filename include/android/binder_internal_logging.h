#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Where the C++ headers say what went wrong: syslog(3), as programs that link
 * nothing but libbinder_ndk have no other log. Code made by the AIDL compiler
 * names this header; programs have no need to.
 */

#include <stdlib.h>
#include <syslog.h>

namespace ndk::impl
{

/** complain() - say in the log what a caller did wrong, and go on */
inline void complain(const char *what)
{
	syslog(LOG_ERR, "binder: %s", what);
}

/** die() - say what can only be a fault of the program, and abort */
[[noreturn]] inline void die(const char *what)
{
	syslog(LOG_CRIT, "binder: %s", what);
	abort();
}

} // namespace ndk::impl
