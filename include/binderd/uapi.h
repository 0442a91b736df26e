#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The binder driver's ABI, completed to Linux 7.2.
 *
 * The system's <linux/android/binder.h> comes first and keeps every name that
 * it has. What it lacks (Debian 12 ships the header of 6.1) is added here as
 * macros: its commands are enumerators, which #ifdef cannot see, so a macro of
 * the same name and value stands over them and old and new headers give the
 * same program. Structures that older headers lack have names of our own.
 *
 * Only the 64-bit protocol, version 8, exists here: a 32-bit program speaks
 * the same structures, and BINDER_IPC_32BIT (version 7) is refused.
 */

#ifdef BINDER_IPC_32BIT
#error "binderd speaks the 64-bit binder protocol (version 8) alone"
#endif

#include <sys/types.h> /* pid_t and uid_t: the header needs them before Linux 6.0 */

#include <linux/android/binder.h>
#include <linux/ioctl.h>
#include <linux/types.h>

/* struct binder_freeze_info, Linux 5.11 on: BINDER_FREEZE's argument, 12 bytes. */
struct binderd_freeze_info {
	__u32 pid;	  /* whose devices */
	__u32 enable;	  /* 1 freezes, 0 thaws */
	__u32 timeout_ms; /* how long to wait for calls that are under way */
};

/* struct binder_frozen_status_info, 5.11 on: BINDER_GET_FROZEN_INFO's, 12 bytes. */
struct binderd_frozen_status_info {
	__u32 pid;	  /* whose devices, set by the caller */
	__u32 sync_recv;  /* bit 0: a call came while frozen; bit 1: one is waiting */
	__u32 async_recv; /* whether a oneway call came while frozen */
};

/* struct binder_extended_error, 5.19 on: BINDER_GET_EXTENDED_ERROR's, 12 bytes. */
struct binderd_extended_error {
	__u32 id;      /* the number that the driver gave to what failed */
	__u32 command; /* a BR_ code */
	__s32 param;   /* a negative errno */
};

/* struct binder_frozen_state_info, 6.12 on: what follows BR_FROZEN_BINDER, 16 bytes. */
struct binderd_frozen_state_info {
	binder_uintptr_t cookie; /* of the request to be told */
	__u32 is_frozen;	 /* what the process is now */
	__u32 reserved;		 /* 0 */
};

/* struct binder_transaction_data_secctx, 5.1 on: BR_TRANSACTION_SEC_CTX's, 72 bytes. */
struct binderd_transaction_data_secctx {
	struct binder_transaction_data transaction_data; /* as of BR_TRANSACTION */
	binder_uintptr_t
		secctx; /* address of the sender's security context, which ends with a NUL */
};

/* Bits of a node's flags. */
#define FLAT_BINDER_FLAG_PRIORITY_MASK 0xff
#define FLAT_BINDER_FLAG_ACCEPTS_FDS 0x100
#define FLAT_BINDER_FLAG_TXN_SECURITY_CTX 0x1000

/* Bits of a transaction's flags. */
#define TF_ONE_WAY 0x01
#define TF_ROOT_OBJECT 0x04
#define TF_STATUS_CODE 0x08
#define TF_ACCEPT_FDS 0x10
#define TF_CLEAR_BUF 0x20
#define TF_UPDATE_TXN 0x40

/* ioctls that older headers lack; the numbers carry the sizes above. */
#ifndef BINDER_FREEZE
#define BINDER_FREEZE _IOW('b', 14, struct binderd_freeze_info)
#endif
#ifndef BINDER_GET_FROZEN_INFO
#define BINDER_GET_FROZEN_INFO _IOWR('b', 15, struct binderd_frozen_status_info)
#endif
#ifndef BINDER_ENABLE_ONEWAY_SPAM_DETECTION
#define BINDER_ENABLE_ONEWAY_SPAM_DETECTION _IOW('b', 16, __u32)
#endif
#ifndef BINDER_GET_EXTENDED_ERROR
#define BINDER_GET_EXTENDED_ERROR _IOWR('b', 17, struct binderd_extended_error)
#endif

/* Returns that older headers lack. */
#define BR_TRANSACTION_SEC_CTX _IOR('r', 2, struct binderd_transaction_data_secctx)
#define BR_FROZEN_REPLY _IO('r', 18)
#define BR_ONEWAY_SPAM_SUSPECT _IO('r', 19)
#define BR_TRANSACTION_PENDING_FROZEN _IO('r', 20)
#define BR_FROZEN_BINDER _IOR('r', 21, struct binderd_frozen_state_info)
#define BR_CLEAR_FREEZE_NOTIFICATION_DONE _IOR('r', 22, binder_uintptr_t)

/* Commands that older headers lack. */
#define BC_REQUEST_FREEZE_NOTIFICATION _IOW('c', 19, struct binder_handle_cookie)
#define BC_CLEAR_FREEZE_NOTIFICATION _IOW('c', 20, struct binder_handle_cookie)
#define BC_FREEZE_NOTIFICATION_DONE _IOW('c', 21, binder_uintptr_t)
