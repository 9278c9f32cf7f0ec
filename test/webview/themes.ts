/** The theme colours the panel uses, as VS Code's default themes give them to a webview. */
export interface Theme {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

const COMMON = {
  'font-family': '"DejaVu Sans", "Noto Sans CJK JP", sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
  'editor-font-family': 'monospace',
  'editor-font-size': '14px',
};

export const THEMES: Readonly<Record<'light' | 'dark' | 'hcDark' | 'hcLight', Theme>> = {
  light: {
    bodyClass: 'vscode-light',
    variables: {
      ...COMMON,
      foreground: '#3b3b3b',
      'editor-foreground': '#3b3b3b',
      'editor-background': '#ffffff',
      descriptionForeground: '#3b3b3b',
      errorForeground: '#f85149',
      focusBorder: '#005fb8',
      'editorGroup-border': '#e5e5e5',
      'panel-border': '#e5e5e5',
      'list-activeSelectionBackground': '#e8e8e8',
      'list-activeSelectionForeground': '#000000',
      'list-hoverBackground': '#f2f2f2',
      'list-warningForeground': '#855f00',
      'textLink-foreground': '#005fb8',
      'textLink-activeForeground': '#005fb8',
      'button-background': '#005fb8',
      'button-foreground': '#ffffff',
      'button-hoverBackground': '#0258a8',
      'button-border': '#0000001a',
      'button-secondaryBackground': '#e5e5e5',
      'button-secondaryForeground': '#3b3b3b',
      'button-secondaryHoverBackground': '#cccccc',
      'progressBar-background': '#005fb8',
      'testing-iconPassed': '#388a34',
      'testing-iconFailed': '#c72e0f',
      'keybindingTable-headerBackground': '#3b3b3b0a',
    },
  },
  dark: {
    bodyClass: 'vscode-dark',
    variables: {
      ...COMMON,
      foreground: '#cccccc',
      'editor-foreground': '#cccccc',
      'editor-background': '#1f1f1f',
      descriptionForeground: '#9d9d9d',
      errorForeground: '#f85149',
      focusBorder: '#0078d4',
      'editorGroup-border': '#ffffff17',
      'panel-border': '#2b2b2b',
      'list-activeSelectionBackground': '#04395e',
      'list-activeSelectionForeground': '#ffffff',
      'list-hoverBackground': '#2a2d2e',
      'list-warningForeground': '#cca700',
      'textLink-foreground': '#4daafc',
      'textLink-activeForeground': '#4daafc',
      'button-background': '#0078d4',
      'button-foreground': '#ffffff',
      'button-hoverBackground': '#026ec1',
      'button-border': '#ffffff12',
      'button-secondaryBackground': '#313131',
      'button-secondaryForeground': '#cccccc',
      'button-secondaryHoverBackground': '#3c3c3c',
      'progressBar-background': '#0078d4',
      'testing-iconPassed': '#73c991',
      'testing-iconFailed': '#f14c4c',
      'keybindingTable-headerBackground': '#cccccc0a',
    },
  },
  hcDark: {
    bodyClass: 'vscode-high-contrast',
    variables: {
      ...COMMON,
      foreground: '#ffffff',
      'editor-foreground': '#ffffff',
      'editor-background': '#000000',
      descriptionForeground: '#ffffffb3',
      errorForeground: '#f48771',
      focusBorder: '#f38518',
      contrastBorder: '#6fc3df',
      contrastActiveBorder: '#f38518',
      'editorGroup-border': '#6fc3df',
      'panel-border': '#6fc3df',
      'textLink-foreground': '#21a6ff',
      'textLink-activeForeground': '#21a6ff',
      'button-foreground': '#ffffff',
      'button-background': '#000000',
      'button-border': '#6fc3df',
      'button-secondaryForeground': '#ffffff',
      'progressBar-background': '#6fc3df',
      'testing-iconPassed': '#73c991',
      'testing-iconFailed': '#f14c4c',
    },
  },
  hcLight: {
    bodyClass: 'vscode-high-contrast vscode-high-contrast-light',
    variables: {
      ...COMMON,
      foreground: '#292929',
      'editor-foreground': '#292929',
      'editor-background': '#ffffff',
      descriptionForeground: '#292929b3',
      errorForeground: '#b5200d',
      focusBorder: '#006bbd',
      contrastBorder: '#0f4a85',
      contrastActiveBorder: '#006bbd',
      'editorGroup-border': '#0f4a85',
      'panel-border': '#0f4a85',
      'textLink-foreground': '#0f4a85',
      'textLink-activeForeground': '#0f4a85',
      'button-background': '#0f4a85',
      'button-foreground': '#ffffff',
      'button-hoverBackground': '#0f4a85',
      'button-border': '#0f4a85',
      'button-secondaryForeground': '#292929',
      'button-secondaryBackground': '#ffffff',
      'list-hoverBackground': '#0f4a851a',
      'list-activeSelectionBackground': '#0f4a851a',
      'progressBar-background': '#0f4a85',
      'testing-iconPassed': '#007100',
      'testing-iconFailed': '#b5200d',
    },
  },
};

export type ThemeName = keyof typeof THEMES;

/** What VS Code itself puts into the page before the panel's own sheet. */
export function themeSheet(name: ThemeName): string {
  const variables = Object.entries(THEMES[name].variables).map(
    ([variable, value]) => `--vscode-${variable}: ${value};`,
  );
  return `html { ${variables.join(' ')} }
body {
  margin: 0;
  padding: 0 20px;
  overscroll-behavior-x: none;
  background-color: transparent;
  color: var(--vscode-editor-foreground);
  font-family: var(--vscode-font-family);
  font-weight: var(--vscode-font-weight);
  font-size: var(--vscode-font-size);
}
a, a code { color: var(--vscode-textLink-foreground); }
a:focus, input:focus, select:focus, textarea:focus {
  outline: 1px solid -webkit-focus-ring-color;
  outline-offset: -1px;
}
html { background: var(--vscode-editor-background); }`;
}
