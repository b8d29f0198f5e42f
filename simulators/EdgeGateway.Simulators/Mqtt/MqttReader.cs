using System.Buffers.Binary;
using System.Text;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>Reads the data types of section 1.5. Every read is checked against what is left.</summary>
ref struct MqttReader(ReadOnlySpan<byte> bytes)
{
    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    ReadOnlySpan<byte> _left = bytes;

    public readonly int Left => _left.Length;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Section 1.5.5: one to four bytes, seven bits each, the lowest first.</summary>
    public int ReadVariableInteger()
    {
        var value = 0;
        for (var shift = 0; shift <= 21; shift += 7)
        {
            var digit = ReadByte();
            value |= (digit & 0x7F) << shift;
            if ((digit & 0x80) == 0) return value;
        }

        throw new MqttProtocolException("A variable byte integer has more than four bytes.");
    }

    public ReadOnlySpan<byte> ReadBinary() => Take(ReadUInt16());

    public string ReadText()
    {
        try
        {
            return StrictUtf8.GetString(ReadBinary());
        }
        catch (DecoderFallbackException)
        {
            throw new MqttProtocolException("A string is not UTF-8 (section 1.5.4).");
        }
    }

    public ReadOnlySpan<byte> ReadRest() => Take(_left.Length);

    public List<MqttProperty> ReadProperties()
    {
        var block = new MqttReader(Take(ReadVariableInteger()));
        var properties = new List<MqttProperty>();
        while (block.Left > 0) properties.Add(block.ReadProperty());
        return properties;
    }

    MqttProperty ReadProperty()
    {
        // Section 2.2.2.2: the identifier is a variable byte integer, though all that exist take one byte.
        var id = ReadVariableInteger();
        if (id > byte.MaxValue) throw new MqttProtocolException($"0x{id:x} is no property of MQTT 5.");
        var property = new MqttProperty((MqttPropertyId)id);
        return property.Form switch
        {
            MqttPropertyForm.Byte => property with { Number = ReadByte() },
            MqttPropertyForm.TwoBytes => property with { Number = ReadUInt16() },
            MqttPropertyForm.FourBytes => property with { Number = ReadUInt32() },
            MqttPropertyForm.VariableInteger => property with { Number = (uint)ReadVariableInteger() },
            MqttPropertyForm.Text => property with { Text = ReadText() },
            MqttPropertyForm.TextPair => property with { Text = ReadText(), Value = ReadText() },
            _ => property with { Data = ReadBinary().ToArray() },
        };
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length) throw new MqttProtocolException($"A packet ends {count - _left.Length} bytes early.");
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
