using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>
/// A public key of C2SP signed-note in its text form, <c>name+hex8(key id)+base64(type ‖ public key)</c>. Two are equal
/// when their texts are. Immutable.
/// </summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    const int MaximumLength = 8192;

    readonly byte[] _publicKey;

    VerifierKey(string name, uint keyId, NoteKeyType type, byte[] publicKey)
    {
        Name = name;
        KeyId = keyId;
        Type = type;
        _publicKey = publicKey;
    }

    public string Name { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), as a big-endian number.</summary>
    public uint KeyId { get; }

    public NoteKeyType Type { get; }

    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Whether signatures of this type can be checked here; those of other types are passed over.</summary>
    public bool CanVerify => Type is NoteKeyType.Ed25519 or NoteKeyType.Cosignature;

    /// <summary>Reads a key; its id is computed again and must be the one that is written.</summary>
    /// <param name="error">What is wrong with it, in a sentence.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out VerifierKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = Read(text, ref key);
        return error is null;
    }

    /// <exception cref="FormatException">It is no verifier key; the message says why.</exception>
    public static VerifierKey Parse(string text) =>
        TryParse(text, out var key, out var error) ? key : throw new FormatException(error);

    /// <summary>Whether these bytes of a signature line are this key's signature of the note's text.</summary>
    public bool Verify(byte[] text, ReadOnlySpan<byte> signature) => Type switch
    {
        NoteKeyType.Ed25519 => Ed25519.Verify(_publicKey, text, signature),
        NoteKeyType.Cosignature => Cosignature.Verify(_publicKey, text, signature),
        _ => false,
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{KeyId:x8}+{Convert.ToBase64String([(byte)Type, .. _publicKey])}");

    public bool Equals(VerifierKey? other) =>
        other is not null && Name == other.Name && KeyId == other.KeyId && Type == other.Type
        && _publicKey.AsSpan().SequenceEqual(other._publicKey);

    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    public override int GetHashCode() => HashCode.Combine(Name, KeyId);

    internal static VerifierKey FromEd25519(string name, NoteKeyType type, byte[] publicKey) =>
        new(name, ComputeKeyId(name, type, publicKey), type, publicKey);

    internal static uint ComputeKeyId(string name, NoteKeyType type, byte[] publicKey)
    {
        var digest = type == NoteKeyType.Ecdsa
            ? SHA256.HashData(publicKey)
            : SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey]);
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }

    static string? Read(string? text, ref VerifierKey? key)
    {
        if (text is not { Length: <= MaximumLength }) return $"A verifier key has at most {MaximumLength} characters.";

        // Base64 may have a plus of its own, so only the first two part the fields.
        if (text.Split('+', 3) is not [var name, var id, var encoded] || !KeyName.IsValid(name))
            return "A verifier key has the form name+keyid+base64, without a space or plus in the name.";
        if (!TryReadKeyId(id, out var keyId)) return $"The key id '{id}' is not 8 lower-case hexadecimal digits.";
        if (!CanonicalText.TryReadBase64(encoded, out var bytes) || bytes.Length < 2)
            return "The public key is not base64 of a type and a key.";

        var (type, publicKey) = ((NoteKeyType)bytes[0], bytes[1..]);
        var read = new VerifierKey(name, keyId, type, publicKey);
        if (read.CanVerify && !Ed25519.IsPublicKey(publicKey)) return "The public key is not one of Ed25519.";

        // How ids of types not known here are made is not known either; as such a key verifies nothing, that is harmless.
        if (Enum.IsDefined(type) && ComputeKeyId(name, type, publicKey) is var computed && computed != keyId)
            return $"The key id {keyId:x8} is wrong: this name and public key have {computed:x8}.";
        key = read;
        return null;
    }

    internal static bool TryReadKeyId(string text, out uint keyId)
    {
        keyId = 0;
        return text.Length == 8
            && text.All(char.IsAsciiHexDigitLower)
            && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out keyId);
    }
}
