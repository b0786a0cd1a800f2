export { runDemo } from './demo.ts';
export { DEMO_SEED, demoCalendar, demoCast, demoViewers, demoWorldAccounts } from './demo-world.ts';
export { importHistory } from './import-history.ts';
export { type Hub, type HubOptions, openHub } from './open-hub.ts';
export { publishWorld, type World } from './publish-world.ts';
export { type PushAccount, pushArrivals } from './push-arrivals.ts';
