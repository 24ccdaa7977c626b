/** How bad something is, as a mark and a tone: a severity never shows as a colour alone. */

import type {Severity} from '../../domain/diagnosis/severity.ts';
import type {Notice} from '../../domain/row.ts';
import type {Tone} from './theme.ts';

const marks: Record<Severity, string> = {error: '✗', warn: '!', info: '·'};
const tones: Record<Severity, Tone> = {error: 'failed', warn: 'waiting', info: 'plain'};

export const severityMark = (severity: Severity): string => marks[severity];
export const severityTone = (severity: Severity): Tone => tones[severity];
export const noticeTone = (level: Notice['level']): Tone => tones[level];
