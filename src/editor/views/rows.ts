import { isCellImport, isUndo } from '../../core/jobs/job';
import type { ImportJob } from '../../core/jobs/job';
import type { PanelRow } from '../../shared/panelMessages';
import {
  actionsOf,
  doneRows,
  hasPage,
  hasUncertainRows,
  hasUnimportedRows,
  iconOf,
  isEnded,
  type JobWords,
  percentOf,
} from './jobFacts';

/** One import as the panel shows it. */
export function panelRow(job: ImportJob, words: JobWords): PanelRow {
  const { definition } = job;
  const mayOpen = words.mayOpen(definition.target);
  const percent = percentOf(job);
  return {
    id: job.id,
    order: definition.submittedAt,
    submitted: words.date(definition.submittedAt),
    completed: job.completedAt === undefined ? '' : words.date(job.completedAt),
    app: mayOpen ? definition.target.name : words.noPermission,
    appLink: mayOpen && hasPage(definition.target),
    file: definition.source.name,
    status: job.status,
    icon: iconOf(job),
    statusText: words.status(job),
    phaseText: words.phase(job),
    message: words.result(job),
    percent,
    busy: percent === null && iconOf(job) === 'running',
    actions: actionsOf(job),
  };
}

/** One import as the tree shows it. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  readonly icon: ReturnType<typeof iconOf>;
  readonly facts: string;
  readonly accessible: string;
}

export function treeRow(job: ImportJob, words: JobWords): TreeRow {
  const { source, target } = job.definition;
  const app = words.mayOpen(target) ? target.name : words.noPermission;
  const status = words.status(job);
  const { total } = job.counts;
  // While nothing goes forward, why it stands still says more than how far it came.
  const standsStill = ['settling', 'throttled', 'blocked', 'interrupted'].includes(job.phase.kind);
  const goesForward = percentOf(job) !== null && total !== null && !standsStill;
  const detail = goesForward ? words.progress(doneRows(job), total) : words.phase(job);
  const description = [status, detail, app].filter((part) => part !== '').join(' · ');
  return {
    label: source.name,
    description,
    icon: iconOf(job),
    facts: factsOf(job, words),
    accessible: [source.name, status, words.result(job), app].filter((part) => part !== '').join(', '),
  };
}

function kindOf({ definition }: ImportJob): 'cell' | 'undo' | 'rows' {
  if (isCellImport(definition)) return 'cell';
  return isUndo(definition) ? 'undo' : 'rows';
}

/** What menus ask about an import, as `key=value` facts for `viewItem =~ /\bkey=value\b/`. */
export function factsOf(job: ImportJob, words: Pick<JobWords, 'mayOpen'>): string {
  const facts = {
    status: job.status,
    phase: job.phase.kind,
    canCancel: job.canCancel,
    canStop: job.canStop,
    canResume: job.canResume === true,
    canRecover: job.canRecover === true,
    canUndo: job.canUndo === true,
    kind: kindOf(job),
    unimported: hasUnimportedRows(job),
    canDecide: job.canDecide === true,
    uncertain: hasUncertainRows(job),
    ended: isEnded(job),
    app: hasPage(job.definition.target) && words.mayOpen(job.definition.target),
  };
  return ['job', ...Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`)].join(',');
}
