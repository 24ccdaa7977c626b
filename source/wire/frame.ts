/** What carries records: the frame, and the limits of its texts and lists. */
/** The writer of a frame. A pid can be reused; `nonce` separates two processes with one pid. */
export type Sender = {pid: number; thread: number; nonce: number};

/**
 * A frame: this header, then whole records (u8 code, u16 length of the body, body). Little-endian.
 * At most `limit` bytes, so that a write to a FIFO is atomic (PIPE_BUF on Linux).
 */
export const frame: {
	magic: number;
	headerBytes: number;
	limit: number;
	/** Offset of the sequence number (u32): one more than that of the sender's last frame. */
	sequenceAt: number;
} = {
	magic: 0x4e57,
	headerBytes: 22,
	limit: 4096,
	sequenceAt: 18,
};

/** Longest text on the wire, in bytes of UTF-8; longer text is cut. */
export const textLimit = 512;
/** Largest number of entries in a list on the wire. */
export const listLimit = 64;
