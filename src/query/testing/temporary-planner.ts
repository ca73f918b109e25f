import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { PlannerDatabase } from '../duckdb/planner-database.js';

/** The planner of a test file, open from before its first test until after its last. */
export function temporaryPlanner(): () => PlannerDatabase {
  let directory: string;
  let planner: PlannerDatabase;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headgate-planner-'));
    planner = await PlannerDatabase.open(directory);
  });
  afterAll(async () => {
    await planner.close();
    await rm(directory, { recursive: true, force: true });
  });
  return () => planner;
}
