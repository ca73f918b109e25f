import { stat } from 'node:fs/promises';
import { type ResultBounds, resultTooLarge } from './limit-rows.js';

/**
 * Bytes of a file of rows that is whole. Throws RESULT_TOO_LARGE when it has more rows or bytes than the bounds allow: a part
 * of such a file is of no use to anybody.
 */
export async function limitFile(
  file: { readonly path: string; readonly summary: { readonly rows: number } },
  { maxRows = Infinity, maxResultBytes = Infinity }: ResultBounds,
): Promise<number> {
  const { rows } = file.summary;
  if (rows > maxRows) throw resultTooLarge({ maxRows }, rows);
  const { size } = await stat(file.path);
  if (size > maxResultBytes) throw resultTooLarge({ maxResultBytes }, rows);
  return size;
}
