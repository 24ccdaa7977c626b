/** Prints some settings of a namespace with their paths: its /proc/sys is visible only from inside. */
export const limitsCommand =
	'grep -sH "" /proc/sys/net/ipv4/tcp_max_tw_buckets /proc/sys/net/ipv4/tcp_max_orphans /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_local_port_range';
export const limitFiles: readonly string[] = limitsCommand.split(' ').filter(word => word.startsWith('/'));
