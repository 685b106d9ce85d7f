// What a person sees and does in the workbench: the editor, the debugger's views, a notebook's cells.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { chosen, clicked, isSeen } from './clicks';
import { until } from './workbench';

/** Where the documents' pictures go; not set: none are taken. */
const PICTURES = process.env['PICTURES'];

export class Editor {
  constructor(readonly page: Page) {}

  /** Open a file of the folder, and have its editor focused. */
  async open(name: string): Promise<void> {
    const row = this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
    if (!(await row.isVisible())) await this.press('Control+Shift+E'); // a stop has brought its own view to the front
    const open = (timeout: number): Promise<unknown> => row.dblclick().then(() => this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`, { timeout }));
    await open(5000).catch(() => open(45_000)); // a file that had just come may have moved the row
  }

  async press(...keys: string[]): Promise<void> {
    for (const it of keys) await this.page.keyboard.press(it);
  }

  /** Run a command of the palette, by its whole title; once more where a stop has taken the focus from the palette. */
  async command(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    const run = async (): Promise<boolean> => {
      await this.press('F1');
      await this.page.locator('.quick-input-widget input').fill(`>${title}`, { timeout: 5000 });
      await row.click({ timeout: 5000 });
      return true;
    };
    await until(`the command ${title}`, () => run().catch(() => undefined));
  }

  async goto(line: number): Promise<void> {
    await until('the question for the line', async () => {
      await this.press('Control+G');
      return isSeen(this.page.locator('.quick-input-widget input:focus'));
    });
    await this.page.keyboard.type(`${line}`);
    await this.page.locator('.quick-input-list').getByText(`line ${line}`).first().waitFor();
    await this.press('Enter');
    await this.page.waitForSelector('.quick-input-widget', { state: 'hidden' });
  }

  /** Toggle a breakpoint at the cursor; wait until there are `count` on screen. */
  async toggleBreakpoint(count = 1): Promise<void> {
    await this.press('F9');
    const glyphs = this.page.locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified');
    await until('the breakpoint', async () => (await glyphs.count()) >= count || undefined);
  }

  /** Press a button of the question that is asked. */
  async answer(button: string): Promise<void> {
    const question = this.page.locator('.monaco-dialog-box');
    await question.getByText(button, { exact: true }).click();
    await question.waitFor({ state: 'hidden' });
  }

  // The debugger.

  /** The text of the line that a thread is stopped at, as its editor highlights it. */
  async stoppedLine(): Promise<string | undefined> {
    return this.lineAt('.debug-top-stack-frame-line, .debug-focused-stack-frame-line');
  }

  async stopsAt(text: string): Promise<void> {
    let seen: string | undefined;
    await until(() => `a stop at ${text}; it is at ${seen ?? 'no line'}`, async () => {
      seen = await this.stoppedLine();
      return seen?.startsWith(text) || undefined; // values may be shown behind it
    });
  }

  /** The text of the line in whose editor a decoration is, by where the two are on screen. */
  async lineAt(decoration: string): Promise<string | undefined> {
    return this.page.evaluate((selector) => {
      const mark = [...document.querySelectorAll(selector)].find((it) => it.getBoundingClientRect().height > 0);
      if (mark === undefined) return undefined;
      const top = mark.getBoundingClientRect().top;
      const lines = [...(mark.closest('.monaco-editor')?.querySelectorAll('.view-line') ?? [])];
      const line = lines.find((it) => Math.abs(it.getBoundingClientRect().top - top) < 3);
      return line?.textContent.replace(/[\p{Cf}\p{Co}]/gu, '').replace(/\s+/g, ' ').trim();
    }, decoration);
  }

  async rows(view: 'variables' | 'call-stack' | 'breakpoints'): Promise<string[]> {
    const rows = await texts(this.page.locator(`.debug-${view} .monaco-list-row`));
    return rows.map((it) => it.replace(/ ?= ?/, ' = '));
  }

  /** Wait until the Variables view has the row `text`; its first scope is opened. */
  async showsVariable(text: string): Promise<void> {
    const first = this.page.locator('.debug-variables .monaco-list-row').first();
    await first.waitFor();
    await until(`${text} among the variables`, async () => {
      if ((await first.getAttribute('aria-expanded')) === 'false') await first.locator('.monaco-tl-twistie').click();
      return (await this.rows('variables')).includes(text) || undefined;
    });
  }

  /** Hover over a word of the line that a thread is stopped at; return what is shown. */
  async hover(word: string, line: string): Promise<string> {
    const place = this.page.locator('.view-line').filter({ hasText: line.replace(/ /g, '\u00a0') }).first();
    return until(`the hover of ${word}`, async () => {
      await this.page.mouse.move(5, 400);
      await place.getByText(word, { exact: true }).first().hover();
      const shown = this.page.locator('.debug-hover-widget .value, .debug-hover-widget .monaco-list-row');
      await shown.first().waitFor({ timeout: 2000 }).catch(() => undefined);
      return (await texts(shown)).join(' ') || undefined;
    });
  }

  /** Type an expression into the Debug Console; return what it answers. */
  async evaluate(expression: string): Promise<string> {
    const input = this.page.locator('.repl .repl-input-wrapper .monaco-editor');
    if (!(await input.isVisible())) await this.press('Control+Shift+Y');
    await clicked(input, this.page.locator('.repl .repl-input-wrapper .monaco-editor.focused'));
    const results = this.page.locator('.repl .evaluation-result');
    const before = await results.count();
    await this.page.keyboard.type(expression);
    await this.press('Escape', 'Enter');
    return until(`the value of ${expression}`, async () => ((await results.count()) > before ? (await results.last().textContent())?.trim() : undefined));
  }

  async console(): Promise<string> {
    return (await texts(this.page.locator('.repl .monaco-list-row'))).join('\n');
  }

  /** What stands in the terminal that is shown. */
  async terminal(): Promise<string> {
    return (await texts(this.page.locator('.terminal-wrapper.active .xterm-rows > div'))).join('\n');
  }

  isToolbarShown(): Promise<boolean> {
    return this.page.locator('.debug-toolbar').first().isVisible();
  }

  async ends(): Promise<void> {
    const agree = this.page.locator('.monaco-dialog-box').getByText('Stop', { exact: true }); // its kernel ends with it
    await until('the end of the session', async () => {
      return (await agree.isVisible()) ? agree.click().then(() => undefined) : !(await this.isToolbarShown()) || undefined;
    });
  }

  /** Take a picture for the documents, with the panel where that is what is shown. */
  async picture(name: string, shown: 'editor' | 'panel' = 'editor'): Promise<void> {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    const panel = this.page.locator('.part.panel'); // it shows paths of this machine
    const isShown = shown === 'editor' && await panel.isVisible();
    if (isShown) await panel.locator('.codicon-close, .codicon-panel-close').last().click();
    await this.page.mouse.move(1000, 5); // over nothing
    await this.page.locator('.workbench-hover').first().waitFor({ state: 'hidden' });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled', caret: 'hide' });
    if (isShown) await this.press('Control+Shift+Y', 'Control+1');
  }
}

interface Output {
  kind: 'stream' | 'error' | 'image' | 'other';
  text: string;
}

const SHOWN = '.notebookOverlay:visible'; // of several that are open

/** The notebook editor. Cells count from 0, code cells only. */
export class Notebook extends Editor {
  override async open(name: string): Promise<void> {
    await super.open(name);
    await this.page.waitForSelector(`${SHOWN} .code-cell-row .monaco-editor .view-line`);
  }

  cell(index: number): Locator {
    return this.page.locator(`${SHOWN} .code-cell-row`).nth(index);
  }

  /** Wait until the cell in front has this text: a notebook beside it may have been. */
  async shownCell(index: number, text: string, timeoutMs?: number): Promise<void> {
    await until(`${text} in cell ${index}`, async () => (await this.cell(index).innerText()).replace(/\u00a0/g, ' ').includes(text) || undefined, timeoutMs);
  }

  /** Put the cursor into a line of a cell, counted from 1. */
  async click(index: number, line: number): Promise<void> {
    const cell = this.cell(index);
    await clicked(cell.locator('.view-line').nth(line - 1), cell.locator('.monaco-editor.focused'));
  }

  /** Replace a cell's text. */
  async type(index: number, text: string): Promise<void> {
    const [first = ''] = text.split('\n');
    await until(`${first} in cell ${index}`, async () => { // a notebook that has just been opened may take the focus meanwhile
      await this.click(index, 1);
      await this.press('Control+A');
      await this.page.keyboard.insertText(text);
      return this.shownCell(index, first, 2000).then(() => true, () => undefined);
    });
  }

  async run(index: number): Promise<void> {
    await this.hasKernel();
    await until('Run of the cell', async () => { // which is there while the mouse is over the cell
      await this.cell(index).hover();
      const button = this.cell(index).locator('.run-button-container .codicon-notebook-execute');
      return button.click({ timeout: 2000 }).then(() => true, () => undefined);
    });
  }

  /** The same for Debug, which is in the menu of Run. */
  async debug(index: number): Promise<void> {
    const item = this.page.locator('.context-view .action-label, .monaco-menu .action-label').filter({ hasText: 'Debug Cell' }).first();
    await until('Debug Cell in the menu of Run', async () => { // which closes when the cell's buttons are drawn anew
      await this.cell(index).hover();
      const isOpen = async (): Promise<unknown> => await item.isVisible() || this.cell(index).locator('.run-button-container .codicon-chevron-down').click({ timeout: 2000 });
      return isOpen().then(() => chosen(item), () => undefined);
    });
  }

  /** Wait until a kernel is selected: before, VS Code would ask for one. */
  async hasKernel(): Promise<void> {
    const none = /Select Kernel|Detecting|Loading|Connecting/;
    await this.page.locator(`${SHOWN} .kernel-label`).filter({ hasText: /\w/, hasNotText: none }).first().waitFor();
  }

  /** Choose the kernel that runs the notebook's cells. */
  async selectKernel(label: string): Promise<void> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await clicked(this.page.locator('.notebook-toolbar-container .kernel-label'), rows.first());
    await rows.filter({ hasText: label }).first().click();
    await this.page.locator('.notebook-toolbar-container .kernel-label').getByText(label).waitFor();
  }

  /** A button of the notebook's own toolbar. */
  async toolbar(label: string, clickCount = 1): Promise<void> {
    await this.hasKernel();
    await this.page.locator(`${SHOWN} .notebook-toolbar-container`).getByText(label, { exact: true }).first().click({ clickCount });
  }

  order(index: number): Promise<string> {
    return this.cell(index).locator('.cell-execution-order, .execution-count-label').first().innerText(); // as versions of VS Code call it
  }

  /** Wait until a cell has ended, well or not. */
  async ended(index: number, how: 'success' | 'error'): Promise<void> {
    const icon = how === 'success' ? '.codicon-notebook-state-success' : '.codicon-notebook-state-error';
    await this.cell(index).locator(`.cell-statusbar-container ${icon}`).first().waitFor();
  }

  status(index: number): Promise<string> {
    return this.cell(index).locator('.cell-status-left').innerText();
  }

  /** What stands under the cells, top to bottom: each output's kind and text. */
  async outputs(): Promise<Output[]> {
    const frame = await this.outputFrame();
    return frame === undefined ? [] : frame.evaluate(readOutputs);
  }

  /** Wait until the outputs of the notebook contain `text`. */
  async shows(text: string): Promise<void> {
    await until(`${text} in the outputs`, async () => (await this.outputs()).some((it) => it.text.includes(text)) || undefined);
  }

  /** The frame that shows the outputs of the notebook in front; undefined while there are none. */
  async outputFrame(): Promise<Frame | undefined> {
    for (const it of this.page.frames()) {
      if ((await it.locator('.output_container').count().catch(() => 0)) > 0 && (await isInFront(it))) return it;
    }
    return undefined;
  }
}

/** Whether a frame is in front: VS Code moves those of other editors out of the window. */
async function isInFront(frame: Frame): Promise<boolean> {
  const element = await frame.frameElement().catch(() => undefined); // it may go meanwhile
  return ((await element?.boundingBox())?.x ?? -1) >= 0;
}

/** In the page. */
function readOutputs(): Output[] {
  const top = (it: Element): number => it.getBoundingClientRect().top;
  const outputs = [...document.querySelectorAll<HTMLElement>('.output_container .output')].sort((a, b) => top(a) - top(b));
  return outputs.filter((it) => it.getBoundingClientRect().height > 0).map((it) => {
    const image = it.querySelector('img');
    if (image !== null && image.naturalWidth > 0) return { kind: 'image', text: `${image.naturalWidth}x${image.naturalHeight}` };
    const kind = it.className.includes('error') ? 'error' : it.className.includes('output-stream') ? 'stream' : 'other';
    return { kind, text: it.innerText.trim() };
  });
}

async function texts(locator: Locator): Promise<string[]> {
  return (await locator.allTextContents()).map((it) => it.replace(/\s+/g, ' ').trim());
}
