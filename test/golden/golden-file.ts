import { readFile, writeFile } from 'node:fs/promises';

/** One statement of a golden file and the text that is expected of it. */
export interface GoldenCase {
  /** Lines that begin with `#` before the statement, for people. */
  readonly comment: string;
  readonly statement: string;
  readonly expected: string;
}

/**
 * A golden file is cases with an empty line between them: lines of comment (`#`), the statement, a line `----`, the
 * expected text. HEADGATE_REWRITE_GOLDEN=1 rewrites what is expected; look at the difference before it is kept.
 */
export async function readGolden(file: URL): Promise<GoldenCase[]> {
  const blocks = (await readFile(file, 'utf8')).trim().split(/\n{2,}/);
  return blocks.map((block) => {
    const [head = '', expected = ''] = block.split(/^----(?:\n|$)/m);
    const lines = head.trimEnd().split('\n');
    const start = lines.findIndex((line) => !line.startsWith('#'));
    return { comment: lines.slice(0, start).join('\n'), statement: lines.slice(start).join('\n'), expected };
  });
}

export async function writeGolden(file: URL, cases: readonly GoldenCase[]): Promise<void> {
  const blocks = cases.map(({ comment, statement, expected }) =>
    [...(comment === '' ? [] : [comment]), statement, '----', expected].join('\n'),
  );
  await writeFile(file, `${blocks.join('\n\n')}\n`);
}
