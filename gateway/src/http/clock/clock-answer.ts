/** What the page asks for a link. */
export const CLOCK_DOCUMENT = `query CitizenClock($link: String!) {
  citizenClock(link: $link) {
    itemName { zh en }
    agencyName { zh en }
    state
    acceptedAt
    finishedAt
    promise { dueAt unit limit used left isOver isProvisional }
    statutory { dueAt unit limit used left isOver isProvisional }
    pauses { name { zh en } legalReason { zh en } from to workdays stopsClock }
    standing
    asOf
    dataAsOf
    expiresAt
  }
}`;

/** A text in both languages. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** A limit; `used` and `left` in its unit. */
export interface ClockLimit {
  readonly dueAt: string;
  readonly unit: 'WORKDAY' | 'DAY' | 'WORK_HOUR' | 'HOUR';
  readonly limit: number;
  readonly used: number;
  readonly left: number;
  readonly isOver: boolean;
  readonly isProvisional: boolean;
}

/** What the graph answers to `CLOCK_DOCUMENT`; instants as ISO text. */
export interface ClockAnswer {
  readonly itemName: Bilingual | null;
  readonly agencyName: Bilingual | null;
  readonly state: string | null;
  readonly acceptedAt: string | null;
  readonly finishedAt: string | null;
  readonly promise: ClockLimit | null;
  readonly statutory: ClockLimit | null;
  readonly pauses: readonly {
    readonly name: Bilingual;
    readonly legalReason: Bilingual;
    readonly from: string;
    readonly to: string | null;
    readonly workdays: number;
    readonly stopsClock: boolean;
  }[];
  /** `null` while supervision does not answer. */
  readonly standing: 'NONE' | 'WARNING' | 'YELLOW' | 'RED' | null;
  readonly asOf: string;
  readonly dataAsOf: string;
  readonly expiresAt: string;
}
