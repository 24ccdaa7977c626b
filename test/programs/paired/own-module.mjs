// The module that top-level-await.mjs imports.
import {connect} from 'node:net';

export const [one, two] = await Promise.all([1, 2]);
export {connect};
