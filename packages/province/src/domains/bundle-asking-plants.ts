import { at } from '../naive-calendar.ts';
import { B, course, morning, type Team, tell } from './bundle-story.ts';
import type { BundleWriter } from './bundle-writer.ts';

/** Submitted on a day, told at these instants what is missing, accepted two working days later. */
export function withNotices(
  writer: BundleWriter,
  team: Team,
  no: string,
  day: number,
  notices: readonly (readonly [at: number, of: 'lead' | 'other'])[],
): ReturnType<typeof tell> {
  const { calendar } = writer.world;
  const other = team.agencies.get(B) ?? team.lead;
  return tell(
    writer,
    course(team, no, morning(day), calendar, {
      acceptedAt: at(calendar.workdayAfter(day, 2), 540),
      before: (kase) => {
        for (const [index, [sentAt, of]] of notices.entries()) {
          kase.notice(index, of === 'lead' ? team.lead : other, sentAt);
          if (index === 0) kase.state('SUPPLEMENT_REQUIRED', sentAt);
        }
      },
    }),
  );
}

/** OT-07: two notices of the lead agency; two of two agencies on two days. */
export function severalNotices(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  const day = workdays[18] as number;
  const next = calendar.workdayAfter(day, 1);
  withNotices(writer, team, 'OT-07-Y', day, [
    [at(day, 630), 'lead'],
    [at(day, 900), 'lead'],
  ]).plant('OT-07', 'YELLOW', null);
  withNotices(writer, team, 'OT-07-R', day, [
    [at(day, 640), 'lead'],
    [at(next, 600), 'other'],
  ]).plant('OT-07', 'RED', null);
}

/** OT-08: one that was to be had by sharing; that and one asked for again; one that the applicant confirmed. */
export function materialsAskedTwice(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  const asking = (no: string, index: number): ReturnType<typeof tell> =>
    tell(writer, course(team, no, morning(workdays[19 + index] as number), calendar));
  const at1 = (index: number, minute: number): number => at(workdays[19 + index] as number, minute);
  asking('OT-08-C', 0).request(0, 'CL-01', at1(0, 640)).request(1, 'CL-02', at1(0, 640));
  asking('OT-08-W', 1).request(0, 'CL-01', at1(1, 640), { available: true }).plant('OT-08', 'WARNING', null);
  asking('OT-08-Y', 2)
    .request(0, 'CL-01', at1(2, 640), { available: true })
    .request(1, 'CL-02', at1(2, 650))
    .request(2, 'CL-02', at1(2, 900))
    .plant('OT-08', 'YELLOW', null);
  asking('OT-08-R', 3)
    .request(0, 'CL-03', at1(3, 640), { available: true, applicant_confirmed: true })
    .plant('OT-08', 'RED', null);
}
