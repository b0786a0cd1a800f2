import type { Column } from './types.ts';

/*
 * The words in which a table's dictionary is written. Widths are the widest texts seen for a value of the kind, in characters; a
 * column that is wider or mandatory says so.
 */
type More = Partial<Omit<Column, 'name' | 'kind'>>;

/** A text that stays in the row log. */
export const text = (name: string, width: number, more: More = {}): Column => ({
  name,
  kind: 'text',
  width,
  mandatory: false,
  ...more,
});
/** A text that goes into the record's document, too. */
export const kept = (name: string, width: number, more: More = {}): Column =>
  text(name, width, { kept: true, ...more });
/** An instant. */
export const time = (name: string, more: More = {}): Column => ({
  name,
  kind: 'time',
  width: 40,
  mandatory: false,
  ...more,
});
/** A number. */
export const number = (name: string, more: More = {}): Column => ({
  name,
  kind: 'number',
  width: 24,
  mandatory: false,
  ...more,
});
/** Yes or no. */
export const flag = (name: string, more: More = {}): Column => ({
  name,
  kind: 'flag',
  width: 8,
  mandatory: false,
  ...more,
});
/** A value of a list of the row's code system. */
export const code = (name: string, list: string, more: More = {}): Column => ({
  name,
  kind: 'code',
  width: 32,
  mandatory: false,
  list,
  ...more,
});
/** An empty value is a defect of the row. */
export const must = { mandatory: true } as const;
