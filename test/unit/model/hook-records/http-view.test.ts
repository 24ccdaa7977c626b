// The HTTP view of a connection: from its labels, its pending requests and its upgrades.
import {expect, test} from 'vitest';
import {requestsText} from '../../../../source/screen/columns/column-texts.ts';
import {sampleFlags} from '../../../../source/wire/field-types.ts';
import {closed, createSession, quietSample} from '../../../helpers/model/session.ts';

const label = (status: number, count: number) => ({method: 'GET', path: '/a', status, count, inbound: false});

const connection = () => {
	const session = createSession();
	session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
	return session;
};

const said = ({row}: ReturnType<typeof createSession>) => {
	const {label: text, http} = row('1.0.1');
	return {label: text, http, requests: requestsText(row('1.0.1'))};
};

test('a request is pending until a sample reports none', () => {
	const session = connection();
	expect(said(session)).toEqual({label: null, http: null, requests: null});
	session.report(1, 1, 'label', label(0, 3));
	session.report(1, 1, 'sample', {...quietSample, flags: sampleFlags.httpMessage});
	expect(said(session)).toEqual({
		label: 'GET /a',
		http: {protocol: null, requests: 3, open: 1},
		requests: 'request 3',
	});
	session.report(2, 1, 'label', label(204, 3));
	expect(said(session)).toMatchObject({label: 'GET /a 204', requests: 'request 3'});
	session.report(2, 1, 'sample', {...quietSample});
	expect(said(session)).toMatchObject({
		http: {protocol: null, requests: 3, open: 0},
		requests: 'idle after 3 requests',
	});
});

test.each([
	['is not under way once it was answered', 200, {}, 0],
	['is under way where no answer came', 0, {}, 1],
	['is under way where the connection failed in its answer', 200, {hadError: true}, 1],
])('the last request of a connection that closes %s', (_what, status, fields, open) => {
	const session = connection();
	session.report(1, 1, 'label', label(0, 1));
	session.report(1, 1, 'sample', {...quietSample, flags: sampleFlags.httpMessage});
	session.report(2, 1, 'label', label(status, 1));
	session.report(2, 1, 'close', {...closed, ...fields});
	expect(session.row('1.0.1').http).toMatchObject({open});
});

test('counters kept by the hook are not taken from samples', () => {
	const session = connection();
	session.report(1, 1, 'exchange', {protocol: 'h2', open: 2});
	session.report(1, 1, 'label', label(0, 17));
	session.report(1, 1, 'sample', {...quietSample});
	expect(said(session)).toEqual({
		label: 'GET /a h2',
		http: {protocol: 'h2', requests: 17, open: 2},
		requests: '17 streams, 2 open',
	});
});

test('a TLS handshake that negotiated HTTP/2 sets the protocol and nothing else', () => {
	const session = connection();
	const secure = {protocol: 'TLSv1.3', alpn: 'h2', servername: null, authorized: true};
	session.report(1, 1, 'secure', secure);
	session.report(2, 1, 'sample', {...quietSample});
	expect(said(session)).toEqual({
		label: null,
		http: {protocol: 'h2', requests: null, open: null},
		requests: null,
	});
});
