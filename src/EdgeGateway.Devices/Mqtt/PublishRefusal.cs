using EdgeGateway.Evidence;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// A publish that will never be taken, however often it comes: what the ledger records of it and what the device is told.
/// </summary>
/// <param name="Text">At most <see cref="MaximumTextLength"/> ASCII characters.</param>
sealed record PublishRefusal(RefusalReason Reason, MqttPubAckReasonCode Code, string Text)
{
    public const int MaximumTextLength = 100;

    public static readonly PublishRefusal ForbiddenTopic = new(
        RefusalReason.ForbiddenTopic,
        MqttPubAckReasonCode.NotAuthorized,
        "Not a topic of this device: its profile has no such message, or it is another device's.");

    public static readonly PublishRefusal InvalidTopic = new(
        RefusalReason.Malformed,
        MqttPubAckReasonCode.TopicNameInvalid,
        "The topic is empty, too long, not UTF-8, or holds a wildcard or control character.");

    // PUBACK has no "packet too large" (MQTT 5.0 section 3.4.2.1); 0x97 is "an imposed limit has been exceeded".
    public static readonly PublishRefusal Oversized = new(
        RefusalReason.Oversized,
        MqttPubAckReasonCode.QuotaExceeded,
        "The payload is larger than the profile allows for this message.");
}
