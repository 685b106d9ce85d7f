// The view of the notebook's variables and the panels of tables, as the stories use them.
import type { Frame, Locator, Page } from 'playwright-core';
import { until } from './workbench';

/** The view of the notebook's variables. */
export class Variables {
  readonly pane: Locator;

  constructor(private readonly page: Page) {
    this.pane = page.locator('.part.panel .pane').filter({ has: page.locator('[aria-label*="Notebook Variables"], [id="dap-kernel.variables"]') }).first();
  }

  row(name: string): Locator {
    return this.page.locator('.part.panel .monaco-list-row').filter({ has: this.page.getByText(name, { exact: true }) }).first();
  }

  async shows(name: string, value: string): Promise<void> {
    let seen: string | undefined;
    await until(() => `${name} with ${value}; there is ${seen ?? 'none'}`, async () => {
      seen = await this.row(name).innerText({ timeout: 200 }).catch(() => undefined);
      return seen?.replace(/\s+/g, ' ').includes(value) || undefined;
    });
  }

  async says(message: string): Promise<void> {
    await this.page.locator('.part.panel .message, .part.panel .tree-explorer-viewlet-tree-view').getByText(message).first().waitFor();
  }

  /** The button in the row of a table. */
  async openTable(name: string): Promise<Table> {
    await this.row(name).hover();
    await this.row(name).locator('.codicon-table.action-label').click();
    return Table.of(this.page);
  }
}

/** The panel of a table that is in front. */
export class Table {
  private constructor(private readonly page: Page, readonly frame: Frame) {}

  static async of(page: Page): Promise<Table> {
    return new Table(page, await until('the grid of a table', () => shownGrid(page)));
  }

  async says(text: string | RegExp): Promise<void> {
    await this.frame.locator('#status').getByText(text).first().waitFor();
  }

  /** The texts of a row in view by its place there. */
  async row(at: number): Promise<string[]> {
    return this.frame.evaluate((index) => {
      const top = (it: Element): number => it.getBoundingClientRect().top;
      const left = (it: Element): number => it.getBoundingClientRect().left;
      const head = document.querySelector('.slick-headerrow')?.getBoundingClientRect().bottom ?? 0;
      const cells = [...document.querySelectorAll('.slick-cell')].filter((it) => top(it) >= head - 2);
      const tops = [...new Set(cells.map(top))].sort((a, b) => a - b);
      return cells.filter((it) => top(it) === tops[index]).sort((a, b) => left(a) - left(b)).map((it) => it.textContent);
    }, at);
  }

  async shows(at: number, ...texts: string[]): Promise<void> {
    let seen: string[] = [];
    await until(() => `the row ${texts.join(', ')}; there is ${seen.join(', ')}`, async () => {
      seen = await this.row(at);
      return JSON.stringify(seen) === JSON.stringify(texts) || undefined;
    });
  }

  head(name: string): Locator {
    return this.frame.locator('.slick-header-column').filter({ has: this.frame.locator('.name').getByText(name, { exact: true }) });
  }

  cell(text: string): Locator {
    return this.frame.locator('.slick-cell').getByText(text, { exact: true }).first();
  }

  async filter(name: string, typed: string): Promise<void> {
    const input = this.frame.locator(`input[aria-label="Filter ${name}"]`);
    await input.fill(typed);
    await input.press('Enter');
  }

  /** Copy what is selected; return what is in the clipboard. */
  async copied(): Promise<string> {
    await this.page.keyboard.press('Control+C');
    await this.page.locator('.statusbar-item').getByText(/^Copied/).first().waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
}

async function shownGrid(page: Page): Promise<Frame | undefined> {
  for (const it of page.frames()) {
    const isThere = await it.locator('.slick-cell, .problem').first().isVisible().catch(() => false);
    // VS Code hides the outer frame of a panel that is not in front.
    if (isThere && (await (await it.parentFrame()?.frameElement().catch(() => undefined))?.isVisible()) === true) return it;
  }
  return undefined;
}

/** Bring a tab in front; the debugger's toolbar may cover a part of it. */
export async function bring(page: Page, title: string): Promise<void> {
  const tab = page.locator(`.tab[aria-label="${title}"]`); // the debugger's toolbar may float over it
  for (const it of ['mousedown', 'mouseup']) await tab.dispatchEvent(it, { button: 0 });
}
