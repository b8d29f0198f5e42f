// A device that is MQTT.js: publishes each payload once and waits until the gateway has taken it.
// node publish.mjs '{"url", "version", "clientId", "username", "password", "ca", "cert", "key", "topic", "qos", "payloads"}'
// Prints what each acknowledgement said: {"acknowledged": [{"reasonCode", "index"}]}.
import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';

const asked = JSON.parse(process.argv[2]);
const file = name => (asked[name] ? readFileSync(asked[name]) : undefined);
const client = await mqtt.connectAsync(asked.url, {
  protocolVersion: asked.version, clientId: asked.clientId, username: asked.username, password: asked.password,
  ca: file('ca'), cert: file('cert'), key: file('key'), reconnectPeriod: 0, connectTimeout: 10_000,
});
const acknowledged = [];
client.on('packetreceive', packet => {
  if (packet.cmd !== 'puback' && packet.cmd !== 'pubrec') return;
  acknowledged.push({ reasonCode: packet.reasonCode ?? null, index: packet.properties?.userProperties?.['edgegw-index'] ?? null });
});
for (const payload of asked.payloads) await client.publishAsync(asked.topic, payload, { qos: asked.qos });
await client.endAsync();
console.log(JSON.stringify({ acknowledged }));
