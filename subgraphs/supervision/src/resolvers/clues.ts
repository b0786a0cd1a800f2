import { createPaging, requirePermission, requireViewer } from '@gnomon/subgraph-kit';
import type {
  MutationAddToClueArgs,
  MutationNameReaderArgs,
  MutationOpenClueArgs,
  MutationRecordClueOutcomeArgs,
  MutationTransferClueArgs,
  QueryClueArgs,
  QueryCluesArgs,
} from '../../generated/resolvers.ts';
import { addToClue, nameReader, openClue, recordClueOutcome, transferClue } from '../clues/act-on-clue.ts';
import type { ClueFile } from '../clues/clue-file.ts';
import { pageOfClues, readClue } from '../clues/read-clues.ts';
import type { SupervisionContext } from '../context.ts';
import type { FieldsOf } from './fields-of.ts';

const paging = createPaging<readonly [number, string]>('clues', ['number', 'string']);
const DEFAULT_SIZE = 20;

/** Clue files, for those named in them. */
export const clueQueries = {
  clue(_root: unknown, { id }: QueryClueArgs, context: SupervisionContext) {
    const viewer = requirePermission(context, 'KEEP_CLUES');
    return readClue(context.ports, viewer, id);
  },
  async clues(_root: unknown, args: QueryCluesArgs, context: SupervisionContext) {
    const viewer = requirePermission(context, 'KEEP_CLUES');
    const page = paging.request(args, DEFAULT_SIZE);
    const rows = await pageOfClues(context.ports, viewer, page.after, page.limit);
    return paging.connection(rows, page, ({ openedAt, id }: ClueFile) => [openedAt, id]);
  },
} satisfies FieldsOf<'Query'>;

/** Steps on clue files. Refusals are members of the result, not errors. */
export const clueMutations = {
  openClue(_root: unknown, { input }: MutationOpenClueArgs, context: SupervisionContext) {
    const { facts = null, readers = [], evidence = [] } = input;
    return openClue(context.ports, requireViewer(context), { ...input, facts, readers, evidence });
  },
  addToClue(_root: unknown, { input }: MutationAddToClueArgs, context: SupervisionContext) {
    const { facts = null, suspects = [], evidence = [] } = input;
    return addToClue(context.ports, requireViewer(context), { ...input, facts, suspects, evidence });
  },
  nameReader(_root: unknown, { input }: MutationNameReaderArgs, context: SupervisionContext) {
    return nameReader(context.ports, requireViewer(context), input);
  },
  transferClue(_root: unknown, { input }: MutationTransferClueArgs, context: SupervisionContext) {
    return transferClue(context.ports, requireViewer(context), { ...input, receiptNo: input.receiptNo ?? null });
  },
  recordClueOutcome(_root: unknown, { input }: MutationRecordClueOutcomeArgs, context: SupervisionContext) {
    return recordClueOutcome(context.ports, requireViewer(context), input);
  },
} satisfies FieldsOf<'Mutation'>;
