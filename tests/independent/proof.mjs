// node proof.mjs PROOF LEAF VKEY checks a .tlog-proof with @sigstore/verify, which nobody here wrote: the checkpoint's
// signature and the way from the leaf to its root.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { verifyCheckpoint } = require('@sigstore/verify/dist/tlog/checkpoint.js');
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js');

const [proofFile, leafFile, vkey] = process.argv.slice(2);
const [name, hash, ...rest] = vkey.split('+');
const key = Buffer.from(rest.join('+'), 'base64');

// An Ed25519 key as SubjectPublicKeyInfo: the fixed beginning and the 32 bytes behind the vkey's type byte.
const publicKey = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)]), format: 'der', type: 'spki' });

const text = readFileSync(proofFile, 'utf8');
const head = text.slice(0, text.indexOf('\n\n')).split('\n');
const entry = {
  canonicalizedBody: readFileSync(leafFile),
  inclusionProof: {
    logIndex: head.find((line) => line.startsWith('index ')).slice('index '.length),
    hashes: head.slice(head.findIndex((line) => line.startsWith('index ')) + 1).map((line) => Buffer.from(line, 'base64')),
    checkpoint: { envelope: text.slice(text.indexOf('\n\n') + 2) },
  },
};

try {
  const checkpoint = verifyCheckpoint(entry, [{ logID: Buffer.from(hash, 'hex'), baseURL: name, publicKey }]);
  verifyMerkleInclusion(entry, checkpoint);
  console.log(`OK: entry ${entry.inclusionProof.logIndex} of ${checkpoint.origin}, which has ${checkpoint.logSize}`);
} catch (error) {
  console.log(`FAILED: ${error.message}`);
  process.exitCode = 1;
}
