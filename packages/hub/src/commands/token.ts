import { openIssuer } from '@gnomon/identity';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { demoWorldAccounts } from '../demo-world.ts';

const TTL_SECONDS = 12 * 3600;

/** `pnpm token`: lists the demonstration accounts; `pnpm token ACCOUNT`: prints a token of twelve hours for one. */
async function main(name: string | undefined): Promise<number> {
  const accounts = demoWorldAccounts();
  if (name === undefined) {
    process.stdout.write('演示账号 Demonstration accounts（pnpm token 账号 prints a token）:\n');
    for (const account of accounts) {
      const scope = account.division ?? account.agency ?? account.sources.join(',');
      process.stdout.write(
        `  ${account.id.padEnd(22)} ${account.role.padEnd(11)} ${scope.padEnd(19)} ${account.name.zh}  ${account.name.en}\n`,
      );
    }
    return 0;
  }
  const account = accounts.find((one) => one.id === name);
  if (account === undefined) {
    const near = accounts
      .filter((one) => one.id.startsWith(name.slice(0, 6)))
      .slice(0, 5)
      .map((one) => one.id);
    process.stderr.write(
      `没有账号 ${name}；运行 pnpm token 查看全部${near.length > 0 ? `，例如 ${near.join('、')}` : ''}\nThere is no account ${name}; run pnpm token without an argument for the list\n`,
    );
    return 2;
  }
  const settings = readEnvironment(process.env, 4000);
  const issuer = await openIssuer(settings.identityFolder);
  process.stdout.write(`${await issuer.issueToken(account, { ttlSeconds: TTL_SECONDS })}\n`);
  return 0;
}

process.exitCode = await main(process.argv[2]);
