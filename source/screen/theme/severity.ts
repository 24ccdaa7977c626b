/** Marks and tones of severities: a severity never shows as a colour alone. */

import type {Severity} from '../../domain/diagnosis/severity.ts';
import type {Notice} from '../../domain/row.ts';
import type {Tone} from './theme.ts';

const severityMarks: Record<Severity, string> = {error: '✗', warn: '!', info: '·'};
const severityTones: Record<Severity, Tone> = {error: 'failed', warn: 'waiting', info: 'plain'};

export const severityMark = (severity: Severity): string => severityMarks[severity];
export const severityTone = (severity: Severity): Tone => severityTones[severity];
export const noticeTone = (level: Notice['level']): Tone => severityTones[level];
