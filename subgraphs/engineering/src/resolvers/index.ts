import { linkedFields, subjectFields } from '@gnomon/records';
import { Project } from './Project.ts';
import { ProjectApproval } from './ProjectApproval.ts';
import { Query } from './Query.ts';

/** Resolvers of the domain's own types; what every domain of records has comes from `@gnomon/records`. */
export const resolvers = {
  Query,
  WorkItem: linkedFields('workItem', { approvals: 'project-approval' }),
  Project,
  ProjectApproval,
  EngineeringAgencyMonth: subjectFields('engineering-agency-month'),
  EngineeringAgency: subjectFields('engineering-agency'),
};
