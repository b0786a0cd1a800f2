export { findEnvelopes, ReceiptFileError, readEnvelopes, verifyReceiptFile, verifyReceiptText } from './verify-file.ts';
