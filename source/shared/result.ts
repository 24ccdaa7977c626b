/** What a parser gives back: a value, or the reason why there is none. */
export type Parsed<Value> = {ok: true; value: Value} | {ok: false; reason: string};

export const parsed = <Value>(value: Value): Parsed<Value> => ({ok: true, value});

export const refused = (reason: string): {ok: false; reason: string} => ({ok: false, reason});
