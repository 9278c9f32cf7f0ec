import * as vscode from 'vscode';

/** An answer that presses the Back button. */
export const BACK = 'Back';

/** The sandbox brings apps and a cell; a test that does not say which means the apps. */
const SANDBOX = 'Sandbox';

/** A question the extension asked, and how the test answers it. */
export interface Answers {
  /** Picks a choice by its label; the first one that fits is taken. */
  pick?(labels: readonly string[], placeholder: string): string | undefined;
  /** Text for an input box. */
  input?(prompt: string): string | undefined;
  /** Whether Enter is pressed again in an input box that says this; else the box is left. */
  again?(told: string): boolean;
  /** A folder or file of the operating system's own dialog. */
  folder?(): vscode.Uri | undefined;
  /** Where to save, in the operating system's own dialog. */
  save?(proposed: vscode.Uri | undefined): vscode.Uri | undefined;
  /** Button of a modal message. */
  modal?(message: string, detail: string, buttons: readonly string[]): string | undefined;
}

/** What was asked and said while a test answered. */
export interface Asked {
  readonly picks: { readonly placeholder: string; readonly labels: readonly string[] }[];
  readonly inputs: string[];
  readonly modals: { readonly message: string; readonly detail: string }[];
  /** Sentences that were shown without waiting for an answer, but for those that tell the end of an import. */
  readonly told: string[];
  /** Buttons of these sentences. */
  readonly offered: string[];
  /** The ends of imports that were told. They come when they come: it may be the end of an import of the test before. */
  readonly ends: { readonly text: string; readonly buttons: readonly string[] }[];
}

/** Answers quick picks, input boxes and modal messages of the extension while `run` lasts. */
export async function answering<T>(answers: Answers, run: (asked: Asked) => Promise<T>): Promise<T> {
  const asked: Asked = { picks: [], inputs: [], modals: [], told: [], offered: [], ends: [] };
  const window = vscode.window as unknown as Record<string, unknown>;
  const replaced: Record<string, unknown> = {
    createQuickPick: () => fakeQuickPick(answers, asked),
    showQuickPick: fakeShowQuickPick(answers, asked),
    createInputBox: () => fakeInputBox(answers, asked),
    showOpenDialog: () => Promise.resolve(folderOf(answers)),
    showSaveDialog: (options?: vscode.SaveDialogOptions) =>
      Promise.resolve(answers.save?.(options?.defaultUri)),
    showInformationMessage: fakeMessage(answers, asked),
    showWarningMessage: fakeMessage(answers, asked),
    showErrorMessage: fakeMessage(answers, asked),
  };
  const original = Object.fromEntries(Object.keys(replaced).map((name) => [name, window[name]]));
  Object.assign(window, replaced);
  try {
    return await run(asked);
  } finally {
    Object.assign(window, original);
  }
}

function folderOf(answers: Answers): vscode.Uri[] | undefined {
  const folder = answers.folder?.();
  return folder === undefined ? undefined : [folder];
}

function fakeMessage(answers: Answers, asked: Asked) {
  return (message: string, ...rest: unknown[]): Promise<string | undefined> => {
    const first = rest[0];
    const hasOptions = typeof first === 'object' && first !== null && !('title' in first);
    const options = hasOptions ? (rest.shift() as vscode.MessageOptions) : {};
    if (options.modal !== true) {
      const buttons = rest.map((one) => titleOf(one));
      if (tellsAnEnd(message, buttons)) asked.ends.push({ text: message, buttons });
      else {
        asked.told.push(message);
        asked.offered.push(...buttons);
      }
      return Promise.resolve(undefined);
    }
    const detail = options.detail ?? '';
    asked.modals.push({ message, detail });
    return Promise.resolve(answers.modal?.(message, detail, rest as string[]));
  };
}

/** Only the end of one import offers its details, and only the end of several begins with their number. */
function tellsAnEnd(message: string, buttons: readonly string[]): boolean {
  return buttons.at(-1) === 'Show Details' || /^[\d,]+ imports have ended: /.test(message);
}

