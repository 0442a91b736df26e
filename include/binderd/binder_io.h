#pragma once
/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The small C framework: a binder service or client in plain C.
 *
 * The interface is that of the framework that Android's C programs used before
 * Android 11. A message is a struct binder_io; bio_put_*() append to one that
 * bio_init() prepared, bio_get_*() take from one that was received. Nothing is
 * read or written out of bounds: the first item that does not fit sets
 * BIO_F_OVERFLOW in @flags, which stays, and every later call does nothing and
 * returns 0, NULL or -1.
 *
 * A thread that waits in binder_call() or binder_loop() handles what comes in
 * meanwhile. Several threads may use one binder_state; a binder_io belongs to
 * one thread. Functions that return int return 0 or a negative errno.
 */

#include <binderd/uapi.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef BINDERD_API
#define BINDERD_API __attribute__((visibility("default")))
#endif

/* The handle of the context manager, and what the service manager answers. */
#define BINDER_SERVICE_MANAGER 0U
#define SVC_MGR_NAME "android.os.IServiceManager"

enum {
	/* Codes that every object answers. */
	PING_TRANSACTION = B_PACK_CHARS('_', 'P', 'N', 'G'),
	INTERFACE_TRANSACTION = B_PACK_CHARS('_', 'N', 'T', 'F'),
	DEBUG_PID_TRANSACTION = B_PACK_CHARS('_', 'P', 'I', 'D'),

	/* What a handler returns for another interface's token, and for a code that it has not. */
	BINDER_BAD_TYPE = -0x7fffffff,
	BINDER_UNKNOWN_TRANSACTION = -74,

	/* How far an object may be relied on: who of a system can call it (AOSP's Stability.h). */
	BINDER_STABILITY_UNDECLARED = 0,
	BINDER_STABILITY_VENDOR = 0x03,
	BINDER_STABILITY_SYSTEM = 0x0c,
	BINDER_STABILITY_VINTF = 0x3f,

	/* Codes of the service manager. */
	SVC_MGR_GET_SERVICE = 1,
	SVC_MGR_CHECK_SERVICE,
	SVC_MGR_ADD_SERVICE,
	SVC_MGR_LIST_SERVICES,
};

/* Bits of struct binder_io's flags. */
#define BIO_F_SHARED 0x01   /* lies in the receive area: binder_done() gives it back */
#define BIO_F_OVERFLOW 0x02 /* an item did not fit, or was not there */
#define BIO_F_IOERROR 0x04  /* the call that should have filled it failed */
#define BIO_F_STATUS 0x10   /* the reply is a status: one uint32, of the other side's making */

struct binder_state;

/* A message that is being built or read; the fields are private but for @flags. */
struct binder_io {
	char *data;	      /* the next byte to read or write */
	binder_size_t *offs;  /* the next entry of the offsets */
	size_t data_avail;    /* bytes left */
	size_t offs_avail;    /* entries left */
	char *data0;	      /* the first byte */
	binder_size_t *offs0; /* the first entry */
	uint32_t flags;	      /* BIO_F_ */
	uint32_t objects;     /* of a received message: all its entries */
	size_t buffers;	      /* bytes of what bio_put_buffer() added */
};

/* A death link; the caller's memory, which must stay until the link is gone. */
struct binder_death {
	/* The object's process died. Called once, by a thread in binder_loop() or binder_call(). */
	void (*func)(struct binder_state *bs, void *ptr);
	/* What @func and @unlinked are called with. */
	void *ptr;
	/* binder_unlink_to_death() has taken effect: the memory may go. May be NULL. */
	void (*unlinked)(struct binder_state *bs, void *ptr);
};

/**
 * binder_handler - answers one incoming call
 * @bs:    the state that it came in by
 * @txn:   the call as the driver gave it: code, flags, sender, target.ptr (what
 *         bio_put_obj() was given; 0 for the context manager)
 * @msg:   its data; given back, with every descriptor in it, when the handler returns
 * @reply: empty, with room for 4096 bytes and 16 objects; thrown away for a oneway.
 *         The handler may point it at a message of its own that lives on until the
 *         same thread's next call.
 *
 * Return: 0 to send @reply; anything else is sent as a status in its place.
 */
typedef int (*binder_handler)(struct binder_state *bs, struct binder_transaction_data *txn,
	struct binder_io *msg, struct binder_io *reply);

/**
 * binder_open() - open a binder device and map its receive area
 * @driver:  as for binderd_open(); NULL is "binder"
 * @mapsize: bytes of the receive area, the sum of all messages held at a time
 *
 * Return: the state, or NULL with errno: as binderd_open() and binderd_mmap(), or
 * EPROTO for a driver of another protocol version.
 */
