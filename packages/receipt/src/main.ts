import type { Receipt, Verification } from '@gnomon/rule-engine';
import { ReceiptFileError, verifyReceiptFile } from './verify-file.ts';

// node packages/receipt/src/main.ts FILE…|-: exit code 0 when all match, 1 when one differs, 2 when one cannot be read.
const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error('用法：receipt 文件…（- 为标准输入） / usage: receipt FILE… (- is the standard input)');
  process.exitCode = 2;
}
for (const path of paths) process.exitCode = Math.max(Number(process.exitCode ?? 0), verify(path));

function verify(path: string): number {
  try {
    const results = verifyReceiptFile(path);
    for (const result of results) report(path, result);
    return results.every(({ match }) => match) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ReceiptFileError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function report(path: string, result: Verification): void {
  if (result.match) {
    const { rule, ruleVersion, subject, level, turnedAt, message } = result.receipt;
    console.log(`${path}: 相符 / match`);
    console.log(`  ${rule} ${ruleVersion} · ${subject} · ${level} · ${turnedAt}`);
    console.log(`  ${message.zh} / ${message.en}`);
    reportCounterfactual(result.receipt);
    console.log(`  前一毫秒 / one millisecond before: ${result.levelBefore} · sha256 ${result.hash}`);
    return;
  }
  console.log(`${path}: 不符 / does not match`);
  for (const { zh, en, stated, computed } of result.differences) {
    console.log(`  ${zh} / ${en}`);
    if (stated !== '')
      console.log(`    卡证 / stated:   ${shortened(stated)}\n    重算 / computed: ${shortened(computed)}`);
  }
}

function reportCounterfactual({ counterfactual }: Receipt): void {
  if (counterfactual === undefined) return;
  console.log(`  反事实卡证 / counterfactual: ${counterfactual.of}`);
  for (const { path, judged, claimed } of counterfactual.replaced)
    console.log(
      `    ${path.join('/')}: ${shortened(JSON.stringify(judged))} → 主张 / claimed ${shortened(JSON.stringify(claimed))}`,
    );
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
