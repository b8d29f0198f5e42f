using System.Text.Json;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>What a gateway says of an upload, on <c>receipt/{upload}</c>; one of the three.</summary>
/// <param name="Index">Sealed, at this index.</param>
/// <param name="Sha256">Of what was sealed.</param>
/// <param name="Rejected">Why it is not taken.</param>
/// <param name="Missing">Chunks that are not there, first and last.</param>
sealed record UploadReceipt(long? Index, string? Sha256, string? Rejected, IReadOnlyList<(int First, int Last)>? Missing)
{
    /// <exception cref="MqttProtocolException">It is none of the three.</exception>
    public static UploadReceipt Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            var root = json.RootElement;
            if (root.TryGetProperty("rejected", out _)) return new(null, null, root.GetProperty("reason").GetString(), null);
            if (root.TryGetProperty("index", out var index)) return new(index.GetInt64(), root.GetProperty("sha256").GetString(), null, null);
            return new(null, null, null, [.. root.GetProperty("missing").EnumerateArray().Select(range => (range[0].GetInt32(), range[1].GetInt32()))]);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new MqttProtocolException($"A receipt of an upload is none: {exception.Message}");
        }
    }
}
