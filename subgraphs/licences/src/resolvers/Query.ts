import { recordField, recordsField } from '@gnomon/records';

export const Query = {
  licence: recordField('licence'),
  licences: recordsField('licence'),
  licenceDuty: recordField('licence-duty'),
  licenceDuties: recordsField('licence-duty'),
  licenceErrors: recordsField('licence-error'),
};
