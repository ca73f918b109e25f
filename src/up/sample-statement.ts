import type { Writable } from 'node:stream';
import { renderPlan } from '../query/explain.js';
import type { Engine } from '../query/statement.js';
import { costLine } from '../wire/cli/cost-line.js';
import { writeRows } from '../wire/formats/write-rows.js';

/** A join that reads no table whole: for each side an index has just what it needs, some of it under several keys. */
export const SAMPLE_SQL = `SELECT f.origin, a.city, count(*) AS late_flights,
       round(avg(f.delay), 1) AS average_minutes, max(f.delay) AS most_minutes
FROM demo.flights f
JOIN demo.airports a ON a.iata = f.destination
WHERE f.origin IN ('ORD', 'DEN', 'SEA') AND f.delay >= 30
  AND a.state = 'CA' AND a.city IN ('San Francisco', 'Oakland', 'San Jose')
GROUP BY ALL
ORDER BY late_flights DESC, average_minutes DESC
LIMIT 5`;

/** Runs the sample and writes statement, rows, plan and cost. Throws what the engine throws. */
export async function showSample(engine: Engine, stdout: Writable, signal: AbortSignal): Promise<void> {
  stdout.write(`Flights to San Francisco Bay that were late by half an hour or more:\n\n${SAMPLE_SQL}\n\n`);
  const result = await engine.run({ sql: SAMPLE_SQL }, signal);
  try {
    await writeRows('table', result.columns, result.batches, stdout);
    stdout.write(
      `\nHow the tables were read:\n${renderPlan(result.plan)}\n\n${costLine(result.summary(), result.plan)}\n`,
    );
  } finally {
    await result.close();
  }
}
