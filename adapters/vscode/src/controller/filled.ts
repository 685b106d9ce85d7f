// A notebook that is renamed with changes that are not saved: VS Code opens its file, and puts the changes in afterwards.
import * as vscode from 'vscode';

const LOOK_EVERY_MS = 50;
const FILLED_MS = 10_000; // VS Code does not tell when it has failed to

/** Wait until the changes are in the notebook, which is unsaved again then. Cells that differ from the file are other ones after that. */
export async function filled(notebook: vscode.Uri): Promise<void> {
  const end = Date.now() + FILLED_MS;
  const isFilled = (): boolean => vscode.workspace.notebookDocuments.some((it) => it.isDirty && it.uri.toString() === notebook.toString());
  while (!isFilled() && Date.now() < end) await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
}
