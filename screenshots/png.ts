/** Pixels as a PNG of at most 64 colours: a picture of a terminal needs no more, and is a third of the size so. */
import {crc32, deflateSync} from 'node:zlib';

const most = 64;
/** Colours are counted in steps of so many levels: what differs less is one. */
const step = 8;

/**
 * @param pixels four bytes each: red, green, blue and how opaque
 * @returns a file (PNG, third edition: colour type 3)
 */
export const palettePng = (pixels: Uint8Array, width: number, height: number): Buffer => {
	const {colours, indexOf} = paletteOf(pixels);
	const lines = Buffer.alloc((width + 1) * height);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			lines[y * (width + 1) + 1 + x] = indexOf.get(keyAt(pixels, (y * width + x) * 4)) ?? 0;
		}
	}
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3, 0, 0, 0], 8);
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		chunk('IHDR', head),
		chunk('PLTE', Buffer.from(colours.flatMap(colour => colour.slice(0, 3)))),
		chunk('tRNS', Buffer.from(colours.map(colour => colour[3] ?? 255))),
		chunk('IDAT', deflateSync(lines, {level: 9})),
		chunk('IEND', Buffer.alloc(0)),
	]);
};

const keyAt = (pixels: Uint8Array, at: number): number =>
	[0, 1, 2, 3].reduce((key, part) => key * 256 + Math.round((pixels[at + part] ?? 0) / step), 0);

type Counted = {key: number; colour: number[]; count: number};

/** The most frequent colours; each of the others is drawn as the nearest of them. */
const paletteOf = (pixels: Uint8Array): {colours: number[][]; indexOf: ReadonlyMap<number, number>} => {
	const counted = new Map<number, Counted>();
	for (let at = 0; at < pixels.length; at += 4) {
		const key = keyAt(pixels, at);
		const known = counted.get(key);
		if (known) known.count += 1;
		else counted.set(key, {key, colour: [...pixels.subarray(at, at + 4)], count: 1});
	}
	const ranked = [...counted.values()].sort((one, other) => other.count - one.count);
	const colours = ranked.slice(0, most).map(({colour}) => colour);
	const indexOf = new Map(
		ranked.map(({key, colour}, index) => [key, index < most ? index : nearest(colour, colours)]),
	);
	return {colours, indexOf};
};

const nearest = (colour: number[], colours: number[][]): number => {
	const far = colours.map(other =>
		other.reduce((sum, part, index) => sum + (part - (colour[index] ?? 0)) ** 2, 0),
	);
	return far.indexOf(Math.min(...far));
};

const chunk = (type: string, data: Buffer): Buffer => {
	const named = Buffer.concat([Buffer.from(type), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(named), 4);
	return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
};
