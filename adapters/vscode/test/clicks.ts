// Clicks whose effect is waited for: under a person's hand, too, what is clicked may move, and a menu may close.
import type { Locator } from 'playwright-core';
import { until } from './workbench';

/** Whether something is on screen by now, or a moment later. */
export function isSeen(there: Locator): Promise<boolean> {
  return there.first().waitFor({ timeout: 2000 }).then(() => true, () => false);
}

/** Click until `then` is there: what is clicked may be drawn anew, or moved away, and what takes the focus may come later. */
export async function clicked(place: Locator, then: Locator): Promise<void> {
  await until(`a click at ${String(place)} to have its effect`, async () => {
    await place.click({ timeout: 5000 }).catch(() => undefined);
    return isSeen(then);
  });
}

/** Click an item of a menu; undefined: the menu has closed before, or takes no clicks yet, as in its first moment. */
export async function chosen(item: Locator): Promise<true | undefined> {
  const act = async (): Promise<true> => {
    await item.click({ timeout: 2000 });
    await item.waitFor({ state: 'hidden', timeout: 2000 });
    return true;
  };
  return act().catch(() => undefined);
}
