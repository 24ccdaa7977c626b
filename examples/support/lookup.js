// net.connect() takes a `lookup` function that answers in place of the resolver. The tour uses it to be slow,
// to fail, and to give several addresses to one name, all without a network.

/**
 * Answers a lookup with these addresses.
 *
 * @param {{all?: boolean}} options what Node asks for: every address, or just one
 * @param {Function} callback Node's callback, whose form depends on the options
 * @param {{address: string, family: 4 | 6}[]} addresses in the order in which they should be tried
 */
export const answer = (options, callback, addresses) => {
	if (options.all) callback(null, addresses);
	else callback(null, addresses[0].address, addresses[0].family);
};

/** Fails a lookup in the way in which the resolver does for a name that does not exist. */
export const notFound = (hostname, callback) => {
	const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
	callback(Object.assign(error, {code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname}));
};
