import type {Scenario} from '../support.ts';

export const scenarios: readonly Scenario[] = [];
