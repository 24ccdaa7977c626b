/**
 * Whether a namespace has MPTCP sockets, as its `/proc/net/protocols` tells: asking ss for them costs a process.
 *
 * @param text The file; empty where it cannot be read.
 */
// protocol  size sockets  memory press maxhdr …
// MPTCP     1936      2      180   no       0 …
export const isMptcpInUse = (text: string): boolean => /^MPTCP(?:v6)? +\d+ +[1-9]/m.test(text);
