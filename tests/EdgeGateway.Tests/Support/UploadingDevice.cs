using System.Globalization;
using System.Text;

namespace EdgeGateway.Tests.Support;

/// <summary>A device that sends one upload, and keeps the receipts that come between the acknowledgements.</summary>
sealed class UploadingDevice(MqttSocket socket, string device, string upload) : IDisposable
{
    const int PublishType = 3;
    const int PubAck = 4;
    const int SubAck = 9;

    readonly Queue<string> _receipts = [];

    public static async Task<UploadingDevice> SignInAsync(int port, string device, string upload, string secret, bool version5)
    {
        var socket = await E2eMqtt.SignInAsync(port, device, secret, version5);
        await socket.SendAsync(MqttPackets.Subscribe(9, version5, ($"edgegw/v1/{device}/receipt/#", 0)));
        Assert.Equal(SubAck, (await socket.ReceiveAsync())!.Type);
        return new UploadingDevice(socket, device, upload);
    }

    /// <summary>Publishes with QoS 1 and waits for the acknowledgement.</summary>
    public async Task PublishAsync(string topic, byte[] payload, ushort id, int reason = 0)
    {
        await socket.SendAsync(MqttPackets.Publish($"edgegw/v1/{device}/media/{upload}/{topic}", payload, id: id, properties: socket.Version5 ? [] : null));
        while (true)
        {
            var answer = await socket.ReceiveAsync();
            Assert.NotNull(answer);
            if (answer.Type == PublishType)
            {
                Keep(answer.Body);
                continue;
            }

            Assert.Equal((PubAck, id), (answer.Type, answer.Id));
            Assert.Equal(reason, answer.Body.Length > 2 ? answer.Body[2] : 0);
            return;
        }
    }

    /// <summary>The next receipt of the upload.</summary>
    public async Task<string> ToldAsync()
    {
        while (_receipts.Count == 0)
        {
            var answer = await socket.ReceiveAsync();
            Assert.Equal(PublishType, answer!.Type);
            Keep(answer.Body);
        }

        return _receipts.Dequeue();
    }

    public void Dispose() => socket.Dispose();

    void Keep(byte[] publish)
    {
        var length = (publish[0] << 8) | publish[1];
        var last = Encoding.UTF8.GetString(publish, 2, length).Split('/')[^1];
        if (last == upload) _receipts.Enqueue(Encoding.UTF8.GetString(publish.AsSpan(2 + length + (socket.Version5 ? 1 : 0))));

        // MQTT 3.1.1 clients get others for packets.
        else Assert.True(ushort.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out _), last);
    }
}
