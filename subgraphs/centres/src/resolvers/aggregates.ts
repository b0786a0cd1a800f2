import { subjectFields } from '@gnomon/records';
import { centreOf } from './listed.ts';

/** Aggregates: what is not said here is common to all judged subjects. Those of a centre begin with its identity. */
const ofCentre = (kind: string) => ({ ...subjectFields(kind), centre: centreOf });

export const CentreDay = ofCentre('centre-day');
export const CentreGroupDay = ofCentre('centre-group-day');
export const CentreMonth = ofCentre('centre-month');
export const StationMonth = ofCentre('station-month');
export const StationQuarter = ofCentre('station-quarter');
export const CentreAgencyMonth = subjectFields('centre-agency-month');
export const CentreAgency = subjectFields('centre-agency');
