#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A private message bus that allows everything, with its limits out of the way.
 */

/** bus_start_daemon() - dbus-daemon; it is ended by process_end_all() */
void bus_start_daemon(void);
/** bus_start_broker() - dbus-broker, with this process as its controller */
void bus_start_broker(void);
/** bus_stop() - let go of the controller's connection */
void bus_stop(void);
/** bus_address() - where to connect to */
const char *bus_address(void);
