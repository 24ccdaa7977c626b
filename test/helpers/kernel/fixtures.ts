import {readFileSync} from 'node:fs';

/** A capture, decoded as netwatch decodes it. */
export const fixture = (name: string): string =>
	readFileSync(new URL(`../../fixtures/ss/${name}`, import.meta.url), 'latin1');

/** A capture as its bytes. */
export const fixtureBytes = (name: string): Buffer =>
	readFileSync(new URL(`../../fixtures/ss/${name}`, import.meta.url));
