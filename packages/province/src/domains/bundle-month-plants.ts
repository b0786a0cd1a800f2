import { at, dateText, dayFromText, WORKDAY_MS } from '../naive-calendar.ts';
import { withNotices } from './bundle-asking-plants.ts';
import { A, acceptanceAfter, B, course, daysOf, morning, sideBySide, type Team, tell } from './bundle-story.ts';
import { type BundleWriter, childItem, childTemplate, type ListedBundle } from './bundle-writer.ts';

const MINUTE = 60_000;

/** OT-07: two of twenty-two accepted in a month, 9.1 %. */
export function manyNoticesOfAMonth(writer: BundleWriter, team: Team): void {
  const { world } = writer;
  const month = world.months[1] as string;
  const days = daysOf(world, month);
  for (let index = 0; index < 22; index += 1) {
    const day = days[1 + (index % 8)] as number;
    const no = `OT-07-M${index}`;
    if (index >= 2) tell(writer, course(team, no, morning(day, index), world.calendar));
    else
      withNotices(writer, team, no, day, [
        [at(day, 630), 'lead'],
        [at(day, 900), 'lead'],
      ]).plant('OT-07', 'YELLOW', null);
  }
  writer.plant('OT-07', 'bundle-agency-month', `${team.lead.uscc}:${month}`, 'WARNING', null);
}

/** OT-09: sixteen of twenty-two pairs one after the other, 72.7 %. */
export function oneAfterTheOther(writer: BundleWriter, team: Team): void {
  const { world } = writer;
  const { calendar } = world;
  const month = world.months[1] as string;
  const days = daysOf(world, month);
  for (let index = 0; index < 22; index += 1) {
    const appliedAt = morning(days[1 + (index % 8)] as number, index);
    const acceptedAt = acceptanceAfter(appliedAt);
    const free = calendar.afterOfficeMs(acceptedAt, WORKDAY_MS);
    const serial = [
      { template: A, endedAt: free },
      { template: B, startedAt: free + 5 * MINUTE, endedAt: calendar.afterOfficeMs(free, WORKDAY_MS) },
    ];
    const children = index < 16 ? serial : sideBySide(calendar, acceptedAt);
    tell(writer, course(team, `OT-09-${index}`, appliedAt, calendar, { children }));
  }
  writer.plant('OT-09', 'bundle-agency-month', `${team.lead.uscc}:${month}`, 'RED', null);
}

/** A bundle with one child that nobody else has, listed in the team's place alone. */
function rareBundle(writer: BundleWriter, number: number, opening: number): ListedBundle {
  const bundle: ListedBundle = {
    code: `YJS-9${number}`,
    name: `少办一件事${number}`,
    promiseWorkdays: 10,
    children: [{ template: childTemplate(90 + number, '131'), mandatoryWhen: '*', slotWorkdays: 5 }],
  };
  writer.publish(bundle, opening);
  return bundle;
}

/** OT-10: on the list since the month before the season, never opened: one, two and three whole months at its months' ends. */
export function notOpened(writer: BundleWriter, team: Team, opening: number): void {
  const { days, months } = writer.world;
  const bundle = rareBundle(writer, 1, opening);
  const listedOn = dateText((days[0] as number) - 10);
  writer.list(bundle, team.lead, opening, { listedOn, validTo: dateText(days.at(-1) as number) });
  for (const [index, level] of (['YELLOW', 'YELLOW', 'RED'] as const).entries()) {
    // The whole months at the ends of the season's months are one, two and three.
    if (months[index] !== undefined) plantListing(writer, bundle, team, months[index], level);
  }
}

/** OT-10: open for three months without a finished case, while thirty of its child items were handled singly in the second. */
export function openedAndIdle(writer: BundleWriter, team: Team, opening: number): void {
  const { days, months } = writer.world;
  const bundle = rareBundle(writer, 2, opening);
  const listedOn = `${dateText((days[0] as number) - 1).slice(0, 7)}-01`;
  writer.list(bundle, team.lead, opening, { listedOn, openedOn: listedOn, validTo: lastDayOf(months[1] as string) });
  plantListing(writer, bundle, team, months[1] as string, 'YELLOW');
  singles(writer, team, bundle, months[1] as string);
}

/** OT-10: one finished case in the first month, none in the second, while thirty of its child items were handled singly. */
export function openedAndIdleForAMonth(writer: BundleWriter, team: Team, opening: number): void {
  const { world } = writer;
  const { months, calendar } = world;
  const bundle = rareBundle(writer, 3, opening);
  const first = `${months[0]}-01`;
  writer.list(bundle, team.lead, opening, {
    listedOn: first,
    openedOn: first,
    validTo: lastDayOf(months[1] as string),
  });
  const appliedAt = morning(daysOf(world, months[0] as string)[2] as number);
  const endedAt = calendar.afterOfficeMs(appliedAt, WORKDAY_MS);
  const children = bundle.children.map(({ template }) => ({ template, endedAt }));
  tell(writer, course(team, 'OT-10-1', appliedAt, calendar, { bundle, children }));
  plantListing(writer, bundle, team, months[1] as string, 'WARNING');
  singles(writer, team, bundle, months[1] as string);
}

function plantListing(
  writer: BundleWriter,
  { code }: ListedBundle,
  team: Team,
  month: string,
  level: 'WARNING' | 'YELLOW' | 'RED',
): void {
  writer.plant('OT-10', 'bundle-division-month', `${team.lead.division}:${code}:${month}`, level, null);
}

/** Thirty work items of a bundle's child item, handled by themselves in a month. */
function singles(writer: BundleWriter, team: Team, bundle: ListedBundle, month: string): void {
  const days = daysOf(writer.world, month);
  const template = bundle.children[0]?.template;
  if (template === undefined) throw new RangeError('a bundle has at least one child');
  for (let index = 0; index < 30; index += 1) {
    const acceptedAt = morning(days[1 + (index % 8)] as number, index);
    writer.workItem({
      no: `${bundle.code}-S${index}`,
      agency: team.lead,
      template,
      applicant: writer.world.applicants.next(),
      appliedAt: acceptedAt - 20 * MINUTE,
      acceptedAt,
      workdays: 0.6,
      more: {},
    });
  }
  writer.items.push(childItem(team.lead, template));
}

function lastDayOf(month: string): string {
  const first = dayFromText(`${month}-01`);
  let last = first;
  while (dateText(last + 1).startsWith(month)) last += 1;
  return dateText(last);
}
