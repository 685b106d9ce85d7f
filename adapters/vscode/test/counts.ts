// What a user does until the first stop, as the window sees it: commands, clicks, F5.
import type { Page } from 'playwright-core';

export interface Counts {
  /** Of the palette; on the command line those by which the extension is installed. */
  commands: number;
  /** A double one is one. */
  clicks: number;
  f5: number;
}

declare global {
  interface Window {
    counts?: Counts;
  }
}

/** Count from now on. */
export async function count(page: Page): Promise<void> {
  await page.evaluate(() => {
    const counts = (window.counts = { commands: 0, clicks: 0, f5: 0 });
    window.addEventListener('mousedown', ({ detail }) => (counts.clicks += detail === 1 ? 1 : 0), true);
    window.addEventListener('keydown', ({ key }) => {
      if (key === 'F1') counts.commands += 1;
      if (key === 'F5') counts.f5 += 1;
    }, true);
  });
}

/** What was done since the last look. */
export async function counted(page: Page): Promise<Counts> {
  return page.evaluate(() => {
    const { counts } = window;
    if (counts === undefined) throw new Error('nothing is counted: was the window loaded anew?');
    const seen = { ...counts };
    counts.commands = counts.clicks = counts.f5 = 0;
    return seen;
  });
}
