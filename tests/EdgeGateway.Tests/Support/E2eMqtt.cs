using System.Globalization;
using System.Text;

namespace EdgeGateway.Tests.Support;

/// <summary>A device's own connection to a running gateway, byte by byte (<see cref="MqttSocket"/>), and Debian's clients.</summary>
static class E2eMqtt
{
    const int PubAck = 4;

    public static async Task<MqttSocket> SignInAsync(int port, string device, string secret, bool version5 = false)
    {
        var socket = await MqttSocket.OpenAsync(port);
        socket.Version5 = version5;
        await socket.SendAsync(MqttPackets.Connect(device, secret: secret, version5: version5));
        var answer = await socket.ReceiveAsync();
        Assert.True(answer is { Type: 2 } && answer.Body[1] == 0, $"No CONNACK that lets in: {answer}");
        return socket;
    }

    /// <summary>Publishes with QoS 1 and waits for the acknowledgement of just that packet.</summary>
    public static async Task PublishAsync(this MqttSocket socket, string topic, byte[] payload, ushort id = 1)
    {
        await socket.SendAsync(MqttPackets.Publish(topic, payload, id: id, properties: socket.Version5 ? [] : null));
        await socket.AcknowledgedAsync(id);
    }

    public static async Task AcknowledgedAsync(this MqttSocket socket, ushort id)
    {
        var answer = await socket.ReceiveAsync();
        Assert.True(answer is { Type: PubAck } && answer.Id == id, $"No PUBACK of {id}: {answer}");
        if (socket.Version5 && answer.Body.Length > 2) Assert.Equal(0, answer.Body[2]);
    }

    /// <summary>So many events <c>NAME-1</c>, <c>NAME-2</c>, … one behind the other, each acknowledged.</summary>
    public static async Task PublishManyAsync(this MqttSocket socket, string device, string name, int count, int padding = 0)
    {
        const int window = 200;
        for (var n = 1; n <= count; n++)
        {
            var payload = Encoding.UTF8.GetBytes(Event($"{name}-{n}", padding));
            await socket.SendAsync(MqttPackets.Publish($"edgegw/v1/{device}/event/capture", payload, id: (ushort)n, properties: socket.Version5 ? [] : null));
            if (n > window) await socket.AcknowledgedAsync((ushort)(n - window));
        }

        for (var n = Math.Max(1, count - window + 1); n <= count; n++) await socket.AcknowledgedAsync((ushort)n);
    }

    public static string Event(string eventId, int padding = 0) =>
        $$"""{"eventId":"{{eventId}}","capturedAt":"2026-11-20T08:00:00+08:00","plate":"\u4eacA12345","padding":"{{new string('x', padding)}}"}""";

    /// <summary>Debian's publisher, QoS 1: it ends with 0 once it has its acknowledgement.</summary>
    public static Task<E2eResult> MosquittoAsync(
        int port, string device, string secret, string topic, string file, string version = "5", params string[] more) =>
        E2eCommand.RunAsync("mosquitto_pub",
        [
            "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-V", version, "-i", device, "-u", device, "-P", secret, "-q", "1",
            "-t", topic, "-f", file, .. more,
        ]);
}
