import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACTIONS,
  claimClass,
  demoAccounts,
  isWithin,
  maskAddress,
  maskName,
  maskPhone,
  maskResidentId,
  may,
  ROLES,
  scopeOf,
  seesPersonalData,
  type Viewer,
} from '../src/index.ts';

const world = {
  agencies: [{ uscc: '11150000000013338W', name: '示例局', division: '1501' }],
  sources: [{ id: '115', name: '一体化平台' }],
};
const accounts = new Map(
  demoAccounts(world).map((account) => [account.id, { ...account, expiresAt: 1 } satisfies Viewer]),
);
const viewer = (id: string): Viewer => accounts.get(id) as Viewer;

describe('scope', () => {
  it('of a supervisor is its division subtree', () => {
    const scope = scopeOf(viewer('supervisor-hohhot'));
    expect(isWithin(scope, { division: '150105', agency: 'x', source: 'y' })).toBe(true);
    expect(isWithin(scope, { division: '1502', agency: 'x', source: 'y' })).toBe(false);
    expect(isWithin(scope, { division: '15', agency: 'x', source: 'y' })).toBe(false);
  });
  it('of an agency is its own rows, of a source what it pushed', () => {
    expect(
      isWithin(scopeOf(viewer('agency-1')), { division: '1501', agency: '11150000000013338W', source: null }),
    ).toBe(true);
    expect(isWithin(scopeOf(viewer('agency-1')), { division: '1501', agency: 'other', source: null })).toBe(false);
    expect(isWithin(scopeOf(viewer('source-115')), { division: '1501', agency: 'other', source: '115' })).toBe(true);
    expect(isWithin(scopeOf(viewer('source-115')), { division: '1501', agency: 'other', source: '1150' })).toBe(false);
  });
  it('of an administrator and of nobody is empty', () => {
    for (const one of [viewer('operator'), viewer('security-admin'), viewer('audit-admin'), null])
      expect(isWithin(scopeOf(one), { division: '15', agency: 'a', source: 's' })).toBe(false);
  });
  it('never admits a row that lacks what the scope asks for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...accounts.keys()), (id) => {
        expect(isWithin(scopeOf(viewer(id)), { division: null, agency: null, source: null })).toBe(false);
      }),
    );
  });
  it('is one class for equal claims and another for any different one', () => {
    const base = viewer('auditor-region');
    expect(claimClass({ ...base, id: 'someone-else', expiresAt: 99 })).toBe(claimClass(base));
    expect(claimClass({ ...base, division: '1501' })).not.toBe(claimClass(base));
    expect(claimClass({ ...base, purpose: { text: 'case', caseNo: '1' } })).not.toBe(claimClass(base));
  });
});

describe('permissions', () => {
  it('let nobody do anything without signing in', () => {
    for (const action of ACTIONS) expect(may(null, action)).toBe(false);
  });
  it('let only sources push and only supervisors act on cards', () => {
    const holders = (action: (typeof ACTIONS)[number]) =>
      ROLES.filter((role) => may({ ...viewer('operator'), role }, action));
    expect(holders('PUSH_ROWS')).toEqual(['SOURCE']);
    expect(holders('ACT_ON_CARDS')).toEqual(['SUPERVISOR']);
    expect(holders('PUBLISH_REFERENCE')).toEqual(['OPERATOR']);
    expect(holders('MANAGE_ACCOUNTS')).toEqual(['SECURITY_ADMIN']);
    expect(holders('READ_LOG')).toEqual(['AUDITOR', 'AUDIT_ADMIN']);
    expect(holders('READ_CARDS')).not.toContain('SOURCE');
    expect(holders('READ_CARDS')).not.toContain('OPERATOR');
  });
});

describe('the three administrators', () => {
  const ADMINISTRATORS = ['OPERATOR', 'SECURITY_ADMIN', 'AUDIT_ADMIN'] as const;
  const ofRole = (role: (typeof ROLES)[number]): Viewer => ({ ...viewer('operator'), role });
  it('share no action with one another but reading the schema', () => {
    for (const action of ACTIONS.filter((one) => one !== 'INTROSPECT')) {
      const holders = ADMINISTRATORS.filter((role) => may(ofRole(role), action));
      expect(holders.length, action).toBeLessThanOrEqual(1);
    }
  });
  it('read no case, no card and no feed, and see no personal data with whatever purpose', () => {
    const purpose = { text: '核查', caseNo: 'AJ-1' };
    for (const role of ADMINISTRATORS) {
      for (const action of ['READ_CASES', 'READ_CARDS', 'READ_FEED', 'ACT_ON_CARDS'] as const)
        expect(may(ofRole(role), action), `${role} ${action}`).toBe(false);
      expect(seesPersonalData({ ...ofRole(role), purpose }), role).toBe(false);
    }
  });
});

describe('masking', () => {
  it('follows the published forms', () => {
    expect([maskName('张三'), maskName('张小明'), maskName('王'), maskName('')]).toEqual(['张*', '张*明', '*', '']);
    expect(maskResidentId('150102199001011212')).toBe('150102**********12');
    expect(maskPhone('13812345678')).toBe('138****5678');
    expect(maskAddress('内蒙古自治区呼和浩特市赛罕区敕勒川大街1号')).toBe('内蒙古自治区呼和浩特市赛罕区***');
    expect(maskAddress('达拉特旗树林召镇')).toBe('达拉特旗***');
    expect(maskAddress('somewhere')).toBe('***');
  });
  it('never shows the middle of a number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{10,18}$/), (id) => {
        const masked = maskResidentId(id);
        expect(masked).toHaveLength(id.length);
        expect(masked.slice(6, -2)).toMatch(/^\*+$/);
      }),
    );
  });
  it('is lifted by a purpose for agencies and supervisors only', () => {
    const purpose = { text: '核查', caseNo: 'AJ-1' };
    expect(seesPersonalData({ ...viewer('supervisor-region'), purpose })).toBe(true);
    expect(seesPersonalData(viewer('supervisor-region'))).toBe(false);
    expect(seesPersonalData({ ...viewer('auditor-region'), purpose })).toBe(false);
  });
});
