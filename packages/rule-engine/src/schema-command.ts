import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dictionaryFileSchema, exemptionFileSchema, overlayFileSchema, ruleFileSchema } from './schema.ts';

// node packages/rule-engine/src/schema-command.ts [folder]: writes the JSON Schemas that editors read.
const folder = process.argv[2] ?? join(import.meta.dirname, '../../../rules/schema');
mkdirSync(folder, { recursive: true });
const schemas = {
  rule: ruleFileSchema,
  overlay: overlayFileSchema,
  exemption: exemptionFileSchema,
  facts: dictionaryFileSchema,
};
for (const [name, schema] of Object.entries(schemas)) {
  const path = join(folder, `${name}.schema.json`);
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
  console.log(`已写 / wrote ${path}`);
}
