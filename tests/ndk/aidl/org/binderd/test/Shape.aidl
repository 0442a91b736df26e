// SPDX-License-Identifier: Apache-2.0
package org.binderd.test;

import org.binderd.test.Point;

/** Parcelables in parcelables, alone and in arrays. */
parcelable Shape {
	String name;
	Point center;
	Point[] corners;
	@nullable String label;
}
