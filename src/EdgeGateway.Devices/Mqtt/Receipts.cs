using System.Buffers;
using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Uploads;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Receipts on <c>edgegw/v1/{device}/receipt/{packet id}</c> for MQTT 3.1.1 clients, whose PUBACK can say nothing, and on
/// <c>edgegw/v1/{device}/receipt/{upload}</c> for all that send media in chunks (<see cref="ReceiptJson"/>); to those that subscribed. A
/// receipt may arrive before or after the acknowledgement of its packet.
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
        if (_subscriptions.Length == 0 || (pending.Refusal is null && outcome.Index < 0)) return true;

        return TrySend(Topic(device, pending.PacketId.ToString(CultureInfo.InvariantCulture)), ReceiptJson.Of(pending, outcome));
    }

    /// <summary>
    /// Tells what became of an upload; safe for any number of threads, also when the connection is at its end. A receipt that does not
    /// arrive is given again when the manifest comes again.
    /// </summary>
    public void Send(Device device, string upload, UploadAnswer answer) => TrySend(Topic(device, upload), ReceiptJson.Of(answer));

    /// <summary>From here on there is nobody to tell.</summary>
    public void Close() => _subscriptions = [];

    /// <param name="last">A packet's id, or an upload's name.</param>
    public static string Topic(Device device, string last) => $"edgegw/v1/{device.Id}/receipt/{last}";

    bool TrySend(string topic, byte[] json)
    {
        foreach (var subscription in _subscriptions)
        {
            if (MqttTopicFilterComparer.Compare(topic, subscription.Filter) != MqttTopicFilterCompareResult.IsMatch) continue;

            if (Volatile.Read(ref _outstanding) >= MaximumOutstanding) return false;
            var message = new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(json),
                QualityOfServiceLevel = subscription.QualityOfService,
            };
            if (!TryEnqueue(subscription, message)) return false;
            if (subscription.QualityOfService > MqttQualityOfServiceLevel.AtMostOnce) Interlocked.Increment(ref _outstanding);
            events.ReceiptSent();
            return true;
        }

        return true;
    }

    static bool TryEnqueue(Subscription subscription, MqttApplicationMessage message)
    {
        try
        {
            return subscription.Session.TryEnqueueApplicationMessage(message, out _);
        }
        catch (ObjectDisposedException)
        {
            // The connection ended meanwhile.
            return false;
        }
    }

    sealed record Subscription(string Filter, MqttQualityOfServiceLevel QualityOfService, MqttSessionStatus Session);
}
