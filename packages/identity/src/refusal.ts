/** Why a token was not accepted. One list, so that clients can rely on the codes. */
export const TOKEN_REFUSALS = {
  TOKEN_MISSING: {
    zh: '未登录：请求缺少令牌。请在 Authorization 头中以 “Bearer 令牌” 形式提供。',
    en: 'Not signed in: the request has no token. Send it in the Authorization header as "Bearer <token>".',
  },
  TOKEN_MALFORMED: {
    zh: '令牌格式不正确：应为三段式 JWT。请重新获取令牌。',
    en: 'The token is malformed: a JWT of three parts was expected. Get a new token.',
  },
  TOKEN_SIGNATURE: {
    zh: '令牌签名无效：不是由受信任的签发方签发。请从本平台或已登记的身份服务获取令牌。',
    en: 'The signature of the token is not valid: no trusted issuer signed it. Get one from this hub or a registered identity service.',
  },
  TOKEN_EXPIRED: { zh: '令牌已过期。请重新登录。', en: 'The token has expired. Sign in again.' },
  TOKEN_ENDED: {
    zh: '令牌已被终止或账号已被锁定。请联系安全管理员；账号解锁后须重新登录。',
    en: 'The token was ended or the account is locked. Ask the security administrator; sign in again once it is unlocked.',
  },
  TOKEN_AUDIENCE: {
    zh: '令牌不是签发给本平台的（签发方或受众不符）。请为本平台重新申请令牌。',
    en: 'The token was not issued for this hub (issuer or audience differs). Ask for a token for this hub.',
  },
  TOKEN_CLAIMS: {
    zh: '令牌内容不完整或无法识别（角色、层级、机构、区划）。请联系身份服务管理员核对。',
    en: 'The claims of the token are incomplete or unknown (role, tier, agency, division). Ask the identity service to check them.',
  },
  TOKEN_ROLES: {
    zh: '令牌同时载有互斥的角色。系统管理员、安全管理员、审计管理员与业务角色不得由同一账号兼任，请联系身份服务管理员更正。',
    en: 'The token has roles that exclude one another. Administrators and those who handle cases are different persons; ask the identity service to correct it.',
  },
} as const;
export type TokenRefusalCode = keyof typeof TOKEN_REFUSALS;

/** A token that was refused; carries the code and the message in both languages, never the token itself. */
export class TokenRefused extends Error {
  readonly code: TokenRefusalCode;
  readonly messageZh: string;
  readonly detail: string | null;

  constructor(code: TokenRefusalCode, detail: string | null = null, cause?: unknown) {
    super(detail === null ? TOKEN_REFUSALS[code].en : `${TOKEN_REFUSALS[code].en} (${detail})`, { cause });
    this.name = 'TokenRefused';
    this.code = code;
    this.messageZh = TOKEN_REFUSALS[code].zh;
    this.detail = detail;
  }
}
