import {expect} from 'vitest';
import {z} from 'zod';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {type DiagnosisRecord, finding, type Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

/** A client of a server of this kind, and what is found of its handshake. */
const failing = (kind: string, title: string, says: RegExp): Scenario => ({
	rule: 'tls-handshake-failed',
	title,
	async run(context) {
		const netwatch = startNetwatch(context, [targetNode, scenarioProgram('handshakes'), kind]);
		const record = await finding(netwatch, 'tls-handshake-failed', ({severity}) => severity === 'error');
		expect(record).toMatchObject({phase: 'tls', operation: 'handshake'});
		expect(record.message).toMatch(says);
		// A server that speaks plain text has no handshake to try.
		if (kind === 'plain') expect(record.next).toHaveProperty('advice');
		else expect(record.next).toMatchObject({argv: expect.arrayContaining(['s_client'])});
	},
});

/** TLS on a connection that was plain before. */
const behindPlain = (
	way: string,
	title: string,
	check: (ports: {port: number; originPort: number}, record: DiagnosisRecord) => void,
): Scenario => ({
	rule: 'tls-handshake-failed',
	title: `${title}, whose certificate is not trusted`,
	async run(context) {
		const netwatch = startNetwatch(context, [targetNode, scenarioProgram('handshakes-behind-plain'), way]);
		const ports = await netwatch.fact('ports', z.object({port: z.number(), originPort: z.number()}));
		const record = await finding(netwatch, 'tls-handshake-failed', ({severity}) => severity === 'error');
		expect(record.evidence.map(({fact}) => fact)).toContain(
			'bytes passed in plain before TLS began on this connection',
		);
		check(ports, record);
		netwatch.write('end\n');
	},
});

export const scenarios: readonly Scenario[] = [
	failing(
		'self-signed',
		'a server with a self-signed certificate',
		/has no signer that this program trusts \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
	),
	behindPlain('connect', 'a server behind an HTTP proxy', ({port, originPort}, record) => {
		expect(record.message).toMatch(
			new RegExp(
				`^handshake with origin\\.test:${originPort} through the proxy at 127\\.0\\.0\\.1:${port} from `,
			),
		);
		const target = ['-proxy', `127.0.0.1:${port}`, '-connect', `origin.test:${originPort}`];
		const words = ['openssl', 's_client', ...target, '-servername', 'origin.test', '-alpn', 'http/1.1'];
		expect(record.next).toEqual({argv: words});
	}),
	behindPlain('socks', 'a server behind a SOCKS proxy', ({port, originPort}, record) => {
		expect(record.message).toContain(`with origin.test:${originPort} through the proxy at 127.0.0.1:${port}`);
		const command = `curl -v --proxy socks5h://127.0.0.1:${port} https://origin.test:${originPort}/`;
		expect(record.next).toEqual({advice: expect.stringContaining(command)});
	}),
	behindPlain('starttls', 'a mail server after STARTTLS', ({port}, record) => {
		expect(record.message).toMatch(new RegExp(`^handshake to 127\\.0\\.0\\.1:${port} from `));
		const command = `openssl s_client -connect 127.0.0.1:${port} -starttls PROTOCOL -servername mail.test`;
		expect(record.next).toEqual({advice: expect.stringContaining(command)});
	}),
	failing('plain', 'a server that speaks no TLS', /the other side does not speak TLS there \(E/),
	failing(
		'closes',
		'a server that closes when the client has spoken',
		/closed before the handshake was done/,
	),
	{
		rule: 'tls-slow',
		title: 'a server that sends nothing',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('handshakes'), 'silent']);
			const record = await finding(netwatch, 'tls-slow');
			expect(record).toMatchObject({severity: 'info', phase: 'tls', operation: 'handshake'});
			expect(record.message).toMatch(/is not done after more than 2\.000 s$/);
		},
	},
];
