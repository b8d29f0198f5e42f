using System.Buffers.Binary;
using System.Globalization;

namespace EdgeGateway.Ledger;

/// <summary>One signature line of a note. Says nothing of whether the signature is good.</summary>
public sealed class NoteSignature
{
    const int KeyIdBytes = sizeof(uint);

    readonly byte[] _bytes;

    internal NoteSignature(string name, uint keyId, ReadOnlySpan<byte> bytes)
    {
        Name = name;
        KeyId = keyId;
        _bytes = bytes.ToArray();
    }

    /// <summary>The key's name; with <see cref="KeyId"/> it tells the key.</summary>
    public string Name { get; }

    public uint KeyId { get; }

    /// <summary>What follows the key id; its form depends on the key's type.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The line without its newline.</summary>
    public override string ToString()
    {
        var blob = new byte[KeyIdBytes + _bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, KeyId);
        _bytes.CopyTo(blob, KeyIdBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{SignedNote.LinePrefix}{Name} {Convert.ToBase64String(blob)}");
    }

    /// <summary>Reads one line without its newline; null where it is not one.</summary>
    internal static NoteSignature? TryParse(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith(SignedNote.LinePrefix, StringComparison.Ordinal)) return null;
        line = line[SignedNote.LinePrefix.Length..];
        var space = line.IndexOf(' ');
        if (space < 0 || !CanonicalText.TryReadBase64(line[(space + 1)..], out var blob) || blob.Length <= KeyIdBytes) return null;
        var name = line[..space].ToString();
        return KeyName.IsValid(name)
            ? new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(blob), blob.AsSpan(KeyIdBytes))
            : null;
    }
}
