using System.Globalization;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>The end of a log that another one goes on from: what the next genesis calls <c>previous</c>.</summary>
/// <param name="Size">Entries of the whole log.</param>
/// <param name="Root">The root over them.</param>
/// <param name="Key">The log's key, also where it was lost and something else signed the end.</param>
public sealed record LogEnd(string Origin, long Size, Hash Root, VerifierKey Key);

/// <summary>Which key vouches for a successor.</summary>
public enum EndorsingKey
{
    /// <summary>The key of the log that ended.</summary>
    Ledger,

    /// <summary>The offline key that the ended log's genesis names.</summary>
    Recovery,
}

/// <summary>Who vouches that a log is the successor of another, and the signature over <see cref="Succession.Endorsement"/>.</summary>
public sealed record Endorsement(EndorsingKey By, byte[] Signature);

/// <summary>
/// The two statements that tie a log to the one before (docs/ledger-format.md section 8). Neither can be taken for a
/// checkpoint: their third line is no root.
/// </summary>
public static class Succession
{
    /// <summary>What the old log says of its successor, in its entry <c>key</c>.</summary>
    public static string Announcement(VerifierKey key, string origin, VerifierKey next) =>
        $"edgegw/successor/v1\n{origin}\n{key}\n{next}\n";

    /// <summary>What the successor says of the old log, in its genesis, with the old log's or the recovery key's signature.</summary>
    /// <param name="next">The successor's key; its name is the successor's origin.</param>
    /// <param name="nextRecovery">The successor's recovery key.</param>
    public static string Endorsement(LogEnd end, VerifierKey next, VerifierKey nextRecovery) => string.Create(
        CultureInfo.InvariantCulture, $"edgegw/endorsement/v1\n{end.Origin}\n{end.Size}\n{end.Root}\n{end.Key}\n{next}\n{nextRecovery}\n");

    public static byte[] Sign(this SigningKey key, LogEnd end, VerifierKey next, VerifierKey nextRecovery) =>
        key.Sign(Endorsement(end, next, nextRecovery)).Bytes.ToArray();

    /// <summary>Whether a key signed a statement.</summary>
    public static bool Holds(VerifierKey key, string statement, ReadOnlySpan<byte> signature) =>
        key.Type == NoteKeyType.Ed25519 && key.Verify(Encoding.UTF8.GetBytes(statement), signature);

    /// <summary>
    /// The name of the log after this one: the base name and a number from 2 on. A restored one also gets letters of its own, because
    /// the box that broke may have used the number already.
    /// </summary>
    /// <param name="isFirst">Whether the log has none before it, so that its whole name is the base.</param>
    /// <param name="suffix">Null, or what makes a restored log's name its own.</param>
    public static string NextOrigin(string origin, bool isFirst, string? suffix)
    {
        var slash = isFirst ? -1 : origin.LastIndexOf('/');
        var number = 1;
        if (slash > 0) _ = int.TryParse(origin[(slash + 1)..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out number);
        var start = slash > 0 ? origin[..slash] : origin;
        return string.Create(CultureInfo.InvariantCulture, $"{start}/{Math.Max(1, number) + 1}{(suffix is null ? "" : "-" + suffix)}");
    }
}
