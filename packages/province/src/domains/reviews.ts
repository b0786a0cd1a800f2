import { type CastAgency, itemsOf } from '../cast.ts';
import { at, instantText } from '../naive-calendar.ts';
import type { Scene, SceneWorld } from '../scene.ts';
import {
  fewReviews,
  itemsNotOpen,
  lateOrNotLinked,
  praisedByOneTelephone,
  praisedFromOneTerminal,
  praisedOnInstruction,
  repeatedAtAWindow,
  repeatedWithAPerson,
  tampered,
  tooManyBad,
} from './review-given-plants.ts';
import { NINE, SECOND, type Stage } from './review-stage.ts';
import {
  badAgainTooOften,
  badAgainWithoutTicket,
  badForTheThirdTime,
  callbacksMissed,
  contactOverdue,
  declaredInvalidUnfounded,
  handledWithinLongerLimits,
  manyDeclaredInvalid,
  rectificationOverdue,
} from './review-ticket-plants.ts';
import { CHANNELS, REVIEW_SOURCE, ReviewWriter } from './review-writer.ts';

/** Reviews of a clean agency over the season: below every sample that rates ask for. */
const CLEAN_AN_AGENCY = 120;

/**
 * The reviews' part of a season: a clean load in both code systems, and for every indicator of reviews at least one
 * violation, each on an agency of its own, with the truth beside it. A finding about a person (kind `review-staff`)
 * names `<credit code>:{key <number as pushed>}`: the hub shows its keyed hash of the number in that place.
 */
export function plantReviews(world: SceneWorld): Scene {
  const writer = new ReviewWriter(world);
  const cleanAgencies = Math.max(2, Math.ceil(world.clean / CLEAN_AN_AGENCY));
  const agencies = Array.from({ length: cleanAgencies + PLANTS.length }, (_, index) => world.agency(index));
  const items = agencies.flatMap(itemsOf);
  const closed = new Set<string>();
  cleanLoad(world, writer, agencies.slice(0, cleanAgencies));
  for (const [index, plant] of PLANTS.entries())
    plant({ world, writer, agency: agencies[cleanAgencies + index] as CastAgency, closed });
  const codes = items.map(({ code }) => code).filter((code) => !closed.has(code));
  writer.openItems(codes, at(world.days[0] as number, 1));
  return {
    agencies,
    items,
    sources: [
      {
        id: REVIEW_SOURCE,
        name: '政务服务“好差评”系统',
        nameEn: 'Review system of government services',
        agency: (agencies[0] as CastAgency).uscc,
        division: '15',
        ownPlatform: true,
        mustPush: false,
        registeredAt: instantText(at((world.days[0] as number) - 7, NINE)),
        exempt: null,
      },
    ],
    rows: { reviews: writer.rows, 'work-items': writer.workItems.flatMap((kase) => kase.rows) },
    fixed: { reviews: writer.fixed },
    truth: writer.truth,
  };
}

type Plant = (stage: Stage) => void;

const PLANTS: readonly Plant[] = [
  contactOverdue,
  rectificationOverdue,
  handledWithinLongerLimits,
  (stage) => callbacksMissed(stage, 1, 'WARNING'),
  (stage) => callbacksMissed(stage, 3, 'YELLOW'),
  (stage) => callbacksMissed(stage, 5, 'RED'),
  badAgainWithoutTicket,
  badForTheThirdTime,
  (stage) => badAgainTooOften(stage, 2, 'WARNING'),
  (stage) => badAgainTooOften(stage, 5, 'RED'),
  (stage) => manyDeclaredInvalid(stage, 4, 'WARNING'),
  (stage) => manyDeclaredInvalid(stage, 6, 'YELLOW'),
  (stage) => declaredInvalidUnfounded(stage, 1, 'YELLOW'),
  (stage) => declaredInvalidUnfounded(stage, 3, 'RED'),
  (stage) => tooManyBad(stage, 200, 2, 'WARNING'),
  (stage) => tooManyBad(stage, 100, 2, 'YELLOW'),
  (stage) => tooManyBad(stage, 100, 6, 'RED'),
  repeatedAtAWindow,
  repeatedWithAPerson,
  lateOrNotLinked,
  praisedByOneTelephone,
  praisedFromOneTerminal,
  praisedOnInstruction,
  (stage) => fewReviews(stage, 8, 'WARNING'),
  (stage) => fewReviews(stage, 3, 'YELLOW'),
  (stage) => fewReviews(stage, 0, 'RED'),
  itemsNotOpen,
  tampered,
];

/** Good reviews at the windows of the clean agencies, some by the other code system; now and then a bad one, well handled. */
function cleanLoad(world: SceneWorld, writer: ReviewWriter, agencies: readonly CastAgency[]): void {
  const { random, workdays } = world;
  // Clear of the season's end, so that what is bad is handled before it.
  const days = workdays.slice(0, -8);
  for (let index = 0; index < world.clean; index += 1) {
    const agency = agencies[index % agencies.length] as CastAgency;
    const { no, finishedAt } = writer.item(agency, at(random.pick(days), random.int(520, 690)));
    const traits = { agency, no, at: finishedAt + random.int(60, 240) * SECOND };
    if (index % 40 === 39) {
      const anonymous = index % 80 === 79;
      writer.handle(writer.review({ ...traits, grade: 2, more: { is_named: !anonymous } }));
    } else if (index % 40 === 19) {
      writer.review({ ...traits, more: { is_default: true, channel: CHANNELS.none } });
    } else if (random.chance(0.3)) {
      const grade = random.pick(['1', '2', '3']);
      writer.review({ ...traits, more: { code_system: 'GB/T 39046-2020', satisfaction: grade } });
    } else {
      writer.review({ ...traits, window: `W${random.int(1, 4)}`, grade: random.pick([3, 4, 5] as const) });
    }
  }
}
