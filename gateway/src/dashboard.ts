/** What a dashboard's client needs: the documents with their types, and how to read their answers. */
export type * from '../generated/documents.ts';
export { type AgencyDensity, asOfsOf, cardDensityOf, type Hole, holesOf } from './dashboard-answers.ts';
export {
  type DashboardDocument,
  type DashboardDocuments,
  DOCUMENTS_FOLDER,
  dashboardTexts,
  readDashboardDocuments,
} from './dashboard-documents.ts';
