import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on loopback that answers like STS, in its query protocol, what it is told. For tests only. */
export interface FakeStsEndpoint {
  readonly endpoint: string;
  /** The parameters of the requests that came. */
  readonly requests: readonly URLSearchParams[];
  close(): Promise<void>;
}

export interface StsAnswer {
  readonly status: number;
  readonly xml: string;
}

export async function fakeStsEndpoint(
  answer: (parameters: URLSearchParams, request: { readonly authorization: string }) => StsAnswer,
): Promise<FakeStsEndpoint> {
  const requests: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const parameters = new URLSearchParams(Buffer.concat(chunks).toString());
      requests.push(parameters);
      const { status, xml } = answer(parameters, { authorization: request.headers.authorization ?? '' });
      response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port, so the address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function stsRefusal(status: number, code: string, message = 'no'): StsAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    xml: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>r</RequestId></ErrorResponse>`,
  };
}

export function stsSession(given: {
  readonly accessKeyId: string;
  readonly expiration: Date;
  readonly sessionName: string;
}): StsAnswer {
  const { accessKeyId, expiration, sessionName } = given;
  return {
    status: 200,
    xml: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/Reader/${sessionName}</Arn><AssumedRoleId>AROA:${sessionName}</AssumedRoleId></AssumedRoleUser>
  <Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token-of-${accessKeyId}</SessionToken>
  <Expiration>${expiration.toISOString()}</Expiration></Credentials><PackedPolicySize>7</PackedPolicySize>
</AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`,
  };
}

export function stsCaller(arn: string): StsAnswer {
  return {
    status: 200,
    xml: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
}
