import type { RecordKind } from '@gnomon/records';
import { appointment } from './appointment.ts';
import { centreFinding } from './centre-finding.ts';
import { centreTicket } from './centre-ticket.ts';
import { deviceDay } from './device-day.ts';
import { handledItem } from './handled-item.ts';
import { queueTicket } from './queue-ticket.ts';
import { stationActivity, stationPlan } from './station.ts';
import { windowDay } from './window-day.ts';

/** The kinds of records of the domain. */
export const RECORDS: readonly RecordKind[] = [
  windowDay,
  deviceDay,
  queueTicket,
  appointment,
  centreFinding,
  centreTicket,
  stationPlan,
  stationActivity,
  handledItem,
];
