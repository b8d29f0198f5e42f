using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EdgeGateway.Evidence;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Receipts for MQTT 3.1.1 clients, whose PUBACK can say nothing: <c>{"index","leafHash","sealedAt"}</c>, or
/// <c>{"rejected":true,"reason"}</c>, on <c>edgegw/v1/{device}/receipt/{packet id}</c>, to those that subscribed. A receipt
/// may arrive before or after the acknowledgement of its packet.
/// </summary>
sealed class Receipts(MqttEvents events)
{
    /// <summary>Receipts on their way to a client that does not acknowledge them.</summary>
    const int MaximumOutstanding = 1000;

    public const int MaximumFilters = 32;

    // Replaced whole: the broker's thread subscribes, the acknowledging one reads.
    volatile Subscription[] _subscriptions = [];
    int _outstanding;

    /// <returns>False when there are too many filters already.</returns>
    public bool TrySubscribe(string filter, MqttQualityOfServiceLevel quality, MqttSessionStatus session)
    {
        var others = Array.FindAll(_subscriptions, subscription => subscription.Filter != filter);
        if (others.Length >= MaximumFilters) return false;
        _subscriptions = [.. others, new Subscription(filter, quality, session)];
        return true;
    }

    public void Unsubscribe(string filter) =>
        _subscriptions = Array.FindAll(_subscriptions, subscription => subscription.Filter != filter);

    /// <summary>The client acknowledged one.</summary>
    public void Acknowledged()
    {
        // A client may acknowledge what it never got.
        if (Interlocked.Decrement(ref _outstanding) < 0) Interlocked.Increment(ref _outstanding);
    }

    /// <returns>False when the client takes its receipts too slowly for the memory that they need.</returns>
    public bool TrySend(Device device, in PendingAcknowledgement pending, in SealOutcome outcome)
    {
        var subscriptions = _subscriptions;
        if (subscriptions.Length == 0 || (pending.Refusal is null && outcome.Index < 0)) return true;

        var topic = string.Create(CultureInfo.InvariantCulture, $"edgegw/v1/{device.Id}/receipt/{pending.PacketId}");
        foreach (var subscription in subscriptions)
        {
            if (MqttTopicFilterComparer.Compare(topic, subscription.Filter) != MqttTopicFilterCompareResult.IsMatch) continue;

            if (Volatile.Read(ref _outstanding) >= MaximumOutstanding) return false;
            var message = new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(Json(pending, outcome)),
                QualityOfServiceLevel = subscription.QualityOfService,
            };
            if (!subscription.Session.TryEnqueueApplicationMessage(message, out _)) return false;
            if (subscription.QualityOfService > MqttQualityOfServiceLevel.AtMostOnce) Interlocked.Increment(ref _outstanding);
            events.ReceiptSent();
            return true;
        }

        return true;
    }

    static byte[] Json(in PendingAcknowledgement pending, in SealOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        if (pending.Refusal is { } refusal)
        {
            json.WriteBoolean("rejected"u8, true);
            json.WriteString("reason"u8, refusal.Text);
        }
        else
        {
            json.WriteNumber("index"u8, outcome.Index);
            json.WriteString("leafHash"u8, outcome.LeafHash.ToString());
            json.WriteString("sealedAt"u8, outcome.SealedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    sealed record Subscription(string Filter, MqttQualityOfServiceLevel QualityOfService, MqttSessionStatus Session);
}