BINDERD_API struct binder_state *binder_open(const char *driver, size_t mapsize);

/**
 * binder_close() - close the device and free the state
 * @bs: what binder_open() returned, or NULL; no thread may be using it
 */
BINDERD_API void binder_close(struct binder_state *bs);

/**
 * binder_fd() - the device's descriptor, for binderd_ioctl() and binderd_poll()
 * @bs: the state, which keeps the descriptor
 */
BINDERD_API int binder_fd(const struct binder_state *bs);

/**
 * binder_set_handler() - who answers calls that come in during binder_call()
 * @bs:   the state
 * @func: the handler; NULL, as at first: such calls get the status UNKNOWN_TRANSACTION (-74)
 *
 * To be set before calls are made. binder_loop() sets it, too.
 */
BINDERD_API void binder_set_handler(struct binder_state *bs, binder_handler func);

/**
 * binder_set_replied() - be told when a reply is out
 * @bs:   the state
 * @func: called on the thread that the handler ran on, once the driver has taken what the
 *        handler replied with, or, of a oneway, has the message back; NULL, as at first: nothing
 *
 * Handles in a reply must be held until then: threads that let objects go can keep away from
 * it by a lock that the handler takes and this function gives back. To be set before calls
 * are handled.
 */
BINDERD_API void binder_set_replied(struct binder_state *bs, void (*func)(struct binder_state *bs));

/**
 * binder_become_context_manager() - become the object behind handle 0
 *
 * Return: 0, -EBUSY when there is one, -EPERM when another uid's turn it is.
 */
BINDERD_API int binder_become_context_manager(struct binder_state *bs);

/**
 * binder_become_context_manager_ext() - the same, with a say in what calls bring
 * @flags: of its object. FLAT_BINDER_FLAG_ACCEPTS_FDS: descriptors are let in;
 *         FLAT_BINDER_FLAG_TXN_SECURITY_CTX: each call comes with its sender's security
 *         context, for binder_caller_label(). A broker always has one; on a kernel's device
 *         where no security module has one to give, every call fails in its sender
 *
 * Return: as binder_become_context_manager(); -EINVAL from drivers before Linux 5.1.
 */
BINDERD_API int binder_become_context_manager_ext(struct binder_state *bs, uint32_t flags);

/**
 * binder_caller_label() - the security context of who made the call being handled
 *
 * For handlers, on the thread that they run on. A call made by the handler itself, and
 * answered meanwhile, does not disturb it.
 *
 * Return: the label, valid until the handler returns; NULL when the call came without
 * one, or when no call is being handled.
 */
BINDERD_API const char *binder_caller_label(void);

/**
 * binder_call() - call an object and wait for its reply
 * @bs:     the state
 * @msg:    the message
 * @reply:  uninitialised; filled with the reply, for binder_done() to give back
 * @target: the object's handle
 * @code:   what to do
 *
 * Return: 0 with the reply in @reply (which may be a status: BIO_F_STATUS).
 * Otherwise BIO_F_IOERROR is set in @reply, which needs no binder_done(), and the
 * result is -EOVERFLOW (@msg had overflowed), -EPIPE (the object is dead),
 * -EBUSY (its process is frozen), -EREMOTEIO (the driver refused the call: bad
 * handle, bad object, no room), -ECANCELED (made by a handler in binder_loop(), which
 * binder_stop() was called for: the reply is not waited for any more) or what binderd_ioctl() says.
 */
BINDERD_API int binder_call(struct binder_state *bs, struct binder_io *msg, struct binder_io *reply,
	uint32_t target, uint32_t code);

/**
 * binder_call_oneway() - send a message that has no reply
 *
 * Parameters as of binder_call(). It returns as soon as the driver has taken the
 * message. Return: as binder_call(), but only of the sending.
 */
BINDERD_API int binder_call_oneway(
	struct binder_state *bs, struct binder_io *msg, uint32_t target, uint32_t code);

/**
 * binder_done() - give back the memory and the descriptors of a reply
 * @bs:    the state
 * @msg:   the message that was sent; not used
 * @reply: what binder_call() filled; handles taken from it are gone after this
 *         unless binder_acquire() was called for them
 */
BINDERD_API void binder_done(
	struct binder_state *bs, struct binder_io *msg, struct binder_io *reply);

/**
 * binder_acquire(), binder_release() - hold an object, and let it go
 * @target: a handle; to be acquired while the message that brought it is not given back
 */
