/** A scroll position: `page` lines or rows of `count` are visible, from the index `top` on. */
export type Scroll = {top: number; page: number; count: number};
