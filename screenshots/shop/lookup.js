// The names of the shop's network, answered as a resolver of its own would.
const names = {
	'postgres.shop': ['10.20.0.20'],
	'redis.shop': ['10.20.0.21'],
	'search.shop': ['10.20.0.22'],
	'mail.shop': ['10.20.0.23'],
	'orders.shop': ['10.20.0.10'],
	'ledger.shop': ['10.20.0.25'],
	// The first address has no route back: a client loses time on it.
	'payments.example.com': ['fd00:20::24', '10.20.0.24'],
};

export const lookup = (name, options, callback) => {
	const addresses = (names[name] ?? []).map(address => ({address, family: address.includes(':') ? 6 : 4}));
	setTimeout(() => {
		if (options.all) callback(null, addresses);
		else callback(null, addresses.at(-1).address, addresses.at(-1).family);
	}, 4);
};
