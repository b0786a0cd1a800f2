import type { ViewerScope } from '@gnomon/identity';
import type { TransactionSql } from 'postgres';

/** Conditions of a statement with their parameters; every value is a parameter, no value is ever part of the text. */
export class Conditions {
  readonly #texts: string[] = [];
  readonly #values: Parameter[] = [];

  /** Gives the placeholder of a value: `$1`, `$2` … */
  value(value: Parameter): string {
    this.#values.push(value);
    return `$${this.#values.length}`;
  }

  /** Adds `column in values`; an absent list adds nothing, an empty one admits no row. */
  among(column: string, values: readonly string[] | null | undefined): this {
    if (values === null || values === undefined) return this;
    return this.add(
      `${column} in (select jsonb_array_elements_text(${this.value(JSON.stringify(values))}::text::jsonb))`,
    );
  }

  add(condition: string): this {
    this.#texts.push(condition);
    return this;
  }

  /** `where …`, or nothing. */
  get text(): string {
    return this.#texts.length === 0 ? '' : `where ${this.#texts.join(' and ')}`;
  }

  async run<Row>(tx: TransactionSql, statement: string): Promise<readonly Row[]> {
    return (await tx.unsafe(statement, this.#values)) as unknown as readonly Row[];
  }
}

type Parameter = string | number;

/** What can be asked of signals, warnings and cards alike. Instants in ms. */
export interface LedgerFilter {
  readonly level?: readonly string[] | null;
  readonly kind?: readonly string[] | null;
  readonly state?: readonly string[] | null;
  readonly domain?: readonly string[] | null;
  readonly indicator?: readonly string[] | null;
  readonly agency?: readonly string[] | null;
  /** Code of a subtree, already cut. */
  readonly division?: string | null;
  readonly source?: readonly string[] | null;
  readonly from?: number | null;
  readonly to?: number | null;
}

/** The filter as conditions on the table with the alias `t`. */
export function conditionsOf(filter: LedgerFilter): Conditions {
  const conditions = new Conditions()
    .among('t.level', filter.level)
    .among('t.kind', filter.kind)
    .among('t.state', filter.state)
    .among('t.domain', filter.domain)
    .among('t.rule', filter.indicator)
    .among('t.agency', filter.agency)
    .among('t.source', filter.source);
  if (filter.division) conditions.add(`t.division like ${conditions.value(`${filter.division}%`)}`);
  if (filter.from !== null && filter.from !== undefined)
    conditions.add(`t.turned_at >= ${conditions.value(isoText(filter.from))}::text::timestamptz`);
  if (filter.to !== null && filter.to !== undefined)
    conditions.add(`t.turned_at < ${conditions.value(isoText(filter.to))}::text::timestamptz`);
  return conditions;
}

/** The viewer's scope as a condition: the first lock, which finds rows by index; the row policies are the second. */
export function addScope(conditions: Conditions, scope: ViewerScope): Conditions {
  if (scope.all) return conditions;
  const parts = [
    ...scope.divisions.map((prefix) => `t.division like ${conditions.value(`${prefix}%`)}`),
    ...scope.agencies.map((uscc) => `t.agency = ${conditions.value(uscc)}`),
    ...scope.sources.map((id) => `t.source = ${conditions.value(id)}`),
  ];
  return conditions.add(parts.length === 0 ? 'false' : `(${parts.join(' or ')})`);
}

/** An instant as text, so that the driver need not guess a type. */
export function isoText(instant: number): string {
  return new Date(instant).toISOString();
}

/** Whether the database can hold a text: what it cannot hold, no row is equal to. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
