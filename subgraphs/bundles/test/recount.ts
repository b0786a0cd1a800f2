import type { Row, Season } from './season.ts';

const at = (value: unknown): number => Date.parse(String(value));
const monthOf = (instant: number): string => new Date(instant + 28_800_000).toISOString().slice(0, 7);

/** What a lead agency's months come to, counted again from the story's rows alone, by `<credit code>:<month>`. */
export function countsOf({ scene, world }: Season): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const latest = new Map<string, Row>();
  for (const { row, eventAt } of scene.rows.bundles ?? [])
    if (eventAt <= world.readAt) latest.set(String(row.row_guid), row as Row);
  const rows = [...latest.values()];
  const months = new Map<string, { accepted: number; several: number; pairs: number; serial: number }>();
  const month = (lead: unknown, instant: number) => {
    const key = `${lead}:${monthOf(instant)}`;
    const counts = months.get(key) ?? { accepted: 0, several: 0, pairs: 0, serial: 0 };
    months.set(key, counts);
    return counts;
  };
  for (const main of rows.filter(({ table }) => table === 'bundle_case')) {
    const own = rows.filter(({ case_no }) => case_no === main.case_no);
    const notices = own.filter(
      ({ table, sent_time }) => table === 'bundle_notice' && at(sent_time) < at(main.accept_time),
    );
    const counts = month(main.lead_agency, at(main.accept_time));
    counts.accepted += 1;
    if (notices.length > 1) counts.several += 1;
    const children = own.filter(({ table }) => table === 'bundle_child');
    for (const pair of pairsOf(children)) {
      const ofMonth = month(main.lead_agency, pair.endedAt);
      ofMonth.pairs += 1;
      if (pair.isSerial) ofMonth.serial += 1;
    }
  }
  return new Map(
    [...months].map(([key, { accepted, several, pairs, serial }]) => [
      key,
      {
        acceptedBundles: accepted,
        pairs,
        ...(accepted === 0 ? {} : { severalNoticeRate: several / accepted }),
        ...(pairs === 0 ? {} : { serialRate: serial / pairs }),
      },
    ]),
  );
}

/** Every two ended children but the one that waits for the other (…003 for …001). */
function pairsOf(children: readonly Row[]): readonly { readonly endedAt: number; readonly isSerial: boolean }[] {
  const ended = children.filter(({ ended_time }) => ended_time !== undefined);
  const [a] = ended.filter(({ child_code }) => String(child_code).endsWith('001'));
  return ended.flatMap((one) =>
    ended.flatMap((two) => {
      const codes = [one, two].map(({ child_code }) => String(child_code).slice(-3)).join(' ');
      if (
        at(one.started_time) >= at(two.started_time) &&
        !(codes === '001 002' && at(one.started_time) === at(two.started_time))
      )
        return [];
      if (codes === '001 003') return [];
      const free = codes.endsWith('003') ? at(a?.ended_time) : 0;
      if (Math.max(at(two.created_time), free) >= at(one.ended_time)) return [];
      return [
        {
          endedAt: Math.max(at(one.ended_time), at(two.ended_time)),
          isSerial: at(two.started_time) >= at(one.ended_time),
        },
      ];
    }),
  );
}
