import type {
	KernelSocket,
	KernelState,
	KernelTimer,
	Shutdown,
	SocketKind,
	TcpInfo,
} from '../../../domain/kernel.ts';
import type {Address} from '../../../domain/row.ts';
import {type Host, parseAddress} from '../../parsing/address.ts';
import {type Details, parseDetails} from './details.ts';
import type {SsOutput} from './output.ts';
import {parseTimer} from './timer.ts';
import {printsSecondsAsMs, printsStarForIPv4} from './version.ts';

/** Byte offsets of a line's fields in the output, `[from, to)`; an empty range is an absent field. */
export type FieldOffsets = {
	localFrom: number;
	localTo: number;
	peerFrom: number;
	peerTo: number;
	timerFrom: number;
	timerTo: number;
	cookieFrom: number;
	cookieTo: number;
	/** null where not printed: ss omits root's 0. */
	uid: number | null;
	/** Behind the cookie. */
	restFrom: number;
	to: number;
};

/** A TCP, MPTCP or UDP socket. A snapshot may have 50,000: all but the most used fields are parsed lazily. */
export class InetSocket implements KernelSocket {
	readonly kind: SocketKind;
	readonly state: KernelState;
	readonly recvQ: number | null;
	readonly sendQ: number | null;
	readonly inode: number | null;
	readonly peerInode: null = null;
	private readonly output: SsOutput;
	private readonly fields: FieldOffsets;
	private parsedDetails: Details | null = null;

	/** @param inode as printed: 0 is a socket without an inode, null is a line without the field */
	constructor(
		output: SsOutput,
		kind: SocketKind,
		state: KernelState,
		recvQ: number | null,
		sendQ: number | null,
		inode: number | null,
		fields: FieldOffsets,
	) {
		this.output = output;
		this.kind = kind;
		this.state = state;
		this.recvQ = recvQ;
		this.sendQ = sendQ;
		this.inode = inode === 0 ? null : inode;
		this.fields = fields;
	}

	get local(): Address | null {
		const address = parseAddress(this.text(this.fields.localFrom, this.fields.localTo));
		if (!address.ok) return null;
		const {host, port} = address.value;
		if (this.isIPv4Star(host)) return {address: '0.0.0.0', port: port ?? 0, family: 4};
		return {address: host.address, port: port ?? 0, family: host.family};
	}

	get peer(): Address | null {
		const address = parseAddress(this.text(this.fields.peerFrom, this.fields.peerTo));
		if (!address.ok) return null;
		const {host, port} = address.value;
		// A reset leaves a destroyed socket its peer's address and no port.
		if (port === null && (host.address === '0.0.0.0' || host.address === '::')) return null;
		return {address: host.address, port: port ?? 0, family: host.family};
	}

	get device(): string | null {
		return this.localHost()?.device ?? null;
	}

	get cookie(): string | null {
		const {cookieFrom, cookieTo} = this.fields;
		return cookieFrom === cookieTo ? null : this.text(cookieFrom, cookieTo);
	}

	/** ss omits root's; for a socket without an inode, the kernel reports no owner. */
	get uid(): number | null {
		return this.fields.uid ?? (this.inode === null ? null : 0);
	}

	get timer(): KernelTimer | null {
		const {timerFrom, timerTo} = this.fields;
		if (timerFrom === timerTo) return null;
		return parseTimer(this.text(timerFrom, timerTo), printsSecondsAsMs(this.output.version));
	}

	get v6only(): boolean | null {
		if (this.state !== 'LISTEN' && this.state !== 'UNCONN') return null;
		const host = this.localHost();
		if (host === null || host.family === 4 || this.isIPv4Star(host)) return null;
		if (this.details.v6only !== null) return this.details.v6only;
		// Without `-e`: ss prints a listener of both families as `*`, of IPv6 alone as `[::]`.
		return host.address !== '::' || printsStarForIPv4(this.output.version) ? null : !host.dualStack;
	}

	get shutdown(): Shutdown | null {
		return this.details.shutdown;
	}

	get drops(): number | null {
		return this.details.drops;
	}

	get info(): TcpInfo | null {
		return this.details.info;
	}

	private get details(): Details {
		const {restFrom, to} = this.fields;
		this.parsedDetails ??= parseDetails(this.output, this.kind, this.state, restFrom, to);
		return this.parsedDetails;
	}

	private localHost(): Host | null {
		const address = parseAddress(this.text(this.fields.localFrom, this.fields.localTo));
		return address.ok ? address.value.host : null;
	}

	private isIPv4Star(host: Host): boolean {
		return host.dualStack && printsStarForIPv4(this.output.version) && this.details.v6only === null;
	}

	private text(from: number, to: number): string {
		return this.output.bytes.toString('latin1', from, to);
	}
}
