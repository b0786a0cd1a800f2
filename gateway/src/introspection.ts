import { type DocumentNode, visit } from 'graphql';

const answers = new WeakMap<DocumentNode, boolean>();

/** Whether a document asks for the schema (`__schema`, `__type`); remembered per parsed document. */
export function asksForSchema(document: DocumentNode): boolean {
  let asks = answers.get(document);
  if (asks === undefined) {
    asks = false;
    visit(document, {
      Field({ name }) {
        if (name.value === '__schema' || name.value === '__type') asks = true;
      },
    });
    answers.set(document, asks);
  }
  return asks;
}
