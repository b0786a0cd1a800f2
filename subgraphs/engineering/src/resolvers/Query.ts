import { type RecordContext, recordField, recordsField } from '@gnomon/records';

const project = recordField('project');

export const Query = {
  project: (_: unknown, { code }: { code: string }, context: RecordContext) => project(_, { id: code }, context),
  projects: recordsField('project'),
  projectApproval: recordField('project-approval'),
  projectApprovals: recordsField('project-approval'),
};
