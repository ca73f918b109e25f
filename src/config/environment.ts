/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, as it is now: the only place where Headgate reads `process.env`. */
export function processEnvironment(): Environment {
  return Object.freeze({ ...process.env });
}
