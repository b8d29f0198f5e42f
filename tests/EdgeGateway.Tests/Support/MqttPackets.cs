using System.Text;

namespace EdgeGateway.Tests.Support;

/// <summary>MQTT packets written from the standard, by nothing of the product.</summary>
static class MqttPackets
{
    public static byte[] Connect(
        string clientId,
        string? userName = null,
        string? secret = MqttDevices.Secret,
        bool version5 = false,
        ushort keepAlive = 0,
        byte flags = 0xC2,
        byte[]? properties = null,
        byte? level = null,
        (string Topic, string Payload)? will = null)
    {
        var body = new List<byte>();
        Text(body, "MQTT");
        body.Add(level ?? (byte)(version5 ? 5 : 4));
        body.Add(flags);
        Number(body, keepAlive);
        if (version5) Properties(body, properties ?? []);
        Text(body, clientId);
        if (will is { } left)
        {
            if (version5) Properties(body, []);
            Text(body, left.Topic);
            Text(body, left.Payload);
        }

        if ((flags & 0x80) != 0) Text(body, userName ?? clientId);
        if ((flags & 0x40) != 0) Text(body, secret ?? "");
        return Packet(0x10, body);
    }

    public static byte[] Publish(
        string topic, byte[] payload, int qos = 1, ushort id = 1, bool duplicate = false, bool retain = false, byte[]? properties = null)
    {
        var body = new List<byte>();
        Text(body, topic);
        if (qos > 0) Number(body, id);
        if (properties is not null) Properties(body, properties);
        body.AddRange(payload);
        return Packet((byte)(0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)), body);
    }

    public static byte[] Release(ushort id)
    {
        var body = new List<byte>();
        Number(body, id);
        return Packet(0x62, body);
    }

    public static byte[] Acknowledge(ushort id)
    {
        var body = new List<byte>();
        Number(body, id);
        return Packet(0x40, body);
    }

    public static byte[] Subscribe(ushort id, bool version5, params (string Filter, byte Qos)[] filters)
    {
        var body = new List<byte>();
        Number(body, id);
        if (version5) Properties(body, []);
        foreach (var (filter, qos) in filters)
        {
            Text(body, filter);
            body.Add(qos);
        }

        return Packet(0x82, body);
    }

    public static byte[] UserProperty(string name, string value)
    {
        var bytes = new List<byte> { 0x26 };
        Text(bytes, name);
        Text(bytes, value);
        return [.. bytes];
    }

    public static byte[] ContentType(string value)
    {
        var bytes = new List<byte> { 0x03 };
        Text(bytes, value);
        return [.. bytes];
    }

    public static byte[] Packet(byte first, IReadOnlyCollection<byte> body) => [first, .. Length(body.Count), .. body];

    /// <summary>A variable byte integer.</summary>
    public static byte[] Length(int length)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return [.. bytes];
    }

    static void Text(List<byte> bytes, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Number(bytes, (ushort)utf8.Length);
        bytes.AddRange(utf8);
    }

    static void Properties(List<byte> bytes, byte[] properties)
    {
        bytes.AddRange(Length(properties.Length));
        bytes.AddRange(properties);
    }

    static void Number(List<byte> bytes, ushort number)
    {
        bytes.Add((byte)(number >> 8));
        bytes.Add((byte)(number & 0xFF));
    }
}
