/** Answers by question, each asked for once while it is cached or pending. */
export type AnswerCache<Answer> = {
	/**
	 * @param ask called where there is no answer; one of null is not kept
	 */
	get: (question: string, ask: () => Promise<Answer | null>) => Promise<Answer | null>;
	/**
	 * Drops all answers. One that is pending may be from before the change: it is returned to its callers, not
	 * kept, and asked for again by later ones.
	 *
	 * @returns whether there were any
	 */
	clear: () => boolean;
};

export type AnswerCacheOptions = {
	/** Current time in ms since the epoch. */
	now: () => number;
	/** Lifetime of an answer in ms. */
	maxAgeMs: number;
	/** Most answers; the one unused for longest is dropped first. */
	capacity: number;
};

export const createAnswerCache = <Answer>({
	now,
	maxAgeMs,
	capacity,
}: AnswerCacheOptions): AnswerCache<Answer> => {
	const answers = new Map<string, {answer: Answer; at: number}>();
	let pending = new Map<string, Promise<Answer | null>>();

	const cached = (question: string): Answer | null => {
		const entry = answers.get(question);
		if (entry === undefined) return null;
		answers.delete(question);
		if (now() - entry.at > maxAgeMs) return null;
		// Inserted again as the newest: a Map keeps the order of insertion.
		answers.set(question, entry);
		return entry.answer;
	};

	const keep = (question: string, answer: Answer, at: number): void => {
		for (const oldest of answers.keys()) {
			if (answers.size < capacity) break;
			answers.delete(oldest);
		}
		answers.set(question, {answer, at});
	};

	return {
		get: (question, ask) => {
			const known = cached(question);
			if (known !== null) return Promise.resolve(known);
			const generation = pending;
			const running = generation.get(question);
			if (running !== undefined) return running;
			const at = now();
			const asked = ask().then(answer => {
				generation.delete(question);
				if (answer !== null && generation === pending) keep(question, answer, at);
				return answer;
			});
			generation.set(question, asked);
			return asked;
		},
		clear: () => {
			const hadAny = answers.size > 0 || pending.size > 0;
			answers.clear();
			pending = new Map();
			return hadAny;
		},
	};
};
