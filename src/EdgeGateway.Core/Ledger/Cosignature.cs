using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>
/// The Ed25519 form of C2SP tlog-cosignature ("cosignature/v1"): eight bytes of POSIX time, big-endian, and a signature
/// over a header, that time and the whole text of the checkpoint.
/// </summary>
static class Cosignature
{
    const int TimestampBytes = sizeof(ulong);

    /// <summary>What is signed.</summary>
    public static byte[] Message(long timestamp, ReadOnlySpan<byte> checkpointText)
    {
        var header = string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {timestamp}\n");
        return [.. Encoding.UTF8.GetBytes(header), .. checkpointText];
    }

    public static byte[] Encode(long timestamp, ReadOnlySpan<byte> signature)
    {
        var bytes = new byte[TimestampBytes + signature.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, timestamp);
        signature.CopyTo(bytes.AsSpan(TimestampBytes));
        return bytes;
    }

    public static bool Verify(byte[] publicKey, ReadOnlySpan<byte> checkpointText, ReadOnlySpan<byte> signature) =>
        TryReadTimestamp(signature, out var timestamp)
        && Ed25519.Verify(publicKey, Message(timestamp, checkpointText), signature[TimestampBytes..]);

    /// <summary>False unless the length is that of a cosignature and the time at most 2⁶³−1.</summary>
    public static bool TryReadTimestamp(ReadOnlySpan<byte> signature, out long timestamp)
    {
        timestamp = 0;
        if (signature.Length != TimestampBytes + Ed25519.SignatureBytes) return false;
        timestamp = BinaryPrimitives.ReadInt64BigEndian(signature);
        return timestamp >= 0;
    }

    /// <summary>Null for a time after the year 9999.</summary>
    public static DateTimeOffset? ToInstant(long timestamp) =>
        timestamp <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(timestamp) : null;
}
