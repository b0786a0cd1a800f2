import { parseProjectCode } from '@gnomon/identifiers';
import {
  type DerivedRecord,
  type DeriveWorld,
  type KeptRow,
  latestRow,
  type RecordDocument,
  type RecordKind,
  type RecordPlace,
} from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import type { Suspension, WorkCalendar } from '@gnomon/working-time';
import { placeOfApproval } from './approval.ts';
import { type ApprovalView, STAGES, suspensionsOf, viewApproval } from './approval-view.ts';
import { beginningClock, waitingClock } from './clock.ts';
import { grantsOf } from './grants.ts';
import { countingClocks, mergeHolding, type Stretch, withoutSuspensions } from './holding.ts';
import type { Predecessor } from './predecessors.ts';
import { standing, textOf, timeOf } from './rows.ts';

/** 工程建设项目: everything that is known under one project code. */
export function projectKind(predecessors: readonly Predecessor[]): RecordKind {
  return { kind: 'project', derive: (document, id, world) => deriveProject(document, id, world, predecessors) };
}

/** A project as its rows tell it. */
export interface ProjectView {
  readonly code: string;
  readonly row: KeptRow | null;
  readonly type: string | null;
  readonly registeredAt: number | null;
  readonly concludedAt: number | null;
  readonly approvals: readonly ApprovalView[];
}

function deriveProject(
  document: RecordDocument,
  code: string,
  world: DeriveWorld,
  predecessors: readonly Predecessor[],
): DerivedRecord | null {
  const project = viewProject(document, code);
  const first = earliest(project.approvals);
  // The register alone knows of many projects that nobody handles yet.
  if (project.row === null && first === null) return null;
  const place = placeOfProject(project, first, world);
  const origin = first?.acceptedAt ?? project.registeredAt ?? project.row?.t ?? first?.row.t ?? 0;
  return {
    place,
    listedAt: origin,
    state: stateOf(project),
    open: project.concludedAt === null,
    subjects: [
      {
        kind: 'project',
        type: 'Project',
        id: code,
        facts: projectFacts(document, project, place, world, predecessors),
        origin,
      },
    ],
    marks: [],
    milestone:
      project.row === null
        ? null
        : { code, type: project.type, registeredAt: project.registeredAt, concludedAt: project.concludedAt },
  };
}

/** Reads the parts of a project's document. */
export function viewProject(document: RecordDocument, code: string): ProjectView {
  const row = latestRow(document.project) ?? null;
  const register = latestRow(document.register) ?? null;
  return {
    code,
    row,
    type: row === null ? null : textOf(row, 'project_type'),
    registeredAt: (register && timeOf(register, 'registered_at')) ?? (row && timeOf(row, 'registered_at')),
    concludedAt: row && timeOf(row, 'concluded_at'),
    approvals: standing(document, 'approvals').map(viewApproval),
  };
}

function earliest(approvals: readonly ApprovalView[]): ApprovalView | null {
  const rank = ({ acceptedAt }: ApprovalView): number => acceptedAt ?? Number.POSITIVE_INFINITY;
  return approvals.reduce<ApprovalView | null>(
    (best, one) => (best === null || rank(one) < rank(best) ? one : best),
    null,
  );
}

/** With its lead body; until the project's own row has come, with the agency of its first approval. */
function placeOfProject(project: ProjectView, first: ApprovalView | null, world: DeriveWorld): RecordPlace {
  if (project.row === null && first !== null) return { ...placeOfApproval(first, world), item: null };
  const lead = (project.row && textOf(project.row, 'lead_body')) ?? '';
  const agency = world.agency(lead);
  return {
    agency: lead,
    division: (project.row && textOf(project.row, 'division')) ?? agency?.division ?? '',
    department: agency?.department ?? '',
    item: null,
  };
}

/** The furthest stage in which an approval was accepted, or how it stands otherwise. */
function stateOf(project: ProjectView): string {
  if (project.concludedAt !== null) return 'CONCLUDED';
  return STAGES.findLast((stage) => project.approvals.some((approval) => approval.stage === stage)) ?? 'REGISTERED';
}

/** The stretches in which agencies hold files of a project, whole and by stage, with the caps that bind them. */
export interface ProjectTimes {
  readonly cap: number | undefined;
  readonly held: readonly Stretch[];
  readonly stages: readonly {
    readonly id: string;
    readonly name: (typeof STAGES)[number];
    readonly open: boolean;
    readonly cap: number | undefined;
    readonly held: readonly Stretch[];
  }[];
}

/** @param constants of the dictionary `project`: the caps by type */
export function projectTimes(
  document: RecordDocument,
  project: ProjectView,
  constants: Readonly<Record<string, number>>,
): ProjectTimes {
  const caps = capsOf(project.type, constants);
  const suspensions = standing(document, 'suspensions');
  const held = (approvals: readonly ApprovalView[]): readonly Stretch[] =>
    mergeHolding(approvals.flatMap((approval) => heldFor(approval, suspensionsOf(approval, suspensions))));
  const stages = STAGES.map((name, index) => {
    const approvals = project.approvals.filter(({ stage }) => stage === name);
    return {
      id: String(index + 1),
      name,
      approvals,
      open: approvals.some(({ open }) => open),
      cap: caps(`stage${index + 1}`),
      held: held(approvals),
    };
  }).filter(({ approvals }) => approvals.length > 0);
  return { cap: caps('total'), held: held(project.approvals), stages };
}

