using System.Buffers;
using System.Text.Json;

namespace EdgeGateway.Simulators.Devices;

/// <summary>Payloads as JSON objects whose keys come in the order of writing.</summary>
static class JsonPayload
{
    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
