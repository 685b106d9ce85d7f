// The value that a table shows: evaluated when the user asks for it, then kept in the kernel, where pages of it are asked for.
import type * as vscode from 'vscode';
import { nameOf } from '../debug/configuration';
import { asError } from '../errors';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { isBusy } from './changes';
import { GROUP } from './groups';
import type { Order } from './messages';
import { filterOf } from './order';
import type { TableArguments, TablePage } from './tableProtocol';
import { frameOf, type FrameName } from './target';
import { onlyByRefresh } from './words';

/** Which value is shown. */
export interface Shown {
  /** The notebook's. */
  uri: vscode.Uri;
  expression: string;
  /** Where it is a local name of a function. */
  frame?: FrameName | undefined;
}

/** A value in the kernel, until that goes on. */
export interface Kept {
  session: NotebookSession;
  reference: number;
}

/** What is said in place of an answer. */
export class Absent extends Error {}

/** The kernel has gone on: the value is not kept any more. */
export class Gone extends Error {}

export class TableValue {
  /** What was found last. */
  latest: Kept | undefined;

  /** `isWanted`: the user has asked for the value, which was not evaluated since. */
  constructor(private readonly parts: Parts, private readonly shown: Shown, public isWanted: boolean, private isPath: boolean | undefined) {}

  /** Whether the value is looked up anew where it may be another: evaluated it is only when the user asks. */
  get isLookedUp(): boolean {
    return this.isWanted || this.isPath !== false;
  }

  get isBusy(): boolean {
    return isBusy(this.session?.kernel);
  }

  /** Evaluate the expression if the user wants that; else it is looked up, which only names with attributes and items are. */
  async find(args: TableArguments): Promise<{ page: TablePage; kept: Kept }> {
    const { uri, expression, frame } = this.shown;
    const { session } = this;
    if (!this.isLookedUp) throw this.absent(onlyByRefresh(expression));
    if (session === undefined) throw this.absent(`${nameOf(uri.path)} has no kernel now: run the cell that makes ${expression}.`);
    const frameId = frame === undefined ? undefined : await frameOf(session, frame);
    if (frame !== undefined && frameId === undefined) throw this.absent(`${expression} is a name in ${frame.name}, where no thread is stopped now.`);
    const replaced = this.latest?.session === session ? { tableReference: this.latest.reference } : {};
    const page = await this.asked(session, { expression, lookUp: !this.isWanted, ...replaced, ...(frameId === undefined ? {} : { frameId }), ...args });
    this.isPath = page.isPath === true;
    this.latest = { session, reference: page.tableReference };
    return { page, kept: this.latest };
  }

  /** A page of a value that is kept. */
  async ask({ session, reference }: Kept, { sort, filters, firstColumn }: Order, args: TableArguments): Promise<TablePage> {
    if (session !== this.session) throw new Gone();
    const found = filters.map(({ position, text, kind }) => filterOf(position, text, kind)).filter((it) => it !== undefined);
    const asked = { tableReference: reference, firstColumn, columnCount: GROUP, sort, filters: found, ...args };
    return session.request('notebookTable', asked).catch((error: unknown) => {
      const { message } = asError(error);
      throw message === 'notStopped' ? new Gone() : new Error(message);
    });
  }

  private absent(why: string): Absent {
    this.isWanted = false;
    return new Absent(why);
  }

  /** What is wanted stays so where the kernel could not evaluate it, since it ran. */
  private async asked(session: NotebookSession, args: TableArguments): Promise<TablePage> {
    try {
      const page = await session.request('notebookTable', args);
      this.isWanted = false;
      return page;
    } catch (error) {
      if (session.kernel === 'idle' || session.kernel === 'stopped') this.isWanted = false;
      throw asError(error);
    }
  }

  private get session(): NotebookSession | undefined {
    const session = this.parts.sessions.of(this.shown.uri);
    return session?.isLaunched === true ? session : undefined;
  }
}
