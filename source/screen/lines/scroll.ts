/** What can be scrolled now: `top` of `count` with `page` in sight. */
export type Scroll = {top: number; page: number; count: number};
