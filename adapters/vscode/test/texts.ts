// Percent and marimo notebooks, which VS Code shows as Python files.
import assert from 'node:assert/strict';
import { Editor } from './editor';
import type { Tell } from './stories';
import { until } from './workbench';

const PERCENT = `\
# %% settings
limit = 3

# %% work
import time
total = 0
for n in range(limit):
    total += n
time.sleep(4)
print("total", total)
`;

const MARIMO = `\
import marimo

app = marimo.App()


@app.cell
def _(limit):
    doubled = limit * 2
    print("doubled", doubled)
    return (doubled,)


@app.cell
def _():
    limit = 21
    return (limit,)


if __name__ == "__main__":
    app.run()
`;

export function texts(tell: Tell): void {
  tell('a percent notebook: a stop, the live line, idle at the end', { 'cells.py': PERCENT }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('cells.py');
    await editor.goto(8);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('total += n');
    await editor.showsVariable('n = 0');
    await editor.press('Control+1');
    await editor.goto(8);
    await editor.press('F9', 'F5');
    await until('the live line', async () => (await editor.lineAt('.view-overlays [class*="ced-"]')) === 'time.sleep(4)' || undefined);
    await editor.picture('vscode-percent-live-line');
    await until('the output', async () => (await editor.console()).includes('total 3') || undefined);
    await until('the end of the live line', async () => (await editor.lineAt('.view-overlays [class*="ced-"]')) !== 'time.sleep(4)' || undefined);
    assert.match((await editor.rows('call-stack')).join('\n'), /work/);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('a marimo notebook runs by its dataflow', { 'flow.py': MARIMO }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('flow.py');
    await editor.goto(8);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('doubled = limit * 2');
    await editor.showsVariable('limit = 21');
    await editor.press('F10');
    await editor.stopsAt('print("doubled", doubled)');
    await editor.picture('vscode-marimo');
    await editor.press('F5');
    await until('the output', async () => (await editor.console()).includes('doubled 42') || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
