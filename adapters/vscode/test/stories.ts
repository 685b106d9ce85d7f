// What the stories are told with, and the notebooks that they are of.
import type { Page } from 'playwright-core';

/** A marimo notebook whose first cell needs the second. */
export const MARIMO = `\
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
`;

export interface Installed {
  commands: number;
  seconds: number;
}

export interface Opened {
  page: Page;
  folder: string;
  /** The interpreter of the tests, which has the package. */
  python: string;
  /** On a fresh machine, the one of the path, which has nothing. */
  bare: string;
  /** VS Code's folder of the user's data. */
  data: string;
  /** How the extension was installed, by a user who does that. */
  installed: Installed;
  /** Load the window anew, as VS Code's command does. */
  reload: () => Promise<void>;
  /** Open another window on the folder, which is closed with the story. */
  beside: () => Promise<Page>;
  /** Run a notebook in a server that is then lost: its kernel waits for an editor. */
  leaveWaiting: (program: string) => Promise<void>;
}

/** Registers a story: a folder with `files` is open in the workbench. Without the modules it `needs` it is skipped. */
export type Tell = (
  name: string, files: Record<string, string>, story: (opened: Opened) => Promise<void>, ...needs: string[]
) => void;

/** An `.ipynb` of code cells. */
export function notebook(...sources: string[]): string {
  const cells = sources.map((it, index) => ({
    cell_type: 'code', id: `cell-${index}`, metadata: {}, outputs: [], execution_count: null,
    source: it.split(/(?<=\n)/),
  }));
  return JSON.stringify({ cells, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 }, null, 1);
}
