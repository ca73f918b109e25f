import { type DuckDBConnection, DuckDBInstance } from './node-api.js';

export interface DuckdbSettings {
  /** Bytes of memory before DuckDB spills. */
  readonly memoryBytes: number;
  /** Folder for spilled data; it is made when needed. */
  readonly tempDirectory: string;
  readonly tempDiskBytes: number;
  readonly threads: number;
  /** The only folder that DuckDB may read and write besides its temporary files; for exports. */
  readonly exportDirectory?: string;
  /** Further SET statements, before the configuration is locked. */
  readonly settings?: readonly string[];
}

/**
 * An in-memory DuckDB that cannot reach files, the network, extensions or its own settings, whatever statement it is
 * given: the second fence behind the refusals of `resolve/`.
 */
export async function openDuckdb(
  options: DuckdbSettings,
): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryBytes / 2 ** 20)}MiB`,
    temp_directory: options.tempDirectory,
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const settings = [
    `SET max_temp_directory_size='${Math.floor(options.tempDiskBytes / 2 ** 20)}MiB'`,
    // GLOBAL, because without it these two are for this connection only.
    "SET GLOBAL TimeZone='UTC'",
    'SET GLOBAL errors_as_json=true',
    ...(options.settings ?? []),
    ...(options.exportDirectory === undefined
      ? []
      : [`SET allowed_directories=['${options.exportDirectory.replaceAll("'", "''")}']`]),
    'SET enable_external_access=false',
    'SET lock_configuration=true',
  ];
  for (const statement of settings) await connection.run(statement);
  return { instance, connection };
}
