#!/usr/bin/env bash
# Versions: Linux 6.18, iproute2 6.1.0.
# Behaviour: an accepted MPTCP socket has the socket cookie of its listener, if that was given one before (by any dump,
#   such as `ss -Me`): `sk:` of `ss -M` is then no identity. Sockets of TCP get one of their own.
# Seen: the listener and both accepted connections with one `sk:` in `ss -HMane`; three in `ss -Htane`, of the TCP
#   connections below them, which have the inodes of the MPTCP sockets.
# Source: mptcp_sk_clone_init() of net/mptcp/protocol.c copies the listener with sk_clone_lock(); inet_csk_clone_lock() of
#   TCP resets sk_cookie, that one does not.
# Why a good guess is wrong: the cookie is documented as an identity (bpf-helpers(7), bpf_get_socket_cookie), and of TCP, UDP
#   and unix sockets it is one.
set -euo pipefail

ns=finding-$$
trap 'ip netns del "$ns" 2>/dev/null || true; rm -f "/tmp/$ns.py"' EXIT
ip netns add "$ns"
ip -n "$ns" link set lo up
cat >"/tmp/$ns.py" <<'PY'
import re, socket, subprocess

def cookies(*words):
    return re.findall(r'sk:(\w+)', subprocess.run(('ss', *words, 'sport', '=', ':8080'), capture_output=True, text=True).stdout)

IPPROTO_MPTCP = 262
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
server.bind(('127.0.0.1', 8080))
server.listen(8)
before = cookies('-HMane')
clients = [socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP) for _ in range(2)]
accepted = []
for client in clients:
    client.connect(('127.0.0.1', 8080))
    accepted.append(server.accept())
after = cookies('-HMane')
print(f'MPTCP: {len(after)} sockets, {len(set(before + after))} cookie')
below = cookies('-Htane')
print(f'TCP: {len(below)} sockets, {len(set(below))} cookies')
PY
seen=$(nsenter --net="/run/netns/$ns" python3 "/tmp/$ns.py")
echo "$seen"
[ "$seen" = "MPTCP: 3 sockets, 1 cookie
TCP: 3 sockets, 3 cookies" ]
