import { createHash } from 'node:crypto';
import type { ActDetail, PlacedAct } from '@gnomon/acts';
import type { FeedEntry } from '@gnomon/store';
import { ACT_ENTRY_TYPE, type ActPayload } from '@gnomon/subgraph-kit';

/** An act that was read, with what the log does not need: the tier of who did it. */
export interface ReadAct {
  readonly placed: PlacedAct;
  readonly payload: ActPayload | null;
}

/**
 * Reads an entry of the stream of acts. What cannot be read is put into the log as such, with the hash of what came: never dropped, and
 * never repeated, because nobody knows what is in it.
 */
export function readAct({ stream, seq, type, at, payload }: FeedEntry): ReadAct {
  const origin = `${stream}:${seq}`;
  if (type === ACT_ENTRY_TYPE && isAct(payload)) {
    const { kind, by, role, division, about, detail } = payload;
    return { placed: { kind, at: payload.at, by, role, division, about, detail, origin }, payload };
  }
  const sha256 = createHash('sha256').update(JSON.stringify(payload)).digest('hex');
  return { placed: { ...hubAct('UNREADABLE', at, { sha256 }), origin }, payload: null };
}

/** An act of the hub itself. */
export function hubAct(kind: string, at: number, detail: ActDetail): Omit<PlacedAct, 'origin'> {
  return { kind, at: new Date(at).toISOString(), by: 'hub', role: null, division: null, about: null, detail };
}

function isAct(value: unknown): value is ActPayload {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, at, by, role, tier, division, about, detail } = value as Record<string, unknown>;
  const texts = [kind, at, by].every((text) => typeof text === 'string');
  const parts = [role, tier, division, about].every((text) => text === null || typeof text === 'string');
  return texts && parts && !Number.isNaN(Date.parse(at as string)) && typeof detail === 'object' && detail !== null;
}