function heldFor({ acceptedAt, finishedAt }: ApprovalView, suspensions: readonly Suspension[]): readonly Stretch[] {
  return acceptedAt === null ? [] : withoutSuspensions({ from: acceptedAt, to: finishedAt }, suspensions);
}

function projectFacts(
  document: RecordDocument,
  project: ProjectView,
  place: RecordPlace,
  world: DeriveWorld,
  predecessors: readonly Predecessor[],
): Facts {
  const calendar = world.calendarFor(place.division);
  const { cap, held, stages } = projectTimes(document, project, world.constants('project'));
  return {
    type: project.type ?? undefined,
    open: project.concludedAt === null,
    cap,
    codeWellFormed: parseProjectCode(project.code).ok,
    inRegister: project.registeredAt !== null,
    holding: clocked(held, cap, calendar, ''),
    stages: stages.map(({ id, name, open, cap: own }) => ({ id, name, cap: own, open })),
    stageHolding: stages.flatMap((stage) =>
      clocked(stage.held, stage.cap, calendar, `${stage.id}-`).map((stretch) => ({ ...stretch, stage: stage.id })),
    ),
    handled: project.approvals.map((approval) => handledFacts(approval, project, calendar)),
    grants: grantsOf(document, project, predecessors, calendar),
    ...jointAcceptanceFacts(document, calendar),
  };
}

/** Caps of a project type by name: `total`, `stage1` … from the constants of the dictionary; unknown outside 1–366. */
function capsOf(
  type: string | null,
  constants: Readonly<Record<string, number>>,
): (name: string) => number | undefined {
  const suffix = (type ?? '').replace(
    /(?:^|_)([A-Z])([A-Z]*)/g,
    (_, first: string, rest: string) => first + rest.toLowerCase(),
  );
  return (name) => {
    const cap = type === null ? undefined : constants[`${name}${suffix}`];
    return cap !== undefined && Number.isInteger(cap) && cap >= 1 && cap <= 366 ? cap : undefined;
  };
}

function clocked(stretches: readonly Stretch[], limit: number | undefined, calendar: WorkCalendar, prefix: string) {
  return countingClocks(stretches, limit, calendar).map(({ clock }, index) => ({ id: `${prefix}${index + 1}`, clock }));
}

function handledFacts(approval: ApprovalView, project: ProjectView, calendar: WorkCalendar): Facts {
  const { registeredAt } = project;
  const { finishedAt, granted } = approval;
  return {
    id: approval.id,
    open: approval.open,
    granted,
    sinceGrant: granted && finishedAt !== null ? beginningClock(finishedAt) : undefined,
    grantedBeforeRegister: granted && registeredAt !== null && finishedAt !== null && finishedAt < registeredAt,
    registerWait: waitingClock(calendar, approval.acceptedAt, registeredAt),
  };
}

/** A joint acceptance as its rows tell it, with the stretches in which the bodies hold it: rectification is taken out. */
export interface JointAcceptanceView {
  readonly id: string;
  readonly acceptedAt: number | null;
  readonly opinionAt: number | null;
  readonly held: readonly Stretch[];
}

export function jointAcceptancesOf(document: RecordDocument): readonly JointAcceptanceView[] {
  const pauses = standing(document, 'rectifications');
  return standing(document, 'jointAcceptances').map((row) => {
    const id = textOf(row, 'acceptance_no') ?? row.g;
    const [acceptedAt, opinionAt] = [timeOf(row, 'accepted_at'), timeOf(row, 'opinion_at')];
    const own = pauses.flatMap((pause) => {
      const from = timeOf(pause, 'from_at');
      return from !== null && textOf(pause, 'acceptance_no') === id ? [{ from, to: timeOf(pause, 'to_at') }] : [];
    });
    const held = acceptedAt === null ? [] : withoutSuspensions({ from: acceptedAt, to: opinionAt }, own);
    return { id, acceptedAt, opinionAt, held };
  });
}

function jointAcceptanceFacts(document: RecordDocument, calendar: WorkCalendar): Facts {
  const acceptances = jointAcceptancesOf(document);
  return {
    jointAcceptances: acceptances.map(({ id, opinionAt }) => ({ id, open: opinionAt === null })),
    jointHolding: acceptances.flatMap(({ id, acceptedAt, held }) =>
      acceptedAt === null
        ? [{ id: `${id}-0`, acceptance: id }]
        : // The rule gives the limits itself; the clock's own of one day only sets its scale.
          clocked(held, 1, calendar, `${id}-`).map((stretch) => ({ ...stretch, acceptance: id })),
    ),
  };
}
