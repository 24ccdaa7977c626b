/** How much memory the collector lets grow before it looks for what is no longer used. */
import {setFlagsFromString} from 'node:v8';

/** MB of each half of the place where objects begin: V8's own is 16, of which three are soon in use. */
const youngMegabytes = 4;

/**
 * Keeps the resident memory near what is in use: most objects of a look at the kernel or of a frame are gone with the
 * next. To be called before there are many.
 */
export function keepHeapSmall(): void {
	setFlagsFromString(`--max-semi-space-size=${youngMegabytes}`);
}
