export const isRoot = process.geteuid?.() === 0;
