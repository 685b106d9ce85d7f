// The command that picks an interpreter: those of the folder, of the machine, the Python extension's, any.
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { shown } from '../debug/program';
import { around, chosenFor, folderFor, thisMachine } from './chosen';
import { aboutOf, FACTS, keyOf, labelOf, parseFacts, pathOf, whyNot, type Facts } from './facts';
import { asked, foundAt, interpreterAt, interpreters, type Found } from './machine';
import { portable } from './portable';
import { known, selected } from './python';
import { isWindows, tellOfWindows } from './windows';

const AT_ONCE = 4; // interpreters that start
const TRUST = 'Trust and Use';

interface Item extends vscode.QuickPickItem {
  path?: string;
  isUnfit?: boolean;
  /** Instead of `path`: what has to be done or asked first. */
  act?: () => Thenable<string | undefined>;
}

/** Return whether one was picked. */
export async function pickInterpreter(): Promise<boolean> {
  if (isWindows()) {
    tellOfWindows();
    return false;
  }
  const resource = shown()?.uri;
  const picked = await picking(await found(), resource);
  const path = picked?.path ?? (await picked?.act?.());
  if (path !== undefined) await keep(path, resource);
  return path !== undefined;
}

/** Make `path` the setting, where there is one already; "": leave it to the Python extension. */
export async function keep(path: string, resource: vscode.Uri | undefined): Promise<void> {
  const folder = folderFor(resource)?.uri;
  const settings = vscode.workspace.getConfiguration('dap-kernel', folder);
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const { globalValue, workspaceValue, workspaceFolderValue } = settings.inspect<string>('interpreter') ?? {};
  const has = [[Global, globalValue], [Workspace, workspaceValue], [WorkspaceFolder, workspaceFolderValue]] as const;
  if (path === '') {
    for (const [target, value] of has) if (value !== undefined) await settings.update('interpreter', undefined, target);
    return;
  }
  // In a workspace of several folders `${workspaceFolder}` means each document's own.
  const isOfFolder = vscode.workspace.workspaceFile !== undefined && (workspaceFolderValue !== undefined || severalFolders());
  const value = portable(path, around(resource));
  await settings.update('interpreter', value, folder === undefined ? Global : isOfFolder ? WorkspaceFolder : Workspace);
}

/** Show the list, which fills while the interpreters tell what they are. */
function picking(all: Found[], resource: vscode.Uri | undefined): Promise<Item | undefined> {
  const list = vscode.window.createQuickPick<Item>();
  list.title = 'The Python that runs your notebooks';
  list.placeholder = 'Nothing is installed in it; to run a notebook it needs what the notebook imports';
  list.matchOnDescription = list.matchOnDetail = true;
  list.busy = true;
  list.items = others(resource);
  list.show();
  void fill(list, all, resource).finally(() => (list.busy = false));
  return new Promise((done) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      if (item === undefined || item.isUnfit === true) return; // why, it says itself
      done(item);
      list.hide();
    });
    list.onDidHide(() => {
      done(undefined);
      list.dispose();
    });
  });
}

async function fill(list: vscode.QuickPick<Item>, all: Found[], resource: vscode.Uri | undefined): Promise<void> {
  const told: (Facts | undefined)[] = [];
  const { setting, selected: current = '' } = await chosenFor(resource);
  const now = await interpreterAt(setting ?? current);
  const queue = all.map((it, index) => ({ ...it, index })).filter((it) => isRun(it, now));
  const show = (): void => {
    const [active] = list.activeItems;
    list.keepScrollPosition = true;
    list.items = [...listed(all, told, now, resource), ...others(resource)];
    const same = list.items.find((item) => item.path !== undefined && item.path === active?.path);
    if (same !== undefined) list.activeItems = [same];
  };
  const ask = async (): Promise<void> => {
    for (let it = queue.shift(); it !== undefined; it = queue.shift()) {
      told[it.index] = await factsOf(it.path);
      show();
    }
  };
  show();
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
}

/** Whether an interpreter is run to tell what it is: one that others can change is, once the user has chosen it. */
function isRun({ path, doubt }: Found, now: string): boolean {
  return doubt === undefined || path === now;
}

