// What VS Code's status bar says.
import type { Page } from 'playwright-core';

export async function status(page: Page, text: RegExp): Promise<void> {
  await page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor();
}
