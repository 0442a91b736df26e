// SPDX-License-Identifier: Apache-2.0
package org.binderd.test;

/** What the service makes on demand: an interface that is returned. */
interface IItem {
	String getName();
}
