import * as vscode from 'vscode';
import { ExpectedError } from '../core/message';
import { plainText, withoutIcons } from './plainText';
import { Cancelled } from './refusal';
import { show as render } from './text';

/** Thrown by a step when its Back button was pressed; `runSteps` goes to the step that asked before. */
class Back extends Error {}

export interface Choice<T> {
  /** Shown as it is, like the texts below: no part of it becomes an icon. */
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Name of an icon in front of the label. */
  readonly icon?: string;
  /** The same in front of the detail. */
  readonly detailIcon?: string;
  readonly value: T;
}

/** A line between choices; it can't be chosen. */
export interface Heading {
  readonly label: string;
  readonly kind: vscode.QuickPickItemKind.Separator;
}

type Line<T> = Choice<T> | Heading;

interface Item<T> extends vscode.QuickPickItem {
  readonly line: Line<T>;
}

export interface PickOptions<T> {
  readonly placeholder: string;
  /** May still be loading: the picker is shown busy until it is there. */
  readonly choices: readonly Line<T>[] | Promise<readonly Line<T>[]>;
  /** The choice to start on. */
  readonly active?: (value: T) => boolean;
  /** A choice for what was typed, offered beside the list; undefined when the text means nothing. */
  readonly typed?: (text: string) => Choice<T> | undefined;
}

export interface InputOptions {
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** What is wrong with the text, in the reader's language; undefined when it may be used. */
  readonly validate?: (text: string) => string | undefined;
  /** Tries the text; when it throws an expected failure, its sentence is shown and the box stays open. */
  readonly attempt?: (text: string) => Promise<void>;
}

export type StepResult = 'asked' | 'skipped';
export type Step = (ui: StepUi) => Promise<StepResult>;

export function heading(label: string): Heading {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Whether an error means that the Back button of a step was pressed. */
export function isBack(error: unknown): boolean {
  return error instanceof Back;
}

/**
 * Runs the steps in order. A step tells whether it asked something, so that Back leads to a question and not to a
 * step that answers itself; one that has asked before is told so. Throws `Cancelled` when a step is left. With a question `before` the steps, the first one
 * has a Back button too, and what it throws tells `isBack`.
 */
export async function runSteps(
  title: string,
  steps: readonly Step[],
  { before = false }: { readonly before?: boolean } = {},
): Promise<void> {
  const asked: number[] = [];
  const answered = new Set<number>();
  let index = 0;
  while (index < steps.length) {
    const step = steps[index];
    if (step === undefined) return;
    try {
      const ui = new StepUi(title, before || asked.length > 0, answered.has(index));
      if ((await step(ui)) === 'asked') {
        asked.push(index);
        answered.add(index);
      }
      index += 1;
    } catch (error) {
      if (!(error instanceof Back) || (before && asked.length === 0)) throw error;
      index = asked.pop() ?? 0;
    }
  }
}

/** What a step may ask: quick picks and input boxes with one title, a Back button, and no loss on focus change. */
export class StepUi {
  readonly #title: string;
  readonly #canGoBack: boolean;
  /**
   * The step has asked before, and Back led here or to a step before it: it asks again, with its answer offered first,
   * even where it would be skipped for having an answer.
   */
  readonly again: boolean;

  constructor(title: string, canGoBack: boolean, again = false) {
    this.#title = title;
    this.#canGoBack = canGoBack;
    this.again = again;
  }

  /** The same, for a picker opened from within a step: Back leads to the step's own start. */
  nested(): StepUi {
    return new StepUi(this.#title, true, this.again);
  }

  /** Whether an error means that Back was pressed. */
  isBack(error: unknown): boolean {
    return isBack(error);
  }

  async pick<T>(options: PickOptions<T>): Promise<T> {
    const picker = vscode.window.createQuickPick<Item<T>>();
    picker.title = this.#title;
    picker.placeholder = options.placeholder;
    picker.ignoreFocusOut = true;
    picker.matchOnDescription = true;
    picker.matchOnDetail = true;
    if (this.#canGoBack) picker.buttons = [vscode.QuickInputButtons.Back];
    let listed: readonly Line<T>[] = [];
    const refresh = (): void => {
      const text = picker.value.trim();
      const typed = text === '' ? undefined : options.typed?.(text);
      const items = listed.map(itemOf);
      picker.items = typed === undefined ? items : [...items, { ...itemOf(typed), alwaysShow: true }];
    };
    try {
      return await new Promise<T>((resolve, reject) => {
        picker.onDidAccept(() => {
          const chosen = picker.selectedItems[0]?.line;
          if (chosen !== undefined && 'value' in chosen) resolve(chosen.value);
        });
        picker.onDidTriggerButton(() => reject(new Back()));
        picker.onDidHide(() => reject(new Cancelled()));
        if (options.typed !== undefined) picker.onDidChangeValue(refresh);
        picker.busy = true;
        picker.show();
        Promise.resolve(options.choices).then((choices) => {
          listed = choices;
          picker.busy = false;
          refresh();
          const active = picker.items.find(
            ({ line }) => 'value' in line && (options.active?.(line.value) ?? false),
          );
          if (active !== undefined && picker.value === '') picker.activeItems = [active];
        }, reject);
      });
    } finally {
      picker.dispose();
    }
  }

  async input(options: InputOptions): Promise<string> {
    const box = vscode.window.createInputBox();
    box.title = this.#title;
    box.prompt = inputText(options.prompt);
    box.value = options.value ?? '';
    box.placeholder = options.placeholder ?? '';
    box.password = options.password ?? false;
    box.ignoreFocusOut = true;
    if (this.#canGoBack) box.buttons = [vscode.QuickInputButtons.Back];
    try {
      return await new Promise<string>((accept, reject) => {
        const resolve = (text: string | undefined): void => {
          if (text !== undefined) accept(text);
        };
        box.onDidChangeValue(() => (box.validationMessage = ''));
        box.onDidAccept(() => {
          if (box.busy) return;
          const wrong = options.validate?.(box.value);
          if (wrong === undefined) void tryText(box, options).then(resolve, reject);
          else box.validationMessage = inputText(wrong);
        });
        box.onDidTriggerButton(() => reject(new Back()));
        box.onDidHide(() => reject(new Cancelled()));
        box.show();
      });
    } finally {
      box.dispose();
    }
  }
}

function itemOf<T>(line: Line<T>): Item<T> {
  const label = withoutIcons(line.label);
  if (!('value' in line)) return { label, kind: line.kind, line };
  const { description, detail, icon, detailIcon } = line;
  return {
    label: withIcon(label, icon),
    ...(description === undefined ? {} : { description: withoutIcons(description) }),
    ...(detail === undefined ? {} : { detail: withIcon(withoutIcons(detail), detailIcon) }),
    line,
  };
}

function withIcon(text: string, icon: string | undefined): string {
  return icon === undefined ? text : `$(${icon}) ${text}`;
}

function inputText(text: string): string {
  return withoutIcons(plainText(text));
}

/** The text when it may be used, undefined when it was tried in vain and the person may correct it. */
async function tryText(box: vscode.InputBox, options: InputOptions): Promise<string | undefined> {
  const text = box.value;
  if (options.attempt === undefined) return text;
  box.busy = true;
  box.enabled = false;
  try {
    await options.attempt(text);
    return text;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    box.validationMessage = inputText(render(error.detail));
    return undefined;
  } finally {
    box.busy = false;
    box.enabled = true;
  }
}
