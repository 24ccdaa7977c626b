/**
 * The parts of Node's sockets that the hook reads and the published types leave out. Each is looked at, never
 * changed. All optional ones are checked before use: they are not promised by Node.
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
	/** What a TLS handle wraps. */
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
	/** Somebody reads on 'readable': `flowing` is false then, and nothing is stopped. */
	readableListening?: boolean;
};

export type HttpMessage = {
	method?: string;
	path?: string;
	url?: string;
	statusCode?: number;
	finished?: boolean;
	outputSize?: number;
	socket?: unknown;
	req?: HttpMessage;
	/** A client's request whose connection has left HTTP, and the answer that said so. */
	upgradeOrConnect?: boolean;
	res?: UpgradeMessage | null;
};

export type UpgradeMessage = HttpMessage & {upgrade?: boolean | null; rawHeaders?: unknown};

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

/** "TCP", "Pipe", "TLSWrap" …: what a handle's class is called, or undefined without one. */
export function handleClassName(handle: Handle | null | undefined): string | undefined {
	if (!handle) return undefined;
	const {constructor: handleClass} = handle;
	// Asking a function for its name costs more than all else that is asked of a new socket.
	if (handleClass === tcpClass) return 'TCP';
	const {name} = handleClass;
	if (name === 'TCP') tcpClass = handleClass;
	return name;
}
