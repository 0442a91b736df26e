#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What calculator-service and calculator-client say to each other. In AIDL:
 *
 *	interface ICalculator {
 *		double add(double a, double b);
 *		double divide(double a, double b);
 *		void listen(ICalculatorListener listener);
 *	}
 *	oneway interface ICalculatorListener { void onResult(double result); }
 *
 * The methods have their codes by their order. A reply begins with a status header: whether the
 * method has thrown.
 */

#include <android/binder_ibinder.h>

#define CALCULATOR_NAME "binderd.example.ICalculator/default"
#define CALCULATOR_INTERFACE "binderd.example.ICalculator"
#define LISTENER_INTERFACE "binderd.example.ICalculatorListener"

enum {
	CALCULATOR_ADD = FIRST_CALL_TRANSACTION,
	CALCULATOR_DIVIDE,
	CALCULATOR_LISTEN,
};

enum {
	LISTENER_ON_RESULT = FIRST_CALL_TRANSACTION,
};
