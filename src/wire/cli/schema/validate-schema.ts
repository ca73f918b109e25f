import type { ValidationEvent } from '../../../aws/validation/validated-role.js';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import { progressLine } from '../progress-line.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { pathOfSchema } from './schema-acts.js';
import { stepText } from './schema-text.js';

interface Report {
  readonly ok: boolean;
  readonly message: string;
  readonly status: string;
}

type Line = ValidationEvent | { readonly kind: 'report'; readonly report: Report };

/** `headgate schema validate`: each step as it ends. Throws SCHEMA_NOT_ACTIVE when the validation fails. */
export async function validateSchema(name: string, flags: GlobalOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const progress = progressLine(terminal.stderr);
  await withServer(flags, context, async (server) => {
    const response = await server.stream(`${pathOfSchema(name)}/validate-role`, { format: 'ndjson' });
    let report: Report | undefined;
    for await (const line of linesOf(response)) {
      // As the contract of the API says.
      const event = JSON.parse(line) as Line;
      if (event.kind === 'started') progress.show(event.title);
      if (event.kind === 'waiting') progress.show(waitingText(event.delayMs));
      if (event.kind === 'finished') {
        progress.end();
        await writeText(terminal.stdout, `${stepText(event.result)}\n`);
      }
      if (event.kind === 'report') report = event.report;
    }
    if (report === undefined) throw new HeadgateError('INTERNAL', 'The gateway ended the validation without a report.');
    if (!report.ok) throw failed(name, report);
    await writeText(terminal.stderr, `${report.message} The schema ${name} is ${report.status}.\n`);
  }).finally(() => progress.end());
}

function waitingText(delayMs: number): string {
  return `refused as yet; IAM may take some seconds to know a new role, so again in ${Math.ceil(delayMs / 1000)} s`;
}

function failed(name: string, { message, status }: Report): HeadgateError {
  return new HeadgateError('SCHEMA_NOT_ACTIVE', `The schema ${name} is ${status}.`, {
    detail: message,
    hint: `Follow what stands under the failed step, then \`headgate schema validate ${name}\` again.`,
  });
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
