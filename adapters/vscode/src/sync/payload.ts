// What `notebookSync` is given. Pure: cells and texts come as plain values.
import type { Requests, SyncedCell } from '../protocol';

export type SyncArguments = Requests['notebookSync']['arguments'];

export interface CellShown {
  uri: string;
  text: string;
  isMarkup: boolean;
  language: string;
  metadata: Record<string, unknown>;
}

export interface TextShown {
  text: string;
  isDirty: boolean;
}

/** The whole notebook as the editor shows it. */
export function ofNotebook(path: string, cells: readonly CellShown[]): SyncArguments {
  return { path, cells: cells.map(ofCell) };
}

function ofCell({ uri, text, isMarkup, language, metadata }: CellShown): SyncedCell {
  const kind = isMarkup ? 'markdown' : isRun(language, text) ? 'code' : 'raw';
  const { id } = metadata;
  const tags = tagsOf(metadata);
  const named: SyncedCell = typeof id === 'string' && id !== '' ? { uri, text, kind, id } : { uri, text, kind };
  return tags === undefined ? named : { ...named, tags };
}

/** A cell's tags: VS Code keeps what the `.ipynb` has of a cell's metadata within its own. */
function tagsOf({ metadata }: Record<string, unknown>): string[] | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('tags' in metadata)) {
    return undefined;
  }
  const { tags } = metadata;
  return Array.isArray(tags) ? tags.filter((it): it is string => typeof it === 'string') : undefined;
}

/** A file's text while it is not saved; without `shown`, or saved: the file on the disk is the truth. */
export function ofText(path: string, shown: TextShown | undefined): SyncArguments {
  return shown?.isDirty ? { path, text: shown.text } : { path };
}

/** What VS Code takes cells for that IPython's magics run: it hands those of other languages to no kernel. */
export const LANGUAGES = [
  'python', 'shellscript', 'html', 'javascript', 'latex', 'markdown', 'perl', 'r', 'ruby', 'sql', 'xml', 'bat', 'powershell', 'c', 'cpp', 'julia',
];

/** A cell of another language is the kernel's if a magic says what becomes of it. */
export function isRun(language: string, text: string): boolean {
  return language === 'python' || text.trimStart().startsWith('%%');
}
