"""Makes a listener (descriptor 3) and a connection to it (4) that speak MPTCP, which Node cannot, and becomes the command."""
import os
import socket
import sys

IPPROTO_MPTCP = 262

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
listener.bind(('127.0.0.1', 0))
listener.listen(8)
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
client.connect(listener.getsockname())
# First out of the way of the numbers that they shall have.
held = [os.dup(client.fileno()), os.dup(listener.fileno())]
os.dup2(held[1], 3)
os.dup2(held[0], 4)
for descriptor in (3, 4):
    os.set_inheritable(descriptor, True)
os.execvp(sys.argv[1], sys.argv[1:])
