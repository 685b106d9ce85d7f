// The extension in a real workbench. `npm run workbench`; see workbench.ts for what it needs.
import { after, suite, test } from 'node:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { breakpoints } from './breakpoints';
import { byLine } from './byLine';
import { cells } from './cells';
import { files } from './files';
import { kernels } from './kernels';
import { keys } from './keys';
import { fresh, partial } from './fresh';
import { kept } from './kept';
import { launches, withoutCode } from './launches';
import { lenses } from './lenses';
import { live } from './live';
import { more } from './more';
import { moves } from './moves';
import { notebooks } from './notebooks';
import { owners } from './owners';
import { progress } from './progress';
import { scripts } from './scripts';
import { stale } from './stale';
import { stops } from './stops';
import { tables } from './tables';
import { terminals } from './terminals';
import { texts } from './texts';
import { windows } from './windows';
import { Workbench, programs, type Variant } from './workbench';
import type { Tell } from './stories';

const ready = programs();
const isRequired = process.env['WORKBENCH'] === 'required';
if (typeof ready === 'string' && isRequired) throw new Error(ready);

function suiteOf(name: string, variant: Variant, chapters: ((tell: Tell) => void)[]): void {
  suite(name, { skip: typeof ready === 'string' ? ready : false }, () => {
    let workbench: Workbench | undefined;
    let isFine = true;
    let count = 0;

    after(async () => workbench?.stop(isFine));

    const tell: Tell = (name, files, story, ...needs) => {
      test(name, { timeout: 180_000 }, async (context) => {
        if (typeof ready === 'string') throw new Error(ready);
        workbench ??= await Workbench.start(ready, variant); // only for stories that are told
        const missing = needs.filter((it) => !workbench?.has(it));
        if (missing.length > 0) {
          if (isRequired) throw new Error(`the interpreter has no ${missing.join(', ')}`);
          context.skip(`the interpreter has no ${missing.join(', ')}`);
          return;
        }
        const opened = await workbench.open(`${++count}`, files);
        try {
          await story(opened);
        } catch (error) {
          isFine = false;
          mkdirSync('out/failed', { recursive: true });
          await opened.page.screenshot({ path: join('out', 'failed', `${name.replace(/\W+/g, '-')}.png`) }).catch(() => undefined);
          throw error;
        } finally {
          await workbench.closeAll();
        }
      });
    };
    for (const it of chapters) it(tell);
  });
}

suiteOf('the workbench', 'code', [scripts, texts, lenses, files, keys, terminals, stale, notebooks, breakpoints, cells, byLine, live, launches, kernels, owners, moves, progress, more, tables, stops, windows, kept]);
suiteOf('the workbench on a fresh machine', 'fresh', [fresh]);
suiteOf('the workbench where a compiled part is missing', 'partial', [partial]);
suiteOf('the workbench with an extension without code', 'nocode', [withoutCode]);
