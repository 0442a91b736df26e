// SPDX-License-Identifier: Apache-2.0
package org.binderd.test;

/** A parcelable of fixed size, with defaults. */
parcelable Point {
	int x = 3;
	int y = -4;
}
