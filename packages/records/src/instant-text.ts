const MOST = 4096;
let texts = new Map<number, string>();

/**
 * ISO 8601 text of an instant, as PostgreSQL reads it. The last few thousand are remembered: the rows of a chunk share
 * their instants of arrival, and writing them took a tenth of the intake's time.
 */
export function instantText(instant: number | null): string | null {
  if (instant === null) return null;
  let text = texts.get(instant);
  if (text === undefined) {
    if (texts.size >= MOST) texts = new Map();
    text = new Date(instant).toISOString();
    texts.set(instant, text);
  }
  return text;
}
