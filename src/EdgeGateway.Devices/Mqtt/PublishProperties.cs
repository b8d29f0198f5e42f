using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>The properties of an MQTT 5 PUBLISH (section 3.3.2.3) that mean something here; the others are skipped.</summary>
readonly ref struct PublishProperties
{
    const byte PayloadFormatIndicator = 0x01;
    const byte MessageExpiryInterval = 0x02;
    const byte ContentTypeProperty = 0x03;
    const byte ResponseTopic = 0x08;
    const byte CorrelationData = 0x09;
    const byte TopicAlias = 0x23;
    const byte UserProperty = 0x26;

    public ReadOnlySpan<byte> ContentType { get; private init; }

    /// <summary>The value of the user property <c>eventId</c>; empty where there is none, or several.</summary>
    public ReadOnlySpan<byte> EventId { get; private init; }

    /// <summary>The value of the user property <c>sha256</c>, of a chunk's bytes; empty where there is none, or several.</summary>
    public ReadOnlySpan<byte> Sha256 { get; private init; }

    public static MqttDisconnectReasonCode Decode(scoped ref ReadOnlySpan<byte> body, out PublishProperties properties)
    {
        properties = default;
        if (!TryTakeLength(ref body, out var length) || length > body.Length) return MqttDisconnectReasonCode.MalformedPacket;

        var rest = body[..length];
        body = body[length..];
        ReadOnlySpan<byte> contentType = default, eventId = default, sha256 = default;
        var eventIds = 0;
        var digests = 0;
        var seen = 0UL;
        while (!rest.IsEmpty)
        {
            var id = rest[0];
            rest = rest[1..];
            var size = 0;
            switch (id)
            {
                case PayloadFormatIndicator:
                    size = 1;
                    break;
                case MessageExpiryInterval:
                    size = 4;
                    break;
                case ContentTypeProperty:
                    if (!PublishPacket.TryTakeString(ref rest, out contentType)) return MqttDisconnectReasonCode.MalformedPacket;
                    break;
                case ResponseTopic or CorrelationData:
                    if (!PublishPacket.TryTakeString(ref rest, out _)) return MqttDisconnectReasonCode.MalformedPacket;
                    break;
                case UserProperty:
                    if (!PublishPacket.TryTakeString(ref rest, out var name)
                        || !PublishPacket.TryTakeString(ref rest, out var value))
                    {
                        return MqttDisconnectReasonCode.MalformedPacket;
                    }

                    if (name.SequenceEqual("eventId"u8))
                    {
                        eventId = value;
                        eventIds++;
                    }
                    else if (name.SequenceEqual("sha256"u8))
                    {
                        sha256 = value;
                        digests++;
                    }

                    continue;
                case TopicAlias:
                    // Section 3.3.2.3.4: this broker announces no aliases, so none is valid.
                    return MqttDisconnectReasonCode.TopicAliasInvalid;
                default:
                    return MqttDisconnectReasonCode.MalformedPacket;
            }

            // Section 2.2.2.2: all but user properties may be there once.
            if ((seen & (1UL << id)) != 0) return MqttDisconnectReasonCode.ProtocolError;
            seen |= 1UL << id;
            if (size > rest.Length) return MqttDisconnectReasonCode.MalformedPacket;
            rest = rest[size..];
        }

        properties = new PublishProperties
        {
            ContentType = contentType,
            EventId = eventIds == 1 ? eventId : default,
            Sha256 = digests == 1 ? sha256 : default,
        };
        return MqttDisconnectReasonCode.NormalDisconnection;
    }

    // Section 1.5.5: a variable byte integer has at most four bytes.
    static bool TryTakeLength(scoped ref ReadOnlySpan<byte> body, out int length)
    {
        length = 0;
        for (var i = 0; i < Math.Min(body.Length, 4); i++)
        {
            length |= (body[i] & 0x7F) << (7 * i);
            if ((body[i] & 0x80) != 0) continue;
            body = body[(i + 1)..];
            return true;
        }

        return false;
    }
}
