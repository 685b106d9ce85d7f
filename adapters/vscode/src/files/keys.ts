// Shift+Enter and Ctrl+Enter in Python files: ours where there are cells, and whoever's they are in any other file.
//
// A keybinding is chosen by contexts, which are set a moment after a file is shown, and not before the extension has
// started. So the contexts tell the files that are known to have no cells: in any other the key comes here, and looks.
import * as vscode from 'vscode';
import { hasCells } from '../lsp/notebooks';

const PYTHON = 'ms-python.python';

/** What the keybindings of package.json give to a command. */
export interface Pressed {
  key: 'shift+enter' | 'ctrl+enter';
  isPanelHidden?: boolean;
}

/** The key by which a command was called; undefined: by none of these. */
export function pressed(argument: unknown): Pressed | undefined {
  return argument !== null && typeof argument === 'object' && 'key' in argument ? (argument as Pressed) : undefined;
}

/** Whether the panel is open: the conditions of a keybinding tell it, and nothing else does. */
export type Panel = 'open' | 'closed' | 'unknown';

export function panelAt(argument: unknown): Panel {
  const key = pressed(argument);
  if (key === undefined) return 'unknown';
  return key.isPanelHidden === true ? 'closed' : 'open';
}

export function isWithCells(document: vscode.TextDocument): boolean {
  return isPythonFile(document) && hasCells(document.getText());
}

function isPythonFile({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === 'python' && (uri.scheme === 'file' || uri.scheme === 'untitled');
}

/** Have a key do what it does in a file that has no cells. */
export function asInAnyFile({ key }: Pressed): void {
  const { executeCommand } = vscode.commands;
  if (key === 'ctrl+enter') void executeCommand('editor.action.insertLineAfter');
  else if (vscode.extensions.getExtension(PYTHON) === undefined) void executeCommand('type', { text: '\n' });
  else {
    const usesRepl = vscode.workspace.getConfiguration('python').get('REPL.sendToNativeREPL') === true;
    void executeCommand(usesRepl ? 'python.execInREPL' : 'python.execSelectionInTerminal');
  }
}

/** Keep the context `dapKernel.plainFiles`: the paths of the open Python files without cells. */
export function registerPlainFiles(): vscode.Disposable {
  const plain = new Map<string, string[]>(); // by URI: what VS Code may call its path, which has slashes for a remote one
  const tell = (): void => void vscode.commands.executeCommand('setContext', 'dapKernel.plainFiles', [...plain.values()].flat());
  const forget = (uri: vscode.Uri): void => {
    if (plain.delete(uri.toString())) tell();
  };
  const look = (document: vscode.TextDocument): void => {
    const { uri } = document;
    if (!isPythonFile(document) || hasCells(document.getText())) forget(uri);
    else if (!plain.has(uri.toString())) {
      plain.set(uri.toString(), [uri.fsPath, uri.path]);
      tell();
    }
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look), // also when its language has become another one
    vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => forget(uri)),
  );
}
