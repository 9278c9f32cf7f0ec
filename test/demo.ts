/**
 * The main job, shown: a real VS Code imports files by right-click into a sandbox and prints what it sees. Pictures go
 * to `out/demo/`. Exit code 0 only when all is as expected.
 */
import path from 'node:path';
import { CELL_STEPS } from './e2e/cellImport';
import { ENTITY_SET_STEPS } from './e2e/entitySet';
import { INTERRUPTION_STEPS } from './e2e/interruptions';
import { CORRECTION_STEPS, FURTHER_STEPS } from './e2e/mainJob';
import { ROUND_TRIP_STEPS } from './e2e/roundTrip';
import type { Step } from './e2e/step';
import { UNDO_STEPS } from './e2e/takenBack';
import { openStage } from './e2e/stage/stage';
import type { Locale } from './e2e/stage/words';
import { ROOT, runNode } from './support/program';

const PICTURES = path.join(ROOT, 'out/demo');
/** Lines shown of what a step has seen. */
const LINES = 16;

async function main(): Promise<void> {
  const start = Date.now();
  if ((await runNode(['esbuild.mjs', '--production', '--quiet'])) !== 0) throw new Error('the build failed');
  await show('en', [...CORRECTION_STEPS, ...FURTHER_STEPS]);
  await show('ja', CORRECTION_STEPS);
  await show('en', [...UNDO_STEPS, ...INTERRUPTION_STEPS]);
  await show('en', ROUND_TRIP_STEPS);
  await show('en', [...ENTITY_SET_STEPS, ...CELL_STEPS]);
  await show('ja', [...ENTITY_SET_STEPS, ...CELL_STEPS]);
  console.log(`\nAll as expected, in ${seconds(start)}. Pictures: ${path.relative(ROOT, PICTURES)}/`);
}

async function show(locale: Locale, steps: readonly Step[]): Promise<void> {
  console.log(locale === 'en' ? '\nIn English' : '\n日本語で');
  const stage = await openStage({ locale, pictures: path.join(PICTURES, locale) });
  try {
    for (const step of steps) {
      const start = Date.now();
      const seen = await step.run(stage);
      console.log(`\n✔ ${step.name} (${seconds(start)})`);
      for (const line of seen.slice(0, LINES)) console.log(`    ${line}`);
      if (seen.length > LINES) console.log(`    … and ${seen.length - LINES} more`);
    }
  } catch (error) {
    await stage.picture('failed');
    throw error;
  } finally {
    await stage.close();
  }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
