// SPDX-License-Identifier: Apache-2.0
package org.binderd.test;

import org.binderd.test.ICallback;
import org.binderd.test.Shape;

/** A field of each type that a parcelable can have. */
parcelable Everything {
	boolean flag = true;
	byte octet = 12;
	char letter = 'x';
	int number = 0x10;
	long large = -5;
	float single = 1.5f;
	double twice = -2.25;
	String text = "some text";
	@nullable String maybeText;
	@utf8InCpp String utf8;

	boolean[] flags;
	byte[] octets;
	char[] letters;
	int[] numbers;
	long[] larges;
	float[] singles;
	double[] twices;
	String[] texts;

	@nullable boolean[] maybeFlags;
	@nullable byte[] maybeOctets;
	@nullable char[] maybeLetters;
	@nullable int[] maybeNumbers;
	@nullable long[] maybeLarges;
	@nullable float[] maybeSingles;
	@nullable double[] maybeTwices;
	@nullable String[] maybeTexts;

	Shape shape;
	Shape[] shapes;
	IBinder object;
	@nullable IBinder maybeObject;
	ParcelFileDescriptor file;
	@nullable ParcelFileDescriptor maybeFile;
	ICallback callback;
	@nullable ICallback maybeCallback;
}
