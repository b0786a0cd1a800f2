import type { CalendarData } from './types.ts';

/** A day or an instant lies outside the days that a calendar can speak about. */
export class CalendarRangeError extends Error {
  override readonly name = 'CalendarRangeError';
  readonly value: number;
  readonly from: string;
  readonly to: string;

  /**
   * @param what what was asked, in both languages, for example `日期 (day)`
   * @param value the number that came, in the unit of `what`
   * @param shown the same value as a person reads it
   */
  constructor(what: string, value: number, shown: string, from: string, to: string) {
    super(
      `${what} ${shown} 超出工作日历范围 ${from} 至 ${to}；请核对数据，或改用人工判断。 ` +
        `${shown} lies outside the working calendar, which covers ${from} to ${to}: correct the record, or judge it by hand.`,
    );
    this.value = value;
    this.from = from;
    this.to = to;
  }
}

/** A text that was given as a date or an instant is not one. */
export class TimeTextError extends Error {
  override readonly name = 'TimeTextError';
  readonly text: string;

  constructor(text: string, expectedZh: string, expectedEn: string) {
    const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    super(`时间 ${shown} 无法识别；应为${expectedZh}。 Time ${shown} cannot be read; expected ${expectedEn}.`);
    this.text = text;
  }
}

/** Calendar data that contradict themselves or cannot be what was published. Nothing is compiled from them. */
export class CalendarDataError extends Error {
  override readonly name = 'CalendarDataError';
  readonly calendar: CalendarData['id'];

  constructor(calendar: string, zh: string, en: string) {
    super(`日历 ${calendar}：${zh}。 Calendar ${calendar}: ${en}.`);
    this.calendar = calendar;
  }
}

/** A limit that no clock can run on: negative, not a number, or of an unknown unit. */
export class LimitError extends Error {
  override readonly name = 'LimitError';

  constructor(amount: unknown, unit: unknown) {
    super(
      `时限 ${String(amount)} ${String(unit)} 无效；数量应为不小于 0 的数，单位应为 WORKDAY、WORK_HOUR、DAY、HOUR 或 MONTH。 ` +
        `Limit ${String(amount)} ${String(unit)} is not valid: the amount must be a number of at least 0 (whole for MONTH), ` +
        'the unit one of WORKDAY, WORK_HOUR, DAY, HOUR, MONTH.',
    );
  }
}
