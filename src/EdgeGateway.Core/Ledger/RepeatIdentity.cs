using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>
/// By what a repeat is known: the device's own id of the event where it gives one, else the digest of the bytes.
/// Key and digest are the first 16 bytes of SHA-256, which no device can collide for another device's messages.
/// </summary>
public readonly record struct RepeatIdentity(UInt128 Key, UInt128 Digest, bool HasId, TimeSpan Window)
{
    /// <summary>What the ledger's files can hold of a window: 68 years.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(int.MaxValue);

    /// <param name="digest">SHA-256 of the message's bytes.</param>
    /// <param name="eventId">The device's own id, or null.</param>
    /// <param name="window">How long a repeat is known; counted in whole seconds, at most <see cref="LongestWindow"/>.</param>
    public static RepeatIdentity Of(string deviceId, string? eventId, in Hash digest, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, LongestWindow);

        // Device ids hold no control characters, so the parts cannot run into each other.
        const int fixedBytes = 2 + Hash.Length;
        Span<byte> digestBytes = stackalloc byte[Hash.Length];
        digest.CopyTo(digestBytes);
        var idBytes = eventId is null ? 0 : Encoding.UTF8.GetMaxByteCount(eventId.Length);
        Span<byte> input = stackalloc byte[1024];
        if (deviceId.Length + fixedBytes + idBytes > input.Length) input = new byte[deviceId.Length + fixedBytes + idBytes];

        var length = Encoding.ASCII.GetBytes(deviceId, input);
        input[length++] = eventId is null ? (byte)1 : (byte)2;
        if (eventId is null)
        {
            digestBytes.CopyTo(input[length..]);
            length += Hash.Length;
        }
        else
        {
            length += Encoding.UTF8.GetBytes(eventId, input[length..]);
        }

        return new RepeatIdentity(Truncated(input[..length]), BinaryPrimitives.ReadUInt128BigEndian(digestBytes), eventId is not null,
            TimeSpan.FromSeconds(window.Ticks / TimeSpan.TicksPerSecond));
    }

    /// <summary>
    /// What must be the same for a repeat: the bytes, and what they were said to be. The same bytes on another topic may
    /// mean something else (door-open, door-closed).
    /// </summary>
    /// <param name="message">The profile's name for it.</param>
    /// <param name="address">Topic or line.</param>
    /// <param name="digest">SHA-256 of the bytes.</param>
    public static Hash ContentOf(string message, string address, in Hash digest)
    {
        var length = Hash.Length + Encoding.UTF8.GetByteCount(message) + 1 + Encoding.UTF8.GetByteCount(address);
        Span<byte> input = length <= 1024 ? stackalloc byte[length] : new byte[length];
        digest.CopyTo(input);
        var at = Hash.Length + Encoding.UTF8.GetBytes(message, input[Hash.Length..]);
        input[at++] = (byte)'\n';
        Encoding.UTF8.GetBytes(address, input[at..]);
        Span<byte> content = stackalloc byte[Hash.Length];
        SHA256.HashData(input, content);
        return new Hash(content);
    }

    /// <summary>By what repeats of a sealed entry are known, from the entry alone; null where it is no evidence of a device or its private part is erased.</summary>
    public static RepeatIdentity? Of(EntryView entry, TimeSpan window) =>
        entry is { Kind: EntryKind.Evidence, SubjectDevice: { } device, IsErased: false }
        && entry.Body.Text("message"u8) is { } message
        && entry.Private.Text("address"u8) is { } address
        && entry.Private.Object("digest"u8)?.Digest("sha256"u8) is { } digest
            ? Of(device, entry.Private.Text("eventId"u8), ContentOf(message, address, digest), window)
            : null;

    /// <summary>Under which a second message with the same id and other bytes is remembered, so that its own repeats are known.</summary>
    public UInt128 ConflictKey
    {
        get
        {
            Span<byte> input = stackalloc byte[33];
            BinaryPrimitives.WriteUInt128BigEndian(input, Key);
            BinaryPrimitives.WriteUInt128BigEndian(input[16..], Digest);
            input[32] = 3;
            return Truncated(input);
        }
    }

    static UInt128 Truncated(ReadOnlySpan<byte> input)
    {
        Span<byte> hash = stackalloc byte[Hash.Length];
        SHA256.HashData(input, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

/// <summary>What was found about repeats when an entry got its place; -1 where there is nothing to say.</summary>
/// <param name="ConflictsWith">Index of the entry with the same id and other bytes.</param>
/// <param name="PossibleRepeatOf">Index of an entry with the same bytes, where neither has an id.</param>
public readonly record struct RepeatFacts(long ConflictsWith, long PossibleRepeatOf)
{
    public static readonly RepeatFacts None = new(-1, -1);

    /// <summary>The earlier entry's leaf hash where it is in a log before this one; the indices are then -1.</summary>
    public Hash? EarlierLeaf { get; init; }

    /// <summary>Whether that entry has the same id and other bytes; else it has the same bytes.</summary>
    public bool EarlierConflicts { get; init; }
}
