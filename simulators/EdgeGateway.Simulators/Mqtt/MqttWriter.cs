using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>Writes the data types of section 1.5.</summary>
static class MqttWriter
{
    public const int MaximumVariableInteger = 268_435_455;

    public static void WriteByte(this IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public static void WriteUInt16(this IBufferWriter<byte> output, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }

    public static void WriteUInt32(this IBufferWriter<byte> output, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    public static void WriteVariableInteger(this IBufferWriter<byte> output, int value)
    {
        if (value is < 0 or > MaximumVariableInteger)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A variable byte integer holds 0 to 268,435,455.");
        }

        do
        {
            var digit = (byte)(value & 0x7F);
            value >>= 7;
            output.WriteByte(value > 0 ? (byte)(digit | 0x80) : digit);
        }
        while (value > 0);
    }

    public static void WriteBinary(this IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue) throw new ArgumentException("Binary data holds at most 65,535 bytes.", nameof(value));
        output.WriteUInt16((ushort)value.Length);
        output.Write(value);
    }

    public static void WriteText(this IBufferWriter<byte> output, string value) => output.WriteBinary(Encoding.UTF8.GetBytes(value));

    public static void WriteProperties(this IBufferWriter<byte> output, IReadOnlyList<MqttProperty> properties)
    {
        if (properties.Count == 0)
        {
            output.WriteByte(0);
            return;
        }

        var block = new ArrayBufferWriter<byte>();
        foreach (var property in properties) WriteProperty(block, property);
        output.WriteVariableInteger(block.WrittenCount);
        output.Write(block.WrittenSpan);
    }

    static void WriteProperty(ArrayBufferWriter<byte> output, MqttProperty property)
    {
        output.WriteByte((byte)property.Id);
        switch (property.Form)
        {
            case MqttPropertyForm.Byte: output.WriteByte((byte)property.Number); break;
            case MqttPropertyForm.TwoBytes: output.WriteUInt16((ushort)property.Number); break;
            case MqttPropertyForm.FourBytes: output.WriteUInt32(property.Number); break;
            case MqttPropertyForm.VariableInteger: output.WriteVariableInteger((int)property.Number); break;
            case MqttPropertyForm.Text: output.WriteText(property.Text); break;
            case MqttPropertyForm.TextPair:
                output.WriteText(property.Text);
                output.WriteText(property.Value);
                break;
            default: output.WriteBinary(property.Data.Span); break;
        }
    }
}
