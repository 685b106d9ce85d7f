// How much of a table is asked for and shown at a time. Pure.

/** Columns; a table may have thousands. */
export const GROUP = 200;
/** Rows of a page. */
export const PAGE = 100;
