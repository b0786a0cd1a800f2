import { CitizenClock } from '../citizen/standing.ts';
import { cardNotices, Notice, noticeMutations, noticeQueries } from '../notices/resolvers.ts';
import { watchFeed, watchQueries } from '../watch/resolvers.ts';
import { Appeal, cardAppeals } from './Appeal.ts';
import { actMutations, actQueries } from './acts.ts';
import { appealMutations } from './appeal-mutations.ts';
import { appealQueries } from './appeal-queries.ts';
import { Card, CardEvent } from './Card.ts';
import { clueMutations, clueQueries } from './clues.ts';
import { cardDeadlines, duties } from './Duty.ts';
import {
  Commendation,
  CommendationEligibility,
  FeedbackReport,
  reportMutations,
  reportQueries,
} from './FeedbackReport.ts';
import { cardLife, lifeMutations } from './life.ts';
import { MatterRecord } from './Matter.ts';
import { Mutation } from './Mutation.ts';
import { Outage } from './Outage.ts';
import { Query } from './Query.ts';
import { Receipt } from './Receipt.ts';
import { Signal } from './Signal.ts';
import { Subject, subjectResolvers, Verdict } from './Subject.ts';
import { Subscription, SupervisionEvent } from './Subscription.ts';
import { ReportTalk, reportTalk, talkMutations } from './talks.ts';
import { Warning } from './Warning.ts';

/** All resolvers, by type. The results of mutations carry their type's name. */
export const resolvers = {
  ...subjectResolvers,
  Query: {
    ...Query,
    ...watchQueries,
    duties,
    ...actQueries,
    ...clueQueries,
    ...appealQueries,
    ...noticeQueries,
    ...reportQueries,
  },
  Mutation: {
    ...Mutation,
    ...lifeMutations,
    ...appealMutations,
    ...actMutations,
    ...clueMutations,
    ...noticeMutations,
    ...reportMutations,
    ...talkMutations,
  },
  Subscription: { ...Subscription, watchFeed },
  SupervisionEvent,
  Card: {
    ...subjectResolvers.Card,
    ...Card,
    deadlines: cardDeadlines,
    ...cardLife,
    ...cardAppeals,
    notices: cardNotices,
  },
  CardEvent,
  Appeal,
  Outage,
  Warning,
  Signal,
  Receipt,
  MatterRecord,
  Verdict,
  Subject,
  CardProblem: Subject,
  WarningProblem: Subject,
  ActProblem: Subject,
  CitizenClock,
  Notice,
  NoticeProblem: Subject,
  FeedbackReport: { ...subjectResolvers.FeedbackReport, ...FeedbackReport, talk: reportTalk },
  ReportTalk,
  Commendation,
  CommendationEligibility,
  ReportProblem: Subject,
};
