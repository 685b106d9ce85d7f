// Scripts: F5, a stop, what can be looked at there, and the end.
import assert from 'node:assert/strict';
import { Editor } from './editor';
import type { Tell } from './stories';
import { until } from './workbench';

const SCRIPT = `\
def add(total, item):
    result = total + item
    return result


total = 0
for item in [1, 2, 3]:
    total = add(total, item)
print("total", total)
`;

export function scripts(tell: Tell): void {
  tell('F5 on a script stops, shows and goes on', { 'sums.py': SCRIPT }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('sums.py');
    await editor.goto(3);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('return result');
    await editor.showsVariable('item = 1');
    await until('the frame', async () => /add/.test((await editor.rows('call-stack')).join('\n')) || undefined);
    assert.match(await editor.hover('result', 'return result'), /1/);
    assert.equal(await editor.evaluate('total + item + 40'), '41');
    await editor.press('F10');
    await until('the step', async () => !(await editor.stoppedLine())?.startsWith('return result') || undefined);
    await editor.press('Control+1');
    await editor.goto(3);
    await editor.press('F9');
    await until('the breakpoint to go', async () => (await page.locator('.codicon-debug-breakpoint').count()) === 0 || undefined);
    await editor.press('F5');
    await editor.ends();
    assert.match(await editor.console(), /total 6/);
  });
}
