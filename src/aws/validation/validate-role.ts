import { HeadgateError } from '../../base/errors/headgate-error.js';
import { accessStep } from './access-step.js';
import { assumeRoleStep } from './assume-role-step.js';
import { explainFailure } from './explain-failure.js';
import { externalIdStep } from './external-id-step.js';
import { ownCredentialsStep } from './own-credentials-step.js';
import { placeStep } from './place-step.js';
import { reachStep } from './reach-step.js';
import { tablesStep } from './tables-step.js';
import {
  type Finding,
  STEP_TITLES,
  type StepContext,
  type StepName,
  type StepResult,
  skipped,
  type ValidatedRole,
  type ValidationEffects,
  type ValidationEvent,
  type ValidationReport,
} from './validated-role.js';

export interface ValidationOptions {
  readonly signal: AbortSignal;
  readonly onEvent?: (event: ValidationEvent) => void;
}

interface Step {
  readonly step: StepName;
  /** Steps without which this one makes no sense; it is skipped when one of them failed or was skipped. */
  readonly needs: readonly StepName[];
  readonly run: (context: StepContext) => Promise<Finding>;
}

const STEPS: readonly Step[] = [
  { step: 'own-credentials', needs: [], run: ownCredentialsStep },
  { step: 'assume-role', needs: ['own-credentials'], run: assumeRoleStep },
  { step: 'external-id', needs: ['assume-role'], run: externalIdStep },
  { step: 'place', needs: ['assume-role'], run: placeStep },
  { step: 'tables', needs: ['place'], run: tablesStep },
  { step: 'access', needs: ['place'], run: accessStep },
  { step: 'reach', needs: ['place'], run: reachStep },
];

/** IAM takes seconds to tell all its parts of a new role; all steps together wait this long for it. */
const PROPAGATION_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;

/**
 * Tries the role step by step, with what each found and what to do about it. DynamoDB is billed at most one read unit for each
 * table, and writes nothing. Throws CANCELLED, and nothing else: what goes wrong is a step that fails.
 */
export async function validateRole(
  role: ValidatedRole,
  effects: ValidationEffects,
  { signal, onEvent = () => {} }: ValidationOptions,
): Promise<ValidationReport> {
  const results: StepResult[] = [];
  const running: { step: StepName } = { step: 'own-credentials' };
  const untilPropagated = propagationWait(effects, signal, (delayMs) =>
    onEvent({ kind: 'waiting', step: running.step, delayMs }),
  );
  const context: StepContext = { role, effects, signal, untilPropagated, described: [] };
  try {
    for (const { step, needs, run } of STEPS) {
      running.step = step;
      const title = STEP_TITLES[step];
      onEvent({ kind: 'started', step, title });
      const startedMs = effects.clock.now();
      const isLacking = results.some(
        (it) => needs.includes(it.step) && (it.outcome === 'fail' || it.outcome === 'skipped'),
      );
      const culprit = results.find(({ outcome }) => outcome === 'fail');
      const finding = isLacking ? skipped(`Not tried, because of: ${culprit?.title}.`) : await found(run, context);
      const result = { step, title, ...finding, durationMs: effects.clock.now() - startedMs };
      results.push(result);
      onEvent({ kind: 'finished', result });
    }
  } finally {
    context.session?.sts.close();
    context.session?.dynamodb.close();
  }
  return report(role, context, results);
}

async function found(run: Step['run'], context: StepContext): Promise<Finding> {
  try {
    return await run(context);
  } catch (error) {
    if (context.signal.aborted) throw new HeadgateError('CANCELLED', 'The validation was cancelled.', { cause: error });
    if (!(error instanceof HeadgateError)) throw error;
    return explainFailure(error, context);
  }
}

function propagationWait(
  { clock }: ValidationEffects,
  signal: AbortSignal,
  onWait: (delayMs: number) => void,
): StepContext['untilPropagated'] {
  let untilMs: number | undefined;
  return async (call) => {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      try {
        return await call();
      } catch (error) {
        const isRefusal =
          error instanceof HeadgateError && (error.code === 'ROLE_REFUSED' || error.code === 'AWS_ACCESS_DENIED');
        if (!isRefusal) throw error;
        untilMs ??= clock.now() + PROPAGATION_MS;
        const delayMs = Math.min(pauseMs, untilMs - clock.now());
        if (delayMs <= 0) throw error;
        onWait(delayMs);
        await clock.sleep(delayMs, signal);
      }
    }
  };
}

function report(role: ValidatedRole, { described }: StepContext, steps: readonly StepResult[]): ValidationReport {
  const failed = steps.find(({ outcome }) => outcome === 'fail');
  if (failed !== undefined) return { ok: false, message: `${failed.title}: ${failed.message}`, steps };
  const warnings = steps.filter(({ outcome }) => outcome === 'warn').length;
  const tables = described.length === 1 ? 'one table' : `${described.length} tables`;
  const verified = `The role was assumed, and access ${role.access} to ${tables} in ${role.place.region} was verified.`;
  const message =
    warnings === 0 ? verified : `${verified} ${warnings === 1 ? 'One step warns' : `${warnings} steps warn`}.`;
  return { ok: true, message, steps };
}
