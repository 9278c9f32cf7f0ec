import { isToPanel, type FromPanel } from '../src/shared/panelMessages';
import { readSavedState, type SavedState } from './savedState';
import { Screen } from './screen';
import { registerToolkit } from './ui/toolkit';

const api = acquireVsCodeApi();
const root = document.querySelector('main') ?? document.body.appendChild(document.createElement('main'));
let saved: SavedState = readSavedState(api.getState());
let screen: Screen | null = null;

registerToolkit();

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = event.data;
  if (!isToPanel(message)) {
    return;
  }
  if (message.kind === 'patch') {
    screen?.patch(message.changed, message.removed);
    return;
  }
  const { scrollTop } = saved;
  const first = screen === null;
  document.documentElement.lang = message.locale;
  screen ??= new Screen({
    root,
    strings: message.strings,
    locale: message.locale,
    saved,
    post,
    save,
  });
  screen.replace(message.rows);
  if (first) {
    // The toolkit sets its sizes with the next frame; before that the page is too short to scroll.
    requestAnimationFrame(() => requestAnimationFrame(() => window.scrollTo({ top: scrollTop })));
  }
});

let scrollTimer: ReturnType<typeof setTimeout> | undefined;
window.addEventListener(
  'scroll',
  () => {
    clearTimeout(scrollTimer);
    scrollTimer = setTimeout(() => save({ scrollTop: window.scrollY }), 200);
  },
  { passive: true },
);

post({ kind: 'ready' });

function post(message: FromPanel): void {
  api.postMessage(message);
}

function save(change: Partial<SavedState>): void {
  saved = { ...saved, ...change };
  api.setState(saved);
}