function titleOf(button: unknown): string {
  return typeof button === 'string' ? button : (button as vscode.MessageItem).title;
}

function fakeShowQuickPick(answers: Answers, asked: Asked) {
  return (items: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
    const labels = items.map((item) => item.label);
    const placeholder = options?.placeHolder ?? '';
    asked.picks.push({ placeholder, labels });
    const chosen = answers.pick?.(labels, placeholder);
    return Promise.resolve(items.find((item) => item.label === chosen));
  };
}

/** The parts of a quick pick that the extension uses; it answers as soon as there is something to choose from. */
function fakeQuickPick(answers: Answers, asked: Asked) {
  const accepted = new vscode.EventEmitter<void>();
  const hidden = new vscode.EventEmitter<void>();
  const pressed = new vscode.EventEmitter<void>();
  const never = new vscode.EventEmitter<never>();
  let items: readonly vscode.QuickPickItem[] = [];
  let answered = false;
  const picker = {
    title: '',
    placeholder: '',
    value: '',
    busy: false,
    buttons: [],
    activeItems: [],
    selectedItems: [] as vscode.QuickPickItem[],
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    onDidTriggerButton: pressed.event,
    onDidChangeValue: never.event,
    show: () => undefined,
    dispose: () => undefined,
    get items() {
      return items;
    },
    set items(list: readonly vscode.QuickPickItem[]) {
      items = list;
      if (answered) return;
      answered = true;
      const labels = list.map((item) => item.label);
      const meant = answers.pick?.(labels, picker.placeholder);
      const unmeant =
        meant === undefined &&
        labels.includes(SANDBOX) &&
        picker.placeholder.startsWith('Choose the connection');
      if (!unmeant) asked.picks.push({ placeholder: picker.placeholder, labels });
      const chosen = unmeant ? SANDBOX : meant;
      const found = chosen === undefined ? undefined : list.find((item) => item.label.includes(chosen));
      setImmediate(() => {
        if (chosen === BACK) {
          pressed.fire();
          return;
        }
        if (found === undefined) {
          hidden.fire();
          return;
        }
        picker.selectedItems = [found];
        accepted.fire();
      });
    },
  };
  return picker;
}

function fakeInputBox(answers: Answers, asked: Asked) {
  const accepted = new vscode.EventEmitter<void>();
  const hidden = new vscode.EventEmitter<void>();
  const pressed = new vscode.EventEmitter<void>();
  const never = new vscode.EventEmitter<never>();
  const box = {
    title: '',
    prompt: '',
    value: '',
    placeholder: '',
    password: false,
    busy: false,
    enabled: true,
    buttons: [],
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    onDidTriggerButton: pressed.event,
    onDidChangeValue: never.event,
    dispose: () => undefined,
    get validationMessage() {
      return '';
    },
    set validationMessage(text: string) {
      if (text === '') return;
      asked.told.push(text);
      setImmediate(() => (answers.again?.(text) === true ? accepted : hidden).fire());
    },
    show: () => {
      asked.inputs.push(box.prompt);
      const text = answers.input?.(box.prompt);
      setImmediate(() => {
        if (text === BACK) {
          pressed.fire();
          return;
        }
        if (text === undefined) {
          hidden.fire();
          return;
        }
        if (text !== '') box.value = text;
        accepted.fire();
      });
    },
  };
  return box;
}

/** Answers quick picks by their questions, each rule once and in any order; what no rule is left for is left. */
export function inTurn(
  ...rules: readonly (readonly [question: RegExp, label: string])[]
): NonNullable<Answers['pick']> {
  const left = [...rules];
  return (_labels, placeholder) => {
    const index = left.findIndex(([question]) => question.test(placeholder));
    return index < 0 ? undefined : left.splice(index, 1)[0]?.[1];
  };
}
