import { maskPhone, type Viewer } from '@gnomon/identity';
import type { ChannelName } from './words.ts';

/** An address as it is shown as evidence: enough to know it again, too little to use it. */
export function maskNoticeAddress(channel: ChannelName, address: string): string {
  switch (channel) {
    case 'EMAIL':
      return `${address.slice(0, 1)}***${address.slice(address.lastIndexOf('@'))}`;
    case 'WEBHOOK':
      // The path of a webhook is often its password.
      return `${new URL(address).origin}/***`;
    case 'SMS':
      return maskPhone(address);
    case 'GOV_MESSAGE':
      return `${address.slice(0, 1)}***`;
  }
}

/** Whether the viewer keeps lists, and so reads whole addresses; which lists is the scope's matter. */
export function readsAddresses(viewer: Viewer): boolean {
  return viewer.role === 'SUPERVISOR' || (viewer.role === 'AGENCY' && viewer.post === 'CHIEF');
}
