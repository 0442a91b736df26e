// SPDX-License-Identifier: Apache-2.0
package org.binderd.test;

import org.binderd.test.Everything;
import org.binderd.test.ICallback;
import org.binderd.test.IItem;
import org.binderd.test.Point;
import org.binderd.test.Shape;

/** A method for each thing that the AIDL compiler of Android 10 can say. */
interface ITestService {
	const int LEAST = -2147483648;
	const int MOST = 0x7fffffff;
	const String NAME = "test service";

	boolean repeatBoolean(boolean value);
	byte repeatByte(byte value);
	char repeatChar(char value);
	int repeatInt(int value);
	long repeatLong(long value);
	float repeatFloat(float value);
	double repeatDouble(double value);
	String repeatString(String value);
	@utf8InCpp String repeatUtf8(@utf8InCpp String value);
	@nullable String repeatMaybeString(@nullable String value);

	boolean[] reverseBooleans(in boolean[] values, out boolean[] repeated);
	byte[] reverseBytes(in byte[] values, out byte[] repeated);
	char[] reverseChars(in char[] values, out char[] repeated);
	int[] reverseInts(in int[] values, out int[] repeated);
	long[] reverseLongs(in long[] values, out long[] repeated);
	float[] reverseFloats(in float[] values, out float[] repeated);
	double[] reverseDoubles(in double[] values, out double[] repeated);
	String[] reverseStrings(in String[] values, out String[] repeated);
	Shape[] reverseShapes(in Shape[] values, out Shape[] repeated);

	@nullable boolean[] repeatMaybeBooleans(in @nullable boolean[] values);
	@nullable byte[] repeatMaybeBytes(in @nullable byte[] values);
	@nullable char[] repeatMaybeChars(in @nullable char[] values);
	@nullable int[] repeatMaybeInts(in @nullable int[] values);
	@nullable long[] repeatMaybeLongs(in @nullable long[] values);
	@nullable float[] repeatMaybeFloats(in @nullable float[] values);
	@nullable double[] repeatMaybeDoubles(in @nullable double[] values);
	@nullable String[] repeatMaybeStrings(in @nullable String[] values);

	/** Sorts in place: what goes in is what comes out. */
	void sortInts(inout int[] values);
	/** Exchanges x and y. */
	void mirror(inout Point point);
	/** Fills what has only a length: an array of that many, 1, 2, 3... */
	void count(out int[] values);
	/** Leaves a parcelable as it is made. */
	void makePoint(out Point point);
	Everything repeatEverything(in Everything value, out Everything copy);

	IBinder repeatObject(IBinder value);
	@nullable IBinder repeatMaybeObject(@nullable IBinder value);
	ParcelFileDescriptor repeatFile(in ParcelFileDescriptor value);
	@nullable ParcelFileDescriptor repeatMaybeFile(in @nullable ParcelFileDescriptor value);
	/** Writes text to a file that the caller has open, and closes its own descriptor. */
	void writeFile(in ParcelFileDescriptor file, String text);

	@nullable ICallback repeatCallback(@nullable ICallback callback);
	/** Calls back while the caller waits. */
	long ask(ICallback callback, long value);
	/** Calls back, and returns the service-specific error that comes of it. */
	int beRefused(ICallback callback, int code);
	/** Calls back, oneway as this is. */
	oneway void tell(ICallback callback, int code, @nullable String text);
	/** Keeps a callback until the next keep(). */
	void keep(@nullable ICallback callback);
	/** An item; its end is an event to @p callback: 0 and its name. */
	IItem makeItem(String name, ICallback callback);

	void throwException(int code, @nullable String message);
	void throwServiceSpecific(int code, @nullable String message);
	/** Ends without a reply but this status. */
	void failTransaction(int status);

	/** How many descriptors the service has open. */
	int countFiles();
	/** Ends the service. */
	oneway void quit();
}
