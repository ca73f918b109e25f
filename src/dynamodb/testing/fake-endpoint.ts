import { createServer, type ServerResponse } from 'node:http';

/** An HTTP server on loopback that stands in for DynamoDB where DynamoDB itself cannot be made to misbehave. For tests only. */
export interface FakeEndpoint {
  readonly endpoint: string;
  /** How many requests have come. */
  attempts(): number;
  close(): Promise<void>;
}

/** Answers each request, counted from 1, as it is told. */
export async function fakeEndpoint(answer: (response: ServerResponse, attempt: number) => void): Promise<FakeEndpoint> {
  let attempt = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response, ++attempt));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The fake endpoint has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    attempts: () => attempt,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
