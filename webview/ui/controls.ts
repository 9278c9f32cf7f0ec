export type ButtonLook = 'primary' | 'secondary' | 'quiet';

export interface ButtonOptions {
  readonly text: string;
  /** What a screen reader says; has to begin with the text that is seen. */
  readonly label?: string;
  /** Secondary when absent; a quiet one has no background until it is pointed at. */
  readonly look?: ButtonLook;
  readonly onPress: () => void;
}

/** A push button. */
export function createButton(options: ButtonOptions): HTMLElement {
  const button = document.createElement('vscode-button');
  const { look = 'secondary' } = options;
  button.className = look === 'quiet' ? 'button quiet' : 'button';
  button.setAttribute('appearance', look === 'quiet' ? 'icon' : look);
  button.textContent = options.text;
  if (options.label !== undefined) {
    setLabel(button, options.label);
  }
  button.addEventListener('click', options.onPress);
  return button;
}

/** A link that does not lead the page away: the extension opens what it stands for. */
export function createLink(onPress: () => void): HTMLElement {
  const link = document.createElement('vscode-link');
  // Without an address the link could not be reached by keyboard.
  link.setAttribute('href', '#');
  link.addEventListener('click', (event) => {
    event.preventDefault();
    // The editor's own listener would treat a press on any link as a wish to open its address.
    event.stopPropagation();
    onPress();
  });
  return link;
}

/**
 * Names a button or link for screen readers, if the name is not the same already. A help text is shown to who points at
 * it, and read out after the name.
 */
export function setLabel(control: HTMLElement, label: string, help = label): void {
  if (control.getAttribute('aria-label') !== label) {
    control.setAttribute('aria-label', label);
  }
  if (control.title !== help) {
    control.title = help;
  }
}

/**
 * A turning ring, for work with no number to tell how far it is. Decoration: the words beside it speak.
 * The toolkit makes each ring an assertive alert called "Loading" whenever it enters the page, so it stands in
 * a wrapper that screen readers do not enter.
 */
export function createSpinner(): HTMLElement {
  const wrapper = document.createElement('span');
  wrapper.className = 'spinner';
  wrapper.setAttribute('aria-hidden', 'true');
  wrapper.append(document.createElement('vscode-progress-ring'));
  return wrapper;
}
