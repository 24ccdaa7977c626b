/**
 * The parts of Node's sockets that the hook reads and the published types leave out. The hook never changes
 * them. All optional ones are checked before use: Node does not promise them.
 */
import type net from 'node:net';

export type Handle = {
	constructor: {name: string};
	fd?: number;
	bytesRead?: number;
	bytesWritten?: number;
	writeQueueSize?: number;
	getpeername?(out: SocketName): number;
	getsockname?(out: SocketName): number;
	hasRef?(): boolean;
	/** The handle below a TLS handle. */
	_parent?: Handle | null;
};

export type SocketName = {address?: string; port?: number; family?: string};

export type WritableState = {
	length: number;
	needDrain: boolean;
	ending: boolean;
	highWaterMark: number;
};

export type ReadableState = {
	length: number;
	ended: boolean;
	flowing: boolean | null;
	/** True with a 'readable' listener: `flowing` is false then, and the stream is not paused. */
	readableListening?: boolean;
};

export type HttpMessage = {
	method?: string;
	path?: string;
	host?: unknown;
	url?: string;
	statusCode?: number;
	finished?: boolean;
	outputSize?: number;
	socket?: unknown;
	req?: HttpMessage;
	/** On a client's request whose connection has left HTTP, together with the response. */
	upgradeOrConnect?: boolean;
	res?: UpgradeMessage | null;
};

export type UpgradeMessage = HttpMessage & {
	upgrade?: boolean | null;
	rawHeaders?: unknown;
	/** The whole message has come in. */
	complete?: boolean;
};

export type WatchedSocket = Omit<net.Socket, 'connecting' | 'timeout'> & {
	connecting: boolean;
	timeout?: number;
	encrypted?: boolean;
	secureConnecting?: boolean;
	_secureEstablished?: boolean;
	_tlsOptions?: {isServer?: boolean; requestCert?: boolean};
	authorized?: boolean;
	alpnProtocol?: string | false | null;
	servername?: string | false | null;
	getProtocol?(): string | null;
	_handle: Handle | null;
	_host?: string | null;
	_parent?: WatchedSocket | null;
	_server?: WatchedServer | null;
	_httpMessage?: HttpMessage | null;
	parser?: {incoming?: UpgradeMessage | null} | null;
	_writableState: WritableState;
	_readableState: ReadableState;
};

export type WatchedServer = net.Server & {
	_handle: Handle | null;
	_pipeName?: string;
	_connections: number;
};

export type Emit = (this: unknown, type: string | symbol, ...values: unknown[]) => boolean;

let tcpClass: unknown;

/** @returns the class name of a handle ("TCP", "Pipe", "TLSWrap" …), or undefined without a handle */
export function handleClassName(handle: Handle | null | undefined): string | undefined {
	if (!handle) return undefined;
	const {constructor: handleClass} = handle;
	// Reading the name of a function costs more than everything else that is read of a new socket.
	if (handleClass === tcpClass) return 'TCP';
	const {name} = handleClass;
	if (name === 'TCP') tcpClass = handleClass;
	return name;
}
