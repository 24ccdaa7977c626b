#!/usr/bin/env bash
# Versions: Linux 6.18, iproute2 6.1.0.
# Behaviour: of a route with two gateways on one device, `ip route get DESTINATION` names the gateway that a connection
#   takes for about half of the destinations. With `from` the socket's address it names it for all of them, as long as
#   net.ipv4.fib_multipath_hash_policy is 0. With 1 (addresses and ports) half of the answers are of the other gateway,
#   also when the socket's own ports are in the question.
# Seen: 18 of 32 destinations without the source, 32 of 32 with it (policy 0); 16 or 17 of 32 whatever is asked (policy 1).
# Source: ip_route_connect() of include/net/route.h looks the route up once for the source and again with it; the
#   next hop is chosen by fib_multipath_hash() of net/ipv4/route.c, over both addresses, of which the question without a
#   source lacks one. The gateway that is taken is the one that the kernel looks for on the link (`ip neigh`).
# Why a good guess is wrong: the device, the source and the table of the answer are right, only its gateway is not, and
#   the source that the answer prints is the one that the connection has.
set -euo pipefail

ns=finding-$$
trap 'ip netns del "$ns" 2>/dev/null || true' EXIT
ip netns add "$ns"
inside() { nsenter --net="/run/netns/$ns" "$@"; }
inside ip link add near type veth peer name far
for device in lo near far; do inside ip link set "$device" up; done
inside ip addr add 10.9.0.1/24 dev near
inside ip route add 10.10.0.0/24 nexthop via 10.9.0.8 dev near nexthop via 10.9.0.9 dev near

# The gateway that a connection takes is the one that the kernel looks for on the link.
cat >"/tmp/$ns.py" <<'PY'
import re, socket, subprocess, sys

def ip(*words):
    return subprocess.run(('ip', *words), capture_output=True, text=True).stdout

def gateway(text):
    return re.search(r'via (\S+)', text).group(1)

same = {'without source': 0, 'from source': 0, 'from source, with ports': 0}
for host in range(1, 33):
    destination = f'10.10.0.{host}'
    ip('neigh', 'flush', 'dev', 'near')
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex((destination, 443))
    port = client.getsockname()[1]
    taken = [each for each in ('10.9.0.8', '10.9.0.9') if each in ip('neigh', 'show', 'dev', 'near')]
    client.close()
    source = ('from', '10.9.0.1')
    ports = ('ipproto', 'tcp', 'sport', str(port), 'dport', '443')
    for name, words in (('without source', ()), ('from source', source), ('from source, with ports', (*source, *ports))):
        same[name] += taken == [gateway(ip('route', 'get', destination, *words))]
for name, count in same.items():
    print(f'policy {sys.argv[1]}, {name}: {"all" if count == 32 else "not all"}')
PY
trap 'ip netns del "$ns" 2>/dev/null || true; rm -f "/tmp/$ns.py" "/tmp/$ns.seen"' EXIT
for policy in 0 1; do
	inside sysctl -qw "net.ipv4.fib_multipath_hash_policy=$policy"
	inside python3 "/tmp/$ns.py" "$policy"
done | tee "/tmp/$ns.seen"

diff - "/tmp/$ns.seen" <<'TXT'
policy 0, without source: not all
policy 0, from source: all
policy 0, from source, with ports: all
policy 1, without source: not all
policy 1, from source: not all
policy 1, from source, with ports: not all
TXT
