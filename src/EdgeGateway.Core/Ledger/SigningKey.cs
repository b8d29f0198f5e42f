using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>
/// A secret Ed25519 key with its name: type 0x01 signs notes, type 0x04 cosigns checkpoints. Its text form is the one of
/// Go's note package, <c>PRIVATE+KEY+name+hex8(key id)+base64(type ‖ seed)</c>. Immutable; <see cref="ToString"/> shows no secret.
/// </summary>
public sealed class SigningKey
{
    const string Prefix = "PRIVATE+KEY+";
    const int MaximumLength = 8192;

    readonly byte[] _seed;
    readonly byte[] _publicKey;

    SigningKey(byte[] seed, byte[] publicKey, VerifierKey verifier)
    {
        _seed = seed;
        _publicKey = publicKey;
        Verifier = verifier;
    }

    public string Name => Verifier.Name;

    /// <summary>The public half.</summary>
    public VerifierKey Verifier { get; }

    /// <param name="seed">32 bytes from a cryptographic random generator: they are the secret.</param>
    /// <param name="type">Ed25519 or cosignature.</param>
    /// <exception cref="ArgumentException">The name is no key name, the seed has not 32 bytes, or the type signs nothing here.</exception>
    public static SigningKey FromSeed(string name, ReadOnlySpan<byte> seed, NoteKeyType type = NoteKeyType.Ed25519)
    {
        if (!KeyName.IsValid(name)) throw new ArgumentException($"'{name}' is no key name: it is empty or has a space or a plus.", nameof(name));
        if (seed.Length != Ed25519.SeedBytes) throw new ArgumentException($"A seed has {Ed25519.SeedBytes} bytes.", nameof(seed));
        if (type is not (NoteKeyType.Ed25519 or NoteKeyType.Cosignature)) throw new ArgumentException($"Nothing signs with type {(byte)type}.", nameof(type));
        var secret = seed.ToArray();
        var publicKey = Ed25519.PublicKey(secret);
        return new SigningKey(secret, publicKey, VerifierKey.FromEd25519(name, type, publicKey));
    }

    /// <summary>Reads what <see cref="Export"/> wrote; the key id is computed again. Errors never repeat the text: it is a secret.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = Read(text, ref key);
        return error is null;
    }

    /// <exception cref="FormatException">It is no signing key; the message says why, without the secret.</exception>
    public static SigningKey Parse(string text) =>
        TryParse(text, out var key, out var error) ? key : throw new FormatException(error);

    /// <summary>The secret as text: for the key file only.</summary>
    public string Export() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{Name}+{Verifier.KeyId:x8}+{Convert.ToBase64String([(byte)Verifier.Type, .. _seed])}");

    /// <summary>Signs a note's text. Cosigners use <see cref="Cosign"/>.</summary>
    /// <exception cref="InvalidOperationException">It is a cosigner's key.</exception>
    /// <exception cref="ArgumentException">The text is no note text.</exception>
    public NoteSignature Sign(string text)
    {
        Demand(NoteKeyType.Ed25519);
        if (!SignedNote.IsText(text)) throw new ArgumentException("A note's text ends in a newline and has no other control character.", nameof(text));
        return new NoteSignature(Name, Verifier.KeyId, Ed25519.Sign(_seed, _publicKey, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>States that at this time the checkpoint was the largest consistent one seen of its log.</summary>
    /// <param name="at">Whole seconds are kept; not before 1970.</param>
    /// <exception cref="InvalidOperationException">It is not a cosigner's key.</exception>
    public NoteSignature Cosign(Checkpoint checkpoint, DateTimeOffset at)
    {
        Demand(NoteKeyType.Cosignature);
        var timestamp = at.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(timestamp, nameof(at));
        var message = Cosignature.Message(timestamp, Encoding.UTF8.GetBytes(checkpoint.ToString()));
        var signature = Cosignature.Encode(timestamp, Ed25519.Sign(_seed, _publicKey, message));
        return new NoteSignature(Name, Verifier.KeyId, signature);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}+{Verifier.KeyId:x8} (secret)");

    void Demand(NoteKeyType type)
    {
        if (Verifier.Type != type) throw new InvalidOperationException($"The key {this} is of type {Verifier.Type}, not {type}.");
    }

    static string? Read(string? text, ref SigningKey? key)
    {
        if (text is not { Length: <= MaximumLength } || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return $"A signing key begins with {Prefix}.";
        if (text[Prefix.Length..].Split('+', 3) is not [var name, var id, var encoded] || !KeyName.IsValid(name))
            return $"A signing key has the form {Prefix}name+keyid+base64, without a space or plus in the name.";
        if (!VerifierKey.TryReadKeyId(id, out var keyId)) return "The key id is not 8 lower-case hexadecimal digits.";
        if (!CanonicalText.TryReadBase64(encoded, out var bytes) || bytes.Length != 1 + Ed25519.SeedBytes)
            return $"The secret is not base64 of a type and {Ed25519.SeedBytes} bytes.";

        var type = (NoteKeyType)bytes[0];
        if (type is not (NoteKeyType.Ed25519 or NoteKeyType.Cosignature)) return $"Nothing signs with type {bytes[0]}.";
        var read = FromSeed(name, bytes.AsSpan(1), type);
        if (read.Verifier.KeyId != keyId)
            return $"The key id {keyId:x8} is wrong: this name and secret have {read.Verifier.KeyId:x8}.";
        key = read;
        return null;
    }
}
