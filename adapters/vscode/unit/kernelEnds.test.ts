import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { askedToEnd, type Question } from '../src/kernelEnds';
import type { NotebookSession } from '../src/session';
import { answers, asked, settings } from './vscode';

const kernel = (hasRun: boolean): NotebookSession => ({ hasRun, program: '/a.ipynb', kernel: 'idle' }) as NotebookSession;
const END: Question = { text: 'End?', end: 'End' };
const FRESH: Question = { text: 'Fresh?', end: 'Fresh', instead: 'Stay' };
const NEVER = ', and Don\'t Ask Again';

beforeEach(() => {
  answers.length = asked.length = 0;
  settings.clear();
});

const ASKED: [name: string, question: Question, hasRun: boolean, setting: boolean, answer: string | undefined, does: string | undefined][] = [
  ['nothing is lost', FRESH, false, true, undefined, 'Fresh'],
  ['nobody agrees', END, true, true, undefined, undefined],
  ['it is to end', END, true, true, 'End', 'End'],
  ['it is to go on', FRESH, true, true, 'Stay', 'Stay'],
  ['nobody wants to be asked', END, true, false, undefined, 'End'],
  ['nobody wants to be asked, and it can go on', FRESH, true, false, undefined, 'Stay'],
];
for (const [name, question, hasRun, setting, answer, does] of ASKED) {
  test(`the end of a kernel: ${name}`, async () => {
    settings.set('askBeforeKernelEnds', setting);
    answers.push(answer);
    assert.equal(await askedToEnd([kernel(hasRun)], question), does);
    assert.equal(asked.length, hasRun && setting ? 1 : 0);
  });
}

for (const [question, least] of [[END, 'End'], [FRESH, 'Stay']] as const) {
  test(`who does not want to be asked again is not: ${least}`, async () => {
    answers.push(least + NEVER);
    assert.equal(await askedToEnd([kernel(true)], question), least);
    assert.equal(settings.get('askBeforeKernelEnds'), false);
    assert.match(asked[0]?.detail ?? '', /askBeforeKernelEnds/);
    assert.equal(await askedToEnd([kernel(true)], question), least);
    assert.equal(asked.length, 1);
  });
}
