using EdgeGateway.Simulators.Devices;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>A message that the server has not yet answered for.</summary>
/// <param name="packetId">0 with QoS 0.</param>
/// <param name="order">Position among all that was published; resends keep it [MQTT-4.6.0-1].</param>
/// <param name="isCopy">The same message was published before under another packet id.</param>
/// <param name="fault">What happens to the connection when it is first written.</param>
sealed class InFlightMessage(PlannedMessage message, ushort packetId, long order, bool isCopy, Fault? fault)
{
    public PlannedMessage Message => message;

    public ushort PacketId => packetId;

    public long Order => order;

    public bool IsCopy => isCopy;

    public Fault? Fault => fault;

    /// <summary>Written at least once. The writing task's own.</summary>
    public bool WasWritten { get; set; }

    /// <summary>PUBREC has arrived: PUBREL is what is sent from here on [MQTT-4.3.3-6].</summary>
    public bool IsReceived { get; set; }

    /// <summary>Holds one of the server's Receive Maximum on the present connection.</summary>
    public bool HasCredit { get; set; }

    public PublishPacket Packet(MqttVersion version) => new(message.Address, message.Payload)
    {
        Qos = message.Qos,
        PacketId = packetId,
        // [MQTT-3.3.1-1]. Also where the server lost the session, as the common clients do: it is then the message's own
        // id that must keep it from being sealed twice.
        Duplicate = message.Qos > 0 && WasWritten,
        Properties = version == MqttVersion.V5 ? Properties() : [],
    };

    List<MqttProperty> Properties()
    {
        var properties = new List<MqttProperty>(2);
        if (message.ContentType is { } type) properties.Add(new MqttProperty(MqttPropertyId.ContentType) { Text = type });
        if (message.EventId is { } id) properties.Add(MqttProperty.User("eventId", id));
        return properties;
    }
}
