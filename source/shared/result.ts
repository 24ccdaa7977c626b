/** The result of a parser: a value, or the reason for its absence. */
export type Result<Value> = {ok: true; value: Value} | {ok: false; reason: string};

export const ok = <Value>(value: Value): Result<Value> => ({ok: true, value});

export const err = (reason: string): {ok: false; reason: string} => ({ok: false, reason});
