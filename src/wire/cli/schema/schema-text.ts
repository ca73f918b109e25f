/** A schema as the API gives it, as far as it is shown. */
export interface SchemaRecord {
  readonly schemaName: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly tableAllowlist?: readonly string[];
  readonly way?: string;
  readonly access?: string;
  readonly status: string;
  readonly source: string;
  readonly createdAt?: string;
  readonly validations?: readonly ShownValidation[];
}

export interface ShownValidation {
  readonly at: string;
  readonly ok: boolean;
  readonly message: string;
  readonly steps: readonly ShownStep[];
}

export interface ShownStep {
  readonly title: string;
  readonly outcome: string;
  readonly message: string;
  readonly remedies: readonly string[];
  readonly durationMs: number;
}

/** A schema for people, and the latest of its validations. */
export function schemaText(schema: SchemaRecord): string {
  const { schemaName, status, source, region, way, roleArn, access, externalId, tableAllowlist } = schema;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['schema', schemaName],
    ['status', status],
    ['defined in', source === 'file' ? 'headgate.yaml' : 'the store'],
    ['region', region],
    ['way', way],
    ['role', roleArn],
    ['access', access],
    ['external id', externalId],
    ['tables', tableAllowlist?.join(', ') ?? 'all'],
  ];
  const lines = facts.flatMap(([title, value]) => (value === undefined ? [] : [`${title.padEnd(13)}${value}`]));
  const last = schema.validations?.[0];
  if (last === undefined) return lines.join('\n');
  return [...lines, '', `Validated at ${last.at}:`, ...last.steps.map(stepText), last.message].join('\n');
}

const MARKS: Readonly<Record<string, string>> = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL', skipped: '-   ' };

/** What a step found, with what to do on lines of their own. */
export function stepText({ title, outcome, message, remedies, durationMs }: ShownStep): string {
  const time = outcome === 'skipped' ? '' : ` (${Math.round(durationMs)} ms)`;
  const first = `${MARKS[outcome] ?? outcome}  ${title}${time}: ${message}`;
  return [first, ...remedies.map((remedy) => `      - ${remedy}`)].join('\n');
}
