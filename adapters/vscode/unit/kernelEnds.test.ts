import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { askedToEnd, mayEnd, type Question } from '../src/kernelEnds';
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

const CLOSE: Question = { text: 'Closed. End?', end: 'End', keep: 'Keep' };
const CLOSED: [name: string, hasRun: boolean, setting: string | undefined, others: boolean, answer: string | undefined, ends: boolean, isAsked: boolean][] = [
  ['nothing is lost', false, undefined, true, undefined, true, false],
  ['nobody agrees', true, undefined, true, 'Keep', false, true],
  ['it is to end', true, 'ask', true, 'End', true, true],
  ['it always ends', true, 'end', true, undefined, true, false],
  ['it always stays', true, 'keep', true, undefined, false, false],
  ['nobody wants other questions', true, undefined, false, 'Keep', false, true],
  ['a setting that is none', true, 'nonsense', true, 'Keep', false, true],
];
for (const [name, hasRun, setting, others, answer, ends, isAsked] of CLOSED) {
  test(`the kernel of a notebook that is closed: ${name}`, async () => {
    if (setting !== undefined) settings.set('whenNotebookCloses', setting);
    settings.set('askBeforeKernelEnds', others);
    answers.push(answer);
    assert.equal(await mayEnd([kernel(hasRun)], CLOSE), ends);
    assert.equal(asked.length, isAsked ? 1 : 0);
  });
}

test('who does not want to be asked at closing is asked elsewhere', async () => {
  answers.push(`End${NEVER}`, undefined);
  assert.equal(await mayEnd([kernel(true)], CLOSE), true);
  assert.match(asked[0]?.detail ?? '', /whenNotebookCloses/);
  assert.equal(settings.get('whenNotebookCloses'), 'end');
  assert.equal(await mayEnd([kernel(true)], CLOSE), true);
  assert.equal(await mayEnd([kernel(true)], END), false);
  assert.equal(asked.length, 2);
});

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
