namespace EdgeGateway.Simulators.Mqtt;

/// <summary>Property identifiers of MQTT 5, section 2.2.2.2, table 2-4.</summary>
enum MqttPropertyId : byte
{
    PayloadFormatIndicator = 0x01,
    MessageExpiryInterval = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionIdentifier = 0x0B,
    SessionExpiryInterval = 0x11,
    AssignedClientIdentifier = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelayInterval = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQoS = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardSubscriptionAvailable = 0x28,
    SubscriptionIdentifierAvailable = 0x29,
    SharedSubscriptionAvailable = 0x2A,
}

/// <summary>How a property is written on the wire.</summary>
enum MqttPropertyForm
{
    Byte,
    TwoBytes,
    FourBytes,
    VariableInteger,
    Text,
    TextPair,
    Binary,
}

/// <summary>One property; which of the values counts is said by its <see cref="Form"/>.</summary>
sealed record MqttProperty(MqttPropertyId Id)
{
    public uint Number { get; init; }

    public string Text { get; init; } = "";

    /// <summary>The value of a user property, whose name is <see cref="Text"/>.</summary>
    public string Value { get; init; } = "";

    public ReadOnlyMemory<byte> Data { get; init; }

    public MqttPropertyForm Form => FormOf(Id);

    public static MqttProperty User(string name, string value) => new(MqttPropertyId.UserProperty) { Text = name, Value = value };

    public static MqttPropertyForm FormOf(MqttPropertyId id) => id switch
    {
        MqttPropertyId.PayloadFormatIndicator or MqttPropertyId.RequestProblemInformation
            or MqttPropertyId.RequestResponseInformation or MqttPropertyId.MaximumQoS or MqttPropertyId.RetainAvailable
            or MqttPropertyId.WildcardSubscriptionAvailable or MqttPropertyId.SubscriptionIdentifierAvailable
            or MqttPropertyId.SharedSubscriptionAvailable => MqttPropertyForm.Byte,
        MqttPropertyId.ServerKeepAlive or MqttPropertyId.ReceiveMaximum or MqttPropertyId.TopicAliasMaximum
            or MqttPropertyId.TopicAlias => MqttPropertyForm.TwoBytes,
        MqttPropertyId.MessageExpiryInterval or MqttPropertyId.SessionExpiryInterval or MqttPropertyId.WillDelayInterval
            or MqttPropertyId.MaximumPacketSize => MqttPropertyForm.FourBytes,
        MqttPropertyId.SubscriptionIdentifier => MqttPropertyForm.VariableInteger,
        MqttPropertyId.CorrelationData or MqttPropertyId.AuthenticationData => MqttPropertyForm.Binary,
        MqttPropertyId.UserProperty => MqttPropertyForm.TextPair,
        MqttPropertyId.ContentType or MqttPropertyId.ResponseTopic or MqttPropertyId.AssignedClientIdentifier
            or MqttPropertyId.AuthenticationMethod or MqttPropertyId.ResponseInformation or MqttPropertyId.ServerReference
            or MqttPropertyId.ReasonString => MqttPropertyForm.Text,
        _ => throw new MqttProtocolException($"0x{(byte)id:x2} is no property of MQTT 5."),
    };
}

/// <summary>Looking up among a packet's properties.</summary>
static class MqttPropertyList
{
    public static uint? Number(this IReadOnlyList<MqttProperty> properties, MqttPropertyId id) =>
        properties.FirstOrDefault(property => property.Id == id)?.Number;

    public static string? Text(this IReadOnlyList<MqttProperty> properties, MqttPropertyId id) =>
        properties.FirstOrDefault(property => property.Id == id)?.Text;

    public static string? User(this IReadOnlyList<MqttProperty> properties, string name) =>
        properties.FirstOrDefault(property => property.Id == MqttPropertyId.UserProperty && property.Text == name)?.Value;
}
