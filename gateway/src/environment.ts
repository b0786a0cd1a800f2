import { join, resolve } from 'node:path';
import {
  createAssertions,
  createVerifier,
  type OidcIssuer,
  openIssuer,
  openKeyring,
  readOidc,
  type TrustedIssuer,
} from '@gnomon/identity';

/** What a gateway alone reads from its environment. */
export interface GatewaySettings {
  readonly port: number;
  readonly host: string;
  /** Folder of the built-in issuer's key: the same `GNOMON_HOME` as that of the subgraphs. */
  readonly identityFolder: string;
  /** Shared with the subgraphs, so that they believe who asks. */
  readonly internalSecret: string;
  /** An identity service instead of the built-in issuer. */
  readonly oidc: OidcIssuer | null;
  /** Addresses that differ from those in the supergraph, by subgraph. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  readonly logLevel: string;
}
type Environment = Readonly<Record<string, string | undefined>>;
const DEFAULT_PORT = 4000;

/** @throws {Error} naming the variable, what was expected and what came, in both languages. */
export function readGatewayEnvironment(env: Environment): GatewaySettings {
  const port = Number(env.PORT || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw wrong('PORT', '0 至 65535 的整数', 'an integer from 0 to 65535', env.PORT);
  const { GNOMON_INTERNAL_SECRET: internalSecret } = env;
  if (!internalSecret)
    throw wrong(
      'GNOMON_INTERNAL_SECRET',
      '与各领域相同的共享密钥',
      'the secret that the subgraphs were started with',
      internalSecret,
    );
  return {
    port,
    host: env.HOST || '127.0.0.1',
    identityFolder: join(resolve(env.GNOMON_HOME || '.gnomon'), 'identity'),
    internalSecret,
    oidc: readOidc(env),
    subgraphUrls: readSubgraphs(env.GNOMON_SUBGRAPHS),
    logLevel: env.LOG_LEVEL || 'info',
  };
}

/** Who is trusted: the OIDC issuer where one is set, the built-in one otherwise. */
export async function openGatewayTrust(settings: GatewaySettings) {
  const trusted: TrustedIssuer = settings.oidc
    ? { kind: 'oidc', ...settings.oidc }
    : { kind: 'builtin', publicKey: (await openIssuer(settings.identityFolder)).publicKey };
  const purpose = openKeyring(settings.identityFolder).publicKeyOf('purpose');
  const verifier = createVerifier([trusted, { kind: 'purpose', publicKey: purpose }]);
  return { verifier, assertions: createAssertions(settings.internalSecret) };
}

/** Reverse proxies whose word on the visitor's address is believed (`GNOMON_TRUSTED_PROXIES`): part of fastify's options. */
export function trustedProxies(env: Environment): { readonly trustProxy?: string[] } {
  const list = env.GNOMON_TRUSTED_PROXIES;
  return list ? { trustProxy: list.split(',').map((one) => one.trim()) } : {};
}

/** `registry=http://10.0.0.1:4101/graphql,work-items=…` */
function readSubgraphs(value: string | undefined): ReadonlyMap<string, string> {
  const entries = (value ?? '').split(',').filter((entry) => entry.trim() !== '');
  return new Map(
    entries.map((entry) => {
      const [name, url] = entry.trim().split(/=(.*)/s, 2);
      if (!name || !url || !URL.canParse(url))
        throw wrong('GNOMON_SUBGRAPHS', '名称=地址，以逗号分隔', 'name=address, separated by commas', entry);
      return [name, url] as const;
    }),
  );
}

function wrong(name: string, zh: string, en: string, came: string | undefined): Error {
  return new Error(
    `${name} 应为${zh} · ${name}: expected ${en}, ${came === undefined ? 'nothing' : JSON.stringify(came)} came`,
  );
}
