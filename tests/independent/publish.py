"""A device that is paho: publishes each payload once and waits until the gateway has taken it.

python3 publish.py '{"host", "port", "version", "clientId", "username", "password", "ca", "cert", "key", "topic", "qos", "payloads"}'
Prints {"acknowledged": n}; exits with 1 and says why where one was not.
"""
import json
import sys

import paho.mqtt.client as mqtt

asked = json.loads(sys.argv[1])
client = mqtt.Client(client_id=asked["clientId"], protocol=mqtt.MQTTv5 if asked["version"] == 5 else mqtt.MQTTv311)
if asked.get("username"):
    client.username_pw_set(asked["username"], asked.get("password"))
if asked.get("ca"):
    client.tls_set(ca_certs=asked["ca"], certfile=asked.get("cert"), keyfile=asked.get("key"))


def connected(client, userdata, flags, reason, properties=None):
    if int(getattr(reason, "value", reason)) != 0:
        print(f"refused: {reason}", file=sys.stderr)
        sys.exit(1)


client.on_connect = connected
client.connect(asked["host"], asked["port"], keepalive=30)
client.loop_start()
acknowledged = 0
for payload in asked["payloads"]:
    message = client.publish(asked["topic"], payload, qos=asked["qos"])
    message.wait_for_publish(timeout=20)
    acknowledged += message.is_published()
client.disconnect()
client.loop_stop()
print(json.dumps({"acknowledged": acknowledged}))
sys.exit(0 if acknowledged == len(asked["payloads"]) else 1)
