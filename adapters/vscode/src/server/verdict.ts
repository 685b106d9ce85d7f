// Whether an interpreter can run the server that the extension carries, and what is said where none can. Pure.

/** What an interpreter has told of itself, or why it could not. */
export interface Verdict {
  interpreter: string;
  /** As "3.12.1"; undefined: it could not be started, or is no Python 3. */
  version?: string;
  /** Why it will not do, half a sentence. */
  unfit?: string;
  /** The folder of an environment of the extension's that could have what is missing for it. */
  missing?: string;
}

export type Action = 'Install' | 'Pick an Interpreter';

export interface Offer {
  text: string;
  detail: string;
  actions: Action[];
  /** The interpreter that `Install` is for. */
  install?: Verdict;
}

/** Read what `probe` of bundle/run.py has printed; `problem`: the code or the text of the error with which it ended. */
export function verdictOf(interpreter: string, printed: string, problem: string | undefined): Verdict {
  try {
    const { version, unfit, missing } = JSON.parse(printed) as Partial<Verdict>;
    if (typeof version === 'string') {
      return { interpreter, version, ...(unfit ? { unfit } : {}), ...(missing ? { missing } : {}) };
    }
  } catch {
    // It has said something else, or nothing.
  }
  return { interpreter, unfit: problem === 'ENOENT' ? 'does not exist' : `cannot be used as a Python (${firstLine(problem)})` };
}

export function isFit({ version, unfit, missing }: Verdict): boolean {
  return version !== undefined && unfit === undefined && missing === undefined;
}

/** What is offered where none of `verdicts` is fit; they are in the order in which they were asked. */
export function offerOf(verdicts: Verdict[]): Offer {
  const almost = verdicts.find((it) => it.missing !== undefined);
  if (almost !== undefined) {
    return {
      text: `The debugger needs one more package to run on Python ${almost.version ?? ''}.`,
      detail: `${almost.interpreter} is of a kind for which this extension does not carry the package msgspec. It can be `
        + 'installed from the package index, into a folder of this extension: your environments stay as they are.',
      actions: ['Install', 'Pick an Interpreter'], install: almost,
    };
  }
  const [first] = verdicts;
  const found = first === undefined ? 'No Python was found.' : `${first.interpreter} ${first.unfit ?? ''}.`;
  return {
    text: 'The debugger runs on Python 3.11 or later, and none was found.',
    detail: `${found} Install a newer Python, or pick one if you have it: nothing will be installed in it.`,
    actions: ['Pick an Interpreter'],
  };
}

/** What is offered where the chosen interpreter, on which a notebook is to run, is not fit; `isSetting`: a setting says so. */
export function offerInstead({ interpreter, unfit = '' }: Verdict, isSetting: boolean): Offer {
  const why = isSetting ? 'The setting "dap-kernel.interpreter" says so.' : 'It is the one that the Python extension has selected.';
  return {
    text: `Your notebooks are to run on ${interpreter}, which ${unfit}.`,
    detail: `${why} Pick another one: nothing will be installed in it.`,
    actions: ['Pick an Interpreter'],
  };
}

function firstLine(text = ''): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 200) || 'it says nothing';
}
