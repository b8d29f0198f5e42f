// node token.mjs REPLY DATA CA checks an RFC 3161 reply (DER) over a file with pkijs, which nobody here wrote: the
// imprint, the signature, and the signer's certificate up to the CA (PEM).
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import * as pkijs from 'pkijs';

const [replyFile, dataFile, caFile] = process.argv.slice(2);
pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto }));
const bytes = (buffer) => buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
const pem = readFileSync(caFile, 'latin1').match(/-----BEGIN CERTIFICATE-----([^-]+)-----END/)[1];

try {
  const reply = pkijs.TimeStampResp.fromBER(bytes(readFileSync(replyFile)));
  const good = await reply.verify({
    signer: 0,
    trustedCerts: [pkijs.Certificate.fromBER(bytes(Buffer.from(pem, 'base64')))],
    data: bytes(readFileSync(dataFile)),
    checkChain: true,
  });
  if (!good) throw new Error('the signature does not hold');
  const signed = new pkijs.SignedData({ schema: reply.timeStampToken.content });
  const info = pkijs.TSTInfo.fromBER(signed.encapContentInfo.eContent.getValue());
  console.log(`OK: ${info.genTime.toISOString()}`);
} catch (error) {
  console.log(`FAILED: ${error.message}`);
  process.exitCode = 1;
}
