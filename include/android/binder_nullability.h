#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file binder_nullability.h
 * @brief Which pointers may be NULL, for compilers that can check it.
 *
 * Clang knows the two words; for others they are nothing. A parameter that is said to be
 * _Nonnull is not looked at: passing NULL for it is an error of the program.
 */

#if !defined(__clang__)
#ifndef _Nonnull
#define _Nonnull
#endif
#ifndef _Nullable
#define _Nullable
#endif
#endif

/* What code written for Android asks for: everything here is of this API level. */
#ifndef __ANDROID_API__
#define __ANDROID_API__ 35
#endif

/* Marks of the levels at which Android introduced things; all of them are there. */
#ifndef __INTRODUCED_IN
#define __INTRODUCED_IN(level)
#endif
