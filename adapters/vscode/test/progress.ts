// Progress in the cell: bars and counters as they grow, and in their last form.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Notebook } from './editor';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

/** Runs on when the file `go` is there. */
const WAIT = `\
from os.path import exists
from time import sleep
def step(n):
    while n == 2 and not exists("go"):
        sleep(0.01)`;
const COUNTER = 'print("begun")\nfor n in range(4):\n    print(f"\\rat {n}", end="")\n    step(n)\nprint()\nprint("end")';
/** Waits at 2 for the file `go`, and at 4, of which it tells by a file, for `end`. */
const COUNTER_IN_TWO = `\
from os.path import exists
from time import sleep
print("begun")
for n in range(6):
    print(f"\\rat {n}", end="")
    if n in (2, 4):
        open(f"at {n}", "w").close()
        while not exists({2: "go", 4: "end"}[n]):
            sleep(0.01)
print()
print("end")`;
const BARS: [name: string, code: string, grown: RegExp, last: RegExp, ...needs: string[]][] = [
  ['a counter', COUNTER, /^begun\nat 2$/, /^begun\nat 3\nend$/],
  ['tqdm', 'from tqdm import tqdm\nfor n in tqdm(range(4), ncols=60, mininterval=0): step(n)\nprint("end")', /50%/, /^100%.*4\/4.*\n*end$/s, 'tqdm'],
  ['tqdm.notebook', 'from tqdm.notebook import tqdm\nfor n in tqdm(range(4), mininterval=0): step(n)\nprint("end")', /50%/, /^100%.*4\/4.*\n*end$/s, 'tqdm'],
  ['a bar that goes away', 'from tqdm import tqdm\nfor n in tqdm(range(4), mininterval=0, leave=False): step(n)\nprint("end")', /50%/, /^end$/, 'tqdm'],
  ['a bar that goes away as the last', 'print("begun")\nfrom tqdm import tqdm\nfor n in tqdm(range(4), mininterval=0, leave=False): step(n)', /50%/, /^begun$/, 'tqdm'],
  ['a bar that is alone and goes away', 'from tqdm import tqdm\nfor n in tqdm(range(4), mininterval=0, leave=False): step(n)', /50%/, /^$/, 'tqdm'],
  ['rich', 'from rich.progress import track\nfor n in track(range(4)): step(n)\nprint("end")', /50%/, /^Working.*100%.*end$/s, 'rich'],
];

async function shown(editor: Notebook): Promise<string> {
  return (await editor.outputs()).map((it) => it.text).join('\n').trim();
}

export function progress(tell: Tell): void {
  for (const [name, code, grown, last, ...needs] of BARS) {
    for (const how of ['run', 'debug'] as const) {
      tell(`${name} grows in its cell: ${how}`, { 'bar.ipynb': notebook(WAIT, code) }, async ({ page, folder }) => {
        const editor = new Notebook(page);
        await editor.open('bar.ipynb');
        await editor.run(0);
        await editor.ended(0, 'success');
        await editor[how](1);
        await until('the bar', async () => grown.test(await shown(editor)) || undefined);
        writeFileSync(join(folder, 'go'), '');
        await editor.ended(1, 'success');
        await until('the last form', async () => last.test(await shown(editor)) || undefined);
        assert.equal(await page.locator('.notification-toast').filter({ hasText: 'bar.ipynb' }).count(), 0, 'it is in the cell alone');
      }, ...needs);
    }
  }

  const two = { 'a.ipynb': notebook('word = "idle"'), 'bar.ipynb': notebook(COUNTER_IN_TWO) };
  tell('a counter grows in its cell while another notebook is in front, and has the debugger', two, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('bar.ipynb');
    await editor.run(0);
    await until('the counter', async () => (await shown(editor)).endsWith('at 2') || undefined);
    await editor.open('a.ipynb');
    await editor.shownCell(0, 'word');
    await editor.press('F5');
    await editor.ended(0, 'success');
    writeFileSync(join(folder, 'go'), '');
    await until('the step', () => existsSync(join(folder, 'at 4')));
    await editor.open('bar.ipynb');
    await until('the counter as it has grown', async () => (await shown(editor)).endsWith('at 4') || undefined);
    writeFileSync(join(folder, 'end'), '');
    await editor.ended(0, 'success');
    assert.match(await shown(editor), /^begun\nat 5\nend$/);
  });
}