BINDERD_API void binder_acquire(struct binder_state *bs, uint32_t target);
BINDERD_API void binder_release(struct binder_state *bs, uint32_t target);

/**
 * binder_link_to_death() - be told when an object's process dies
 * @target: a handle that is held; the driver takes one link for each
 * @death:  the link; stays the caller's
 */
BINDERD_API void binder_link_to_death(
	struct binder_state *bs, uint32_t target, struct binder_death *death);

/**
 * binder_unlink_to_death() - be told no more
 *
 * @death must stay until its @unlinked was called; until then @func may still be.
 */
BINDERD_API void binder_unlink_to_death(
	struct binder_state *bs, uint32_t target, struct binder_death *death);

/**
 * binder_loop() - answer calls until binder_stop() or an error
 * @bs:   the state
 * @func: answers each call
 *
 * Return: 0 after binder_stop(), or a negative errno of binderd_ioctl().
 */
BINDERD_API int binder_loop(struct binder_state *bs, binder_handler func);

/**
 * binder_stop() - make every binder_loop() of a state return
 * @bs: the state
 *
 * To be called from any thread or from a handler, not from a signal handler. A
 * call that is being answered is finished first, but does not wait for replies to calls
 * that it makes itself: these return -ECANCELED. The state does no more loops.
 *
 * Return: 0, or -EMFILE when no descriptor was free to wake the others with.
 */
BINDERD_API int binder_stop(struct binder_state *bs);

/**
 * binder_parse() - act on a buffer of BR_ commands
 * @bs:   the state
 * @bio:  filled by a BR_REPLY; NULL: replies are given back
 * @ptr:  address of the commands
 * @size: their bytes
 * @func: answers calls; NULL: they get the status UNKNOWN_TRANSACTION
 *
 * Return: 1 when all were acted on, 0 when a reply came, or negative: -EPIPE,
 * -EBUSY, -EREMOTEIO as for binder_call(), -EPROTO for what is no BR_ command.
 */
BINDERD_API int binder_parse(struct binder_state *bs, struct binder_io *bio, uintptr_t ptr,
	size_t size, binder_handler func);

/**
 * bio_init() - prepare an empty message
 * @bio:        the message
 * @data:       memory for it, which must live as long; NULL for a message without data.
 *              A large message is copied once less if it is built in memory of
 *              binderd_arena_alloc(), which takes the descriptor of binder_fd()
 * @maxdata:    bytes of @data
 * @maxobjects: objects to leave room for: 8 of the bytes each
 */
BINDERD_API void bio_init(struct binder_io *bio, void *data, size_t maxdata, size_t maxobjects);

/**
 * bio_init_from_txn() - make a received message readable
 * @bio: the message
 * @txn: what BR_TRANSACTION or BR_REPLY brought; its buffer is read in place
 */
BINDERD_API void bio_init_from_txn(struct binder_io *bio, struct binder_transaction_data *txn);

/* Append 4 bytes. */
BINDERD_API void bio_put_uint32(struct binder_io *bio, uint32_t n);

/**
 * bio_put_bytes() - append a byte array: its length, the bytes, zeros up to a multiple of 4
 * @data: may be NULL, which is sent as length -1
 * @size: bytes, up to INT32_MAX
 */
BINDERD_API void bio_put_bytes(struct binder_io *bio, const void *data, size_t size);

/* Append a String16, NUL-terminated in memory; NULL is sent as length -1. */
BINDERD_API void bio_put_string16(struct binder_io *bio, const uint16_t *str);

/* The same from Latin-1 bytes (for identifiers: ASCII), each becoming one UTF-16 unit. */
BINDERD_API void bio_put_string16_x(struct binder_io *bio, const char *str);

/**
 * bio_put_obj() - append an object of this process
 * @ptr: its name for the driver: what the handler gets in txn->target.ptr; NULL is the
 *       context manager's own
 *
 * Its calls may bring descriptors (FLAT_BINDER_FLAG_ACCEPTS_FDS).
 */
BINDERD_API void bio_put_obj(struct binder_io *bio, void *ptr);

/* Append an object of another process by its handle; 0 appends a null object. */
BINDERD_API void bio_put_ref(struct binder_io *bio, uint32_t handle);

/* Append a descriptor; it stays the caller's, who keeps it open until the message was sent. */
BINDERD_API void bio_put_fd(struct binder_io *bio, int fd);

/* The parent of a buffer that has none. */
#define BIO_NO_PARENT UINT32_MAX

