import type { Bilingual } from '@gnomon/rule-engine';
import type { CardLevel, CardState, Domain, FeedKind } from '../words.ts';

const name = (zh: string, en: string): Bilingual => ({ zh, en });

/** What happened, as people read it. */
export const KIND_NAMES: Readonly<Record<FeedKind, Bilingual>> = {
  WARNING_ISSUED: name('预警', 'Warning'),
  WARNING_RESOLVED: name('预警解除', 'Warning resolved'),
  WARNING_TURNED: name('预警转牌', 'Warning turned into a card'),
  WARNING_WITHDRAWN: name('预警撤回', 'Warning withdrawn'),
  WARNING_ACKNOWLEDGED: name('预警已知悉', 'Warning acknowledged'),
  WARNING_EXPIRED: name('预警失效', 'Warning expired'),
  ISSUED: name('发牌', 'Card issued'),
  HELD: name('牌待确认', 'Card held for confirmation'),
  CONFIRMED: name('确认发牌', 'Card confirmed and issued'),
  DECLINED: name('不予发牌', 'Card declined'),
  SUPERSEDED: name('牌被取代', 'Card superseded'),
  WITHDRAWN: name('牌撤回', 'Card withdrawn'),
  REINSTATED: name('牌恢复', 'Card reinstated'),
  CONDITION_ENDED: name('触发条件已消除', 'Condition ended'),
  RECURRED: name('触发条件再现', 'Condition recurred'),
  LINKED: name('优先判牌关联', 'Card linked'),
  ISSUED_BY_HAND: name('人工发牌', 'Card issued by hand'),
  SIGNED: name('签收', 'Signed'),
  ACCEPTED: name('认领', 'Accepted'),
  ACCEPTED_BY_SILENCE: name('逾期未答复视为认领', 'Accepted by silence'),
  APPEALED: name('申诉', 'Appealed'),
  APPEAL_SUSTAINED: name('申诉维持', 'Sustained on appeal'),
  APPEAL_REVOKED: name('申诉撤销', 'Revoked on appeal'),
  APPEAL_DOWNGRADED: name('申诉降级', 'Downgraded on appeal'),
  APPEAL_EXTENDED: name('延长申诉研判期限', 'Time for judging the appeal extended'),
  PLAN_SUBMITTED: name('提交整改方案', 'Plan handed in'),
  PLAN_RETURNED: name('退回整改方案', 'Plan returned'),
  PLAN_APPROVED: name('整改方案通过', 'Plan approved'),
  PROGRESS_REPORTED: name('反馈整改进度', 'Progress reported'),
  EXTENSION_ASKED: name('申请延期', 'Extension asked for'),
  EXTENSION_GRANTED: name('同意延期', 'Extension granted'),
  EXTENSION_REFUSED: name('不同意延期', 'Extension refused'),
  RESULT_REPORTED: name('报送整改结果', 'Result handed in'),
  RESULT_SENT_BACK: name('退回整改结果', 'Result sent back'),
  CLOSED: name('复核销号', 'Reviewed and closed'),
  FALSE_REPORT_FOUND: name('查实虚假整改', 'False report found'),
  RAISED: name('黄牌升为红牌', 'Raised from yellow to red'),
  ESCALATED: name('移交上级督办', 'Handed to the tier above'),
  ORDERED: name('督办', 'Supervision order'),
  CANCELLED: name('取消', 'Cancelled'),
  EXEMPTED: name('豁免', 'Exempted'),
};

/** Levels, as people read them. */
export const LEVEL_NAMES: Readonly<Record<CardLevel | 'WARNING', Bilingual>> = {
  WARNING: name('预警', 'warning'),
  YELLOW: name('黄牌', 'yellow card'),
  RED: name('红牌', 'red card'),
};

/** States of a card, as people read them. */
export const STATE_NAMES: Readonly<Record<CardState, Bilingual>> = {
  DRAFT: name('待发', 'held'),
  ISSUED: name('已发', 'issued'),
  SIGNED: name('已签收', 'signed'),
  ACCEPTED: name('已认领', 'accepted'),
  APPEALED: name('申诉中', 'appealed'),
  SUSTAINED: name('申诉后维持', 'sustained on appeal'),
  PLANNED: name('方案待审', 'plan handed in'),
  RECTIFYING: name('整改中', 'rectifying'),
  RESULT_IN: name('结果待复核', 'result handed in'),
  CLOSED: name('已销号', 'closed'),
  REVOKED: name('申诉后撤销', 'revoked on appeal'),
  DOWNGRADED: name('申诉后降级', 'downgraded on appeal'),
  EXEMPTED: name('已豁免', 'exempted'),
  CANCELLED: name('已取消', 'cancelled'),
  SUPERSEDED: name('已被取代', 'superseded'),
  WITHDRAWN: name('已撤回', 'withdrawn'),
  DECLINED: name('不予发牌', 'declined'),
};

/** Domains of supervision, as people read them. */
export const DOMAIN_NAMES: Readonly<Record<Domain, Bilingual>> = {
  DATA_PUSH: name('数据推送', 'data push'),
  WORK_ITEM: name('事项办理', 'item handling'),
  LICENCE: name('电子证照', 'electronic licences'),
  REVIEW: name('“好差评”', 'reviews'),
  BUNDLE: name('高效办成一件事', 'bundles of services'),
  ENGINEERING: name('工程建设项目审批', 'approval of engineering projects'),
  CENTRE: name('政务服务中心运行', 'service centres'),
  LOOP: name('监督闭环', 'the loop of accountability'),
  CONTRADICTION: name('跨域矛盾', 'contradictions between records'),
};