/** The interpreters that have told what they are, by where they were found, each once; those that will not do come last. */
function listed(all: Found[], told: (Facts | undefined)[], now: string, resource: vscode.Uri | undefined): Item[] {
  const seen = new Set<string>();
  const groups = new Map<string, Item[]>();
  const add = (group: string, item: Item): unknown => groups.set(group, [...(groups.get(group) ?? []), item]);
  const unfit: Item[] = [];
  for (const [index, found] of all.entries()) {
    const description = (path: string): string => portable(path, around(resource));
    const facts = told[index];
    if (!isRun(found, now)) add(found.origin, unknownAt(found, description(found.path)));
    if (facts === undefined || seen.has(keyOf(facts))) continue;
    seen.add(keyOf(facts));
    const path = pathOf(found.path, facts);
    const isUnfit = whyNot(facts) !== undefined;
    const item = { label: `${path === now ? '$(check) ' : ''}${labelOf(facts)}`, description: description(path), detail: aboutOf(facts), path, isUnfit };
    if (isUnfit) unfit.push(item);
    else add(found.origin, item);
  }
  return [...groups, ['Cannot run notebooks', unfit] as const]
    .flatMap(([label, items]) => items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items]);
}

/** One that is not run until the user has said that it may be. */
function unknownAt({ path, doubt = '' }: Found, description: string): Item {
  const label = `$(question) ${basename(path)} (${basename(dirname(dirname(path)))})`;
  return { label, description, detail: `Not run, because ${doubt}. Pick it if you trust it`, act: () => trusting(path, doubt) };
}

async function trusting(path: string, doubt: string): Promise<string | undefined> {
  const detail = `It was not run yet, because ${doubt}: somebody else may have changed what it does.`;
  const answer = await vscode.window.showWarningMessage(`Do you trust ${path}?`, { modal: true, detail }, TRUST);
  return answer === TRUST ? ifItRuns(path) : undefined;
}

function others(resource: vscode.Uri | undefined): Item[] {
  const items: Item[] = [{ label: '', kind: vscode.QuickPickItemKind.Separator }];
  if (vscode.extensions.getExtension('ms-python.python') !== undefined) {
    items.push({ label: '$(extensions) Select in the Python extension…', alwaysShow: true, act: () => selectInPython(resource) });
  }
  return [...items, { label: '$(folder-opened) Browse…', alwaysShow: true, act: browse }];
}

/** Those of the workspace first: whoever opens this list is looking for one of them. */
async function found(): Promise<Found[]> {
  const own = await interpreters(thisMachine());
  const others = (await known()).filter((path) => own.every((it) => it.path !== path));
  const all = [...own, ...(await Promise.all(others.map((it) => foundAt(it, 'Python extension'))))];
  const isNear = ({ origin }: Found): boolean => origin === 'In this folder' || origin === 'Activated';
  return [...all.filter(isNear), ...all.filter((it) => !isNear(it))];
}

async function factsOf(path: string): Promise<Facts | undefined> {
  return parseFacts((await asked(path, ['-c', FACTS])).printed);
}

/** Its selection counts when our own setting is empty; undefined: it was left as it is. */
async function selectInPython(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const folder = folderFor(resource)?.uri;
  const before = await selected(folder);
  await vscode.commands.executeCommand('python.setInterpreter');
  return (await selected(folder)) === before ? undefined : '';
}

async function browse(): Promise<string | undefined> {
  const [picked] = (await vscode.window.showOpenDialog({
    title: 'A Python, or the folder of an environment', openLabel: 'Use', canSelectFolders: true, defaultUri: vscode.Uri.file(homedir()),
  })) ?? [];
  if (picked === undefined) return undefined;
  return ifItRuns(await interpreterAt(picked.fsPath));
}

/** An interpreter's path, if notebooks can run on it; else the user is told why not. */
async function ifItRuns(path: string): Promise<string | undefined> {
  const facts = await factsOf(path);
  const why = facts === undefined ? 'is no Python that can be run' : whyNot(facts);
  if (why === undefined) return path;
  void vscode.window.showErrorMessage(facts === undefined ? `${path} ${why}.` : `${path} is Python ${facts.version.join('.')}: ${why}.`);
  return undefined;
}

function severalFolders(): boolean {
  return (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
}