/**
 * bio_put_buffer() - append a buffer: memory that the driver copies beside the message
 * @data:   the memory, which must stay until the message was sent; not NULL
 * @size:   its bytes
 * @parent: the index of the object (counting all, from 0) in whose memory there is a
 *          pointer to this buffer, or BIO_NO_PARENT
 * @offset: where in the parent that pointer is; the driver makes it good for the receiver
 *
 * A message with buffers is sent by BC_TRANSACTION_SG or BC_REPLY_SG.
 *
 * Return: the buffer's own index, or BIO_NO_PARENT after an overflow.
 */
BINDERD_API uint32_t bio_put_buffer(
	struct binder_io *bio, const void *data, size_t size, uint32_t parent, size_t offset);

/* Take 4 bytes. */
BINDERD_API uint32_t bio_get_uint32(struct binder_io *bio);

/**
 * bio_get_bytes() - take a byte array
 * @size: set to its length; not NULL
 *
 * Return: the bytes, in the message, or NULL for a null array or an overflow.
 */
BINDERD_API const void *bio_get_bytes(struct binder_io *bio, size_t *size);

/**
 * bio_get_string16() - take a String16
 * @sz: set to its length in units, without the NUL; may be NULL
 *
 * Return: the units, in the message and NUL-terminated, or NULL for a null string
 * or an overflow (a missing NUL is one).
 */
BINDERD_API uint16_t *bio_get_string16(struct binder_io *bio, size_t *sz);

/**
 * bio_get_string16_x() - take a String16 as ASCII
 * @out:  set to the string, NUL-terminated, '?' for what is not ASCII
 * @size: bytes of @out; a string that does not fit is an overflow
 *
 * Return: its length, or -1 for a null string or an overflow (@out is empty then).
 */
BINDERD_API int bio_get_string16_x(struct binder_io *bio, char *out, size_t size);

/* Take an object: its handle, 0 for a null one or anything that is no strong handle. */
BINDERD_API uint32_t bio_get_ref(struct binder_io *bio);

/* Take a descriptor: a new one, close-on-exec, that the caller closes; or -1. */
BINDERD_API int bio_get_fd(struct binder_io *bio);

/*
 * What Android 11 and later put around these items, and so all programs of the NDK's API:
 * a token before the arguments of each call, and a word of stability behind each object.
 */

/**
 * bio_put_interface() - append an interface token, as the first item of a call
 * @name: the interface's, ASCII
 *
 * 12 bytes and a String16.
 */
BINDERD_API void bio_put_interface(struct binder_io *bio, const char *name);

/**
 * bio_get_interface() - take an interface token, of any Android release
 * @name: ASCII
 *
 * Return: 1; 0 if what comes next is none of that interface: then nothing was taken, and a
 * handler returns BINDER_BAD_TYPE.
 */
BINDERD_API int bio_get_interface(struct binder_io *bio, const char *name);

/* As bio_put_obj(), with stability: that of all programs of one system. */
BINDERD_API void bio_put_stable_obj(struct binder_io *bio, void *ptr);

/* As bio_put_ref(), with stability. */
BINDERD_API void bio_put_stable_ref(struct binder_io *bio, uint32_t handle);

/* As bio_get_ref(), of an object with stability, whatever that is. */
BINDERD_API uint32_t bio_get_stable_ref(struct binder_io *bio);

/**
 * bio_get_buffer() - take a buffer
 * @size: set to its bytes; not NULL
 *
 * Pointers within it are the sender's word, unless a later buffer names it as its parent:
 * take that one, and do not follow the pointer.
 *
 * Return: the memory, in the receive area, or NULL for anything that is no buffer.
 */
BINDERD_API const void *bio_get_buffer(struct binder_io *bio, size_t *size);

/**
 * svcmgr_lookup() - ask the service manager for a service
 * @target: the manager's handle: BINDER_SERVICE_MANAGER
 * @name:   the service's name, ASCII
 *
 * Return: its handle, acquired, or 0 when there is none.
 */
BINDERD_API uint32_t svcmgr_lookup(struct binder_state *bs, uint32_t target, const char *name);

/**
 * svcmgr_publish() - register an object of this process as a service
 * @target: the manager's handle: BINDER_SERVICE_MANAGER
 * @name:   the service's name, ASCII
 * @ptr:    the object, as for bio_put_obj()
 *
 * Return: 0; -EACCES when the manager refuses; else as binder_call().
 */
BINDERD_API int svcmgr_publish(
	struct binder_state *bs, uint32_t target, const char *name, void *ptr);

#ifdef __cplusplus
}
#endif
