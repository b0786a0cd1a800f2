import { refusal } from '@gnomon/subgraph-kit';

/** The twelve-digit form is taken at the border and cut. */
export function trimDivision(code: string | null | undefined): string | null {
  if (code === null || code === undefined) return null;
  if (!/^\d{1,12}$/.test(code)) {
    const came = JSON.stringify(code.slice(0, 40));
    throw refusal('BAD_INPUT', {
      zh: `division 应为 1 至 12 位数字的区划代码，例如 1501，收到 ${came}。`,
      en: `division: a code of 1 to 12 digits was expected, for example 1501, ${came} came.`,
    });
  }
  if (code.length !== 12) return code;
  if (code.endsWith('0000000000')) return code.slice(0, 2);
  if (code.endsWith('00000000')) return code.slice(0, 4);
  if (code.endsWith('000000')) return code.slice(0, 6);
  return code.endsWith('000') ? code.slice(0, 9) : code;
}
