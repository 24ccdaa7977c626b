/**
 * True if a namespace has MPTCP sockets according to its `/proc/net/protocols`: a query with ss costs a
 * process.
 *
 * @param text the file; empty where it is unreadable
 */
// protocol  size sockets  memory press maxhdr …
// MPTCP     1936      2      180   no       0 …
export const isMptcpInUse = (text: string): boolean => /^MPTCP(?:v6)? +\d+ +[1-9]/m.test(text);
