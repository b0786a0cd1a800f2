import { createHash } from 'node:crypto';

/** Documents that are known beforehand: a client names one by its hash instead of sending its text. */
export interface TrustedDocuments {
  /** The text of a document by `sha256:<hex>` or the hex alone; `undefined` for one that is not known. */
  textOf(id: string): string | undefined;
  isTrusted(text: string): boolean;
}

/** A store of these texts. */
export function createTrustedDocuments(texts: Iterable<string>): TrustedDocuments {
  const known = new Set(texts);
  const byHash = new Map([...known].map((text) => [createHash('sha256').update(text).digest('hex'), text]));
  return {
    textOf: (id) => byHash.get(id.replace(/^sha256:/, '')),
    isTrusted: (text) => known.has(text),
  };
}

/**
 * Puts the text of the document that a request body names (`documentId`) into the body; a body with a text of its own stays as it is.
 * @returns the id that is not known, or `null`.
 */
export function fillDocument(body: unknown, documents: TrustedDocuments): string | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const request = body as { query?: unknown; documentId?: unknown };
  if (typeof request.documentId !== 'string' || request.query !== undefined) return null;
  const text = documents.textOf(request.documentId);
  if (text === undefined) return request.documentId;
  request.query = text;
  return null;
}
