using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.Ledger;

/// <summary>
/// A SHA-256 digest: 32 bytes held by value. <c>default</c> is 32 zero bytes, which is no digest of anything known and
/// is never the root of the empty tree (RFC 6962 section 2.1: that is SHA-256 of nothing).
/// </summary>
public readonly struct Hash : IEquatable<Hash>
{
    public const int Length = 32;

    readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">Exactly 32 bytes.</param>
    public Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Reads exactly 64 hexadecimal digits, either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Hash hash)
    {
        hash = default;
        if (hex is not { Length: 2 * Length }) return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        hash = new Hash(bytes);
        return true;
    }

    public static Hash Parse(string hex) =>
        TryParse(hex, out var hash) ? hash : throw new FormatException($"'{hex}' is not a SHA-256 digest: 64 hexadecimal digits are needed.");

    public bool Equals(Hash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is Hash other && Equals(other);

    public override int GetHashCode() => unchecked((int)(_a ^ (_a >> 32)));

    public static bool operator ==(Hash left, Hash right) => left.Equals(right);

    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);
}
