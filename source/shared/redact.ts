/** The replacement for a secret. */
export const redacted = '•••';

const maxArguments = 64;
const maxArgumentLength = 256;
/** Characters of an argument that are scanned and shown; the rest is cut. */
const maxScannedLength = 1024;

/**
 * Masks likely secrets in a command line, for the screen and for recordings, and bounds its length. In doubt
 * the text is masked.
 *
 * @param argv untrusted words; the screen escapes their control characters
 * @returns at most 64 words of at most 256 characters; the last one gives the number of omitted words
 */
export const redactArgv = (argv: readonly string[]): string[] => {
	let option: string | null = null;
	const words = argv.slice(0, maxArguments).map(word => {
		const isOption = word.startsWith('-') && word.length > 1;
		const isSecret = option !== null && !isOption && isSecretValue(option, word);
		option = isOption && !word.includes('=') ? word : null;
		return isSecret ? redacted : truncate(redactText(word.slice(0, maxScannedLength)));
	});
	const omitted = argv.length - words.length;
	if (omitted > 0) words.splice(-1, 1, `… ${omitted + 1} more`);
	return words;
};

/** Secrets within a word: assignments, addresses with a password, headers, JSON, queries, tokens of known form. */
const redactText = (text: string): string =>
	redactPairs(
		text
			.replace(assignment, (all, name: string, value: string) =>
				isSecretValue(name, value) ? `${name}=${redacted}` : all,
			)
			.replace(credentials, `$1:${redacted}@`)
			.replace(authHeader, `$1${redacted}`)
			.replace(knownTokens, redacted),
	);

/** A value is masked whole; the text after a harmless name is scanned on, as it may hold further pairs. */
const redactPairs = (text: string): string => {
	let shown = '';
	let done = 0;
	for (const match of text.matchAll(pairBegin)) {
		const begin = match.index + match[0].length;
		const [, name = ''] = match;
		if (match.index < done || secrecyOf(name) === 'none') continue;
		pairValue.lastIndex = begin;
		const value = pairValue.exec(text)?.[0] ?? '';
		if (value === '' || !isSecretValue(name, value)) continue;
		shown += text.slice(done, begin) + redacted;
		done = begin + value.length;
	}
	return shown + text.slice(done);
};

// --token=abc, DB_PASSWORD=a b c
const assignment = /^([\w.-]{1,128})=(.+)$/s;

// postgres://user:pass@host, but not http://localhost:3000/@scope
const credentials = /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@'"]*):(?!\d{1,5}\/)[^\s'"]*@/gi;

// Authorization: Bearer abc; Cookie: session=1
const authHeader = /\b((?:authorization|cookie)["']?\s{0,8}[:=]\s{0,8}["']?|bearer\s{1,8})[^"'\n]+/gi;

// ?api_key=abc&x=1, {"password": "x"}
const pairBegin = /\b([A-Za-z_]\w{0,64})["']?\s{0,8}[=:]\s{0,8}["']?/g;
const pairValue = /[^\s"'&;,}]*/y;

// GitHub, GitLab, npm, Slack, Stripe, AWS, Google, JSON Web Tokens, PEM
const knownTokens = new RegExp(
	[
		'\\bgh[pousr]_\\w{20,}',
		'\\bgithub_pat_\\w{20,}',
		'\\bglpat-[\\w-]{16,}',
		'\\bnpm_\\w{20,}',
		'\\bxox[abeoprs]-[\\w-]{10,}',
		'\\b[sr]k_(?:live|test)_\\w{10,}',
		'\\bA[KS]IA[A-Z0-9]{16}',
		'\\bAIza[\\w-]{30,}',
		'\\beyJ[\\w-]{8,}\\.[\\w-]{4,}\\.[\\w-]*',
		'-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^]*',
	].join('|'),
	'g',
);

const isSecretValue = (name: string, value: string): boolean => {
	const secrecy = secrecyOf(name);
	return value !== redacted && (secrecy === 'certain' || (secrecy === 'doubtful' && looksRandom(value)));
};

/** Classifies the value of a name: a secret, possibly one, or none. */
const secrecyOf = (name: string): 'certain' | 'doubtful' | 'none' => {
	const words = wordsOf(name);
	if (harmlessSuffix.test(words.at(-1) ?? '')) return 'none';
	if (words.some(word => secretWord.test(word)) || secretKeyPhrase.test(words.join(' '))) return 'certain';
	return words.some(word => ambiguousWord.test(word)) ? 'doubtful' : 'none';
};

/** Splits `--db-password`, `STRIPE_SECRET_KEY`, `accessToken` into their words, in lower case. */
const wordsOf = (name: string): string[] =>
	name
		.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^a-z0-9]+/)
		.filter(word => word !== '');

const secretWord =
	/^(?:pass(?:wd|word|phrase|code)?s?|pwd|pw|secrets?|(?:auth|access|refresh|id)?tokens?|jwt|bearer|authorization|credentials?|creds|(?:api|access|private|secret)keys?|[a-z]*password)$/;
const secretKeyPhrase = /\b(?:api|access|private|secret|signing|encryption|master|account|shared) keys?\b/;

/** Names that also have a harmless meaning: `--key server.pem`, `--session 5`. */
const ambiguousWord = /^(?:keys?|auth|session|sess|sid|sig|signature|salt|otp|pin|cookies?|hash|hmac|dsn)$/;

/** `--token-file x` names a file, `--password-length 8` a number. */
const harmlessSuffix =
	/^(?:file|path|dir|name|url|uri|length|size|ttl|timeout|expiry|type|count|limit|max|min)$/;

const looksRandom = (value: string): boolean =>
	/^[\w+/=-]{16,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && new Set(value).size >= 8;

const truncate = (word: string): string =>
	word.length > maxArgumentLength ? `${word.slice(0, maxArgumentLength - 1)}…` : word;
