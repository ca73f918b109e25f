import type { AwsFault } from '../aws-fault.js';

/** An answer to be sent. */
export interface StsAnswer {
  readonly status: number;
  readonly xml: string;
}

/** Elements by name, in order; undefined ones are left out. */
export interface XmlElements {
  readonly [name: string]: string | number | XmlElements | undefined;
}

/** The answer of an action that succeeded. */
export function stsResult(action: string, result: XmlElements, requestId: string): StsAnswer {
  const elements = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return { status: 200, xml: document(`${action}Response`, elements) };
}

/** The answer of an action that was refused. */
export function stsError(fault: AwsFault, requestId: string): StsAnswer {
  const error = { Type: fault.status === 500 ? 'Receiver' : 'Sender', Code: fault.code, Message: fault.message };
  return { status: fault.status, xml: document('ErrorResponse', { Error: error, RequestId: requestId }) };
}

function document(name: string, elements: XmlElements): string {
  return `<${name} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n${xmlOf(elements, '  ')}</${name}>\n`;
}

function xmlOf(elements: XmlElements, indent: string): string {
  return Object.entries(elements)
    .map(([name, value]) => {
      if (value === undefined) return '';
      if (typeof value === 'object') return `${indent}<${name}>\n${xmlOf(value, `${indent}  `)}${indent}</${name}>\n`;
      return `${indent}<${name}>${escapeXml(String(value))}</${name}>\n`;
    })
    .join('');
}

function escapeXml(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}
